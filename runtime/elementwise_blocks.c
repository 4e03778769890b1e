/* The CPU path of an elementwise entry point where few bytes count: what does not depend on the kernel is a function
 * that all kernels of the archive share. */
#include "runtime/blocks.h"
#include "runtime/checks.h"
#include "runtime/level.h"

int32_t actinide_run_elementwise_blocks(const struct actinide_kernel *kernel, const struct actinide_call *call) {
  const int32_t status = actinide_check_parameters(kernel, call);
  if (status != ACTINIDE_OK) return status;
  int32_t level = 0; /* Such an archive has one. */
  for (int32_t i = 1; i < ACTINIDE_MAX_LEVELS; ++i) {
    if (kernel->tiles[i][ACTINIDE_TILE_ELEMENTWISE] != NULL) level = i;
  }
  return actinide_run_blocks(call, kernel->tiles[level][ACTINIDE_TILE_ELEMENTWISE],
                             actinide_block_shape(kernel, level));
}
