/* The CPU path of an elementwise entry point. */
#include "runtime/arrays.h"
#include "runtime/checks.h"
#include "runtime/level.h"

/* Halide's extents are int32, so a tile sees at most kernel->split elements at once. Apart from the short way, which
 * then needs no register saved. */
static __attribute__((noinline)) int32_t run_in_pieces(const struct actinide_kernel *kernel,
                                                       const struct actinide_tile *whole, size_t n) {
  const actinide_tile_function run = actinide_choose_tile(kernel, actinide_level(), ACTINIDE_TILE_ELEMENTWISE);
  if (run == NULL) return ACTINIDE_UNSUPPORTED_CPU;
  struct actinide_tile tile;
  tile.parameters = whole->parameters;
  for (size_t done = 0; done < n; done += (size_t)tile.extent[0]) {
    const size_t extent = actinide_smaller(n - done, kernel->split);
    actinide_aim_inputs(kernel, whole->inputs, done, 0, &tile);
    actinide_aim_outputs(kernel, whole->outputs, done, &tile);
    actinide_set_shape(&tile, extent, 1, 1, extent, extent);
    run(&tile);
  }
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
  if (n > kernel->split) return run_in_pieces(kernel, &tile, n);
  actinide_set_shape(&tile, n, 1, 1, n, n);
  const actinide_tile_function run = actinide_choose_tile(kernel, actinide_level(), ACTINIDE_TILE_ELEMENTWISE);
  if (run == NULL) return ACTINIDE_UNSUPPORTED_CPU;
  run(&tile);
  return ACTINIDE_OK;
}
