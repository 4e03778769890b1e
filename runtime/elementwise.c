/* The CPU path of an elementwise entry point. */
#include "runtime/arrays.h"
#include "runtime/checks.h"
#include "runtime/level.h"
#include "runtime/streaming.h"

static void run_piece(const struct actinide_kernel *kernel, const struct actinide_tile *whole, size_t offset,
                      size_t extent, actinide_tile_function run) {
  struct actinide_tile tile;
  tile.parameters = whole->parameters;
  actinide_aim_inputs(kernel, whole->inputs, offset, 0, &tile);
  actinide_aim_outputs(kernel, whole->outputs, offset, &tile);
  actinide_set_shape(&tile, extent, 1, 1, extent, extent);
  run(&tile);
}

/* Halide's extents are int32, so a tile sees at most kernel->split elements at once. Apart from the short way, which
 * then needs no register saved. */
static __attribute__((noinline)) int32_t run_in_pieces(const struct actinide_kernel *kernel,
                                                       const struct actinide_tile *whole, size_t n) {
  const int32_t level = actinide_level();
  actinide_tile_function run = actinide_choose_tile(kernel, level, ACTINIDE_TILE_ELEMENTWISE);
  if (run == NULL) return ACTINIDE_UNSUPPORTED_CPU;
  size_t done = 0;
  const int streams = actinide_streams(kernel, whole->inputs, whole->outputs, n);
  if (streams) {
    /* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): every kernel has an output. */
    done = actinide_elements_before_alignment(kernel, whole->outputs[0]);
    if (done > 0) run_piece(kernel, whole, 0, done, run);
    run = actinide_choose_tile(kernel, level, ACTINIDE_TILE_STREAMING);
  }
  while (done < n) {
    const size_t extent = actinide_smaller(n - done, kernel->split);
    run_piece(kernel, whole, done, extent, run);
    done += extent;
  }
  if (streams) actinide_end_streaming();
  return ACTINIDE_OK;
}

int32_t actinide_run_elementwise(const struct actinide_kernel *kernel, const struct actinide_call *call) {
  struct actinide_array_bytes bytes;
  const size_t n = call->sizes[0];
  int32_t status = actinide_check_parameters(kernel, call);
  if (status != ACTINIDE_OK) return status;
  status = actinide_size_elementwise(kernel, call, &bytes);
  if (status != ACTINIDE_OK || n == 0) return status;
  status = actinide_check_arrays(kernel, call, &bytes);
  if (status != ACTINIDE_OK) return status;

  union actinide_parameter parameters[ACTINIDE_MAX_PARAMETERS];
  actinide_copy_parameters(kernel, call, parameters);
  struct actinide_tile tile;
  tile.parameters = parameters;
  actinide_aim_inputs(kernel, call->inputs, 0, 0, &tile);
  actinide_aim_outputs(kernel, call->outputs, 0, &tile);
  if (n > actinide_most_at_once(kernel)) return run_in_pieces(kernel, &tile, n);
  actinide_set_shape(&tile, n, 1, 1, n, n);
  const actinide_tile_function run = actinide_choose_tile(kernel, actinide_level(), ACTINIDE_TILE_ELEMENTWISE);
  if (run == NULL) return ACTINIDE_UNSUPPORTED_CPU;
  run(&tile);
  return ACTINIDE_OK;
}
