/* Elementwise calls in blocks, for all kernels of an archive that were made for size. */
#include "runtime/blocks.h"

#include "runtime/block_pieces.h"
#include "runtime/level.h"

static const size_t split = (size_t)1 << 30; /* Halide's extents are int32. */

int32_t actinide_run_blocks(const struct actinide_call *call, actinide_tile_function run, uint32_t shape) {
  struct actinide_kernel kernel;
  kernel.input_count = (int32_t)(shape & ACTINIDE_SHAPE_COUNT);
  kernel.output_count = (int32_t)(shape >> ACTINIDE_SHAPE_OUTPUTS & ACTINIDE_SHAPE_COUNT);
  kernel.element_bytes = (int32_t)(shape >> ACTINIDE_SHAPE_ELEMENT_BYTES & ACTINIDE_SHAPE_COUNT);
  kernel.sum_bytes = kernel.element_bytes;
  kernel.per_channel_inputs = 0;
  kernel.per_channel_outputs = 0;
  kernel.packing.block = (int32_t)(shape >> ACTINIDE_SHAPE_BLOCK);
  for (int32_t i = 0; i < kernel.input_count; ++i) kernel.packing.input_bits[i] = kernel.element_bytes * 8;
  for (int32_t i = 0; i < kernel.output_count; ++i) kernel.packing.output_bits[i] = kernel.element_bytes * 8;
  kernel.split = split;

  struct actinide_array_bytes bytes;
  const size_t n = call->sizes[0];
  int32_t status = actinide_size_elementwise(&kernel, call, &bytes);
  if (status != ACTINIDE_OK || n == 0) return status;
  status = actinide_check_arrays(&kernel, call, &bytes);
  if (status != ACTINIDE_OK) return status;
  const int32_t level = (int32_t)(shape >> ACTINIDE_SHAPE_LEVEL & ACTINIDE_SHAPE_COUNT);
  if (run == NULL || actinide_level() < level) return ACTINIDE_UNSUPPORTED_CPU;
  const struct actinide_block_call blocks = {call, call->parameters, run};
  actinide_run_in_blocks(&kernel, &blocks, 0, n);
  return ACTINIDE_OK;
}
