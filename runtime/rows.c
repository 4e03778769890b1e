/* The CPU path of an entry point over rows: one tile a row, or dense pieces where no array has gaps. */
#include "runtime/arrays.h"
#include "runtime/level.h"
#include "runtime/row_checks.h"
#include "runtime/streaming.h"

static void aim_at_row(const struct actinide_kernel *kernel, const struct actinide_call *call, size_t row,
                       size_t column, struct actinide_tile *tile) {
  const size_t bytes = (size_t)kernel->element_bytes;
  for (int32_t i = 0; i < kernel->input_count; ++i) {
    tile->inputs[i] = (const char *)call->inputs[i] + (row * actinide_stride_of_input(call, i) + column) * bytes;
  }
  for (int32_t i = 0; i < kernel->output_count; ++i) {
    tile->outputs[i] = (char *)call->outputs[i] + (row * actinide_stride_of_output(kernel, call, i) + column) * bytes;
  }
}

static int has_gaps(const struct actinide_kernel *kernel, const struct actinide_call *call) {
  size_t differs = 0;
  for (int32_t i = 0; i < kernel->input_count + kernel->output_count; ++i) {
    differs |= call->sizes[ACTINIDE_FIRST_STRIDE + i] ^ call->sizes[ACTINIDE_COLUMNS];
  }
  return differs != 0;
}

/* Every row has to begin at an aligned place of the outputs, and rows with gaps have to end at one: a line of which a
 * part is stored past the cache and a part into it costs as much as twenty others. */
static int rows_stream(const struct actinide_kernel *kernel, const struct actinide_call *call, size_t elements) {
  uintptr_t places = 0;
  size_t distances = has_gaps(kernel, call) ? call->sizes[ACTINIDE_COLUMNS] : 0;
  for (int32_t i = 0; i < kernel->output_count; ++i) {
    places |= (uintptr_t)call->outputs[i];
    if (distances != 0) distances |= actinide_stride_of_output(kernel, call, i);
  }
  places |= distances * (size_t)kernel->element_bytes;
  return actinide_misalignment(places) == 0 && actinide_streams(kernel, call->inputs, call->outputs, elements);
}

int32_t actinide_run_rows(const struct actinide_kernel *kernel, const struct actinide_call *call) {
  size_t elements;
  const int32_t status = actinide_check_rows(kernel, call, &elements);
  if (status != ACTINIDE_OK || elements == 0) return status;
  const int32_t level = actinide_level();
  const int streams = rows_stream(kernel, call, elements);
  const actinide_tile_function run = streams ? actinide_choose_tile(kernel, level, ACTINIDE_TILE_STREAMING)
                                             : actinide_choose_tile(kernel, level, ACTINIDE_TILE_ELEMENTWISE);
  if (run == NULL) return ACTINIDE_UNSUPPORTED_CPU;

  union actinide_parameter parameters[ACTINIDE_MAX_PARAMETERS];
  actinide_copy_parameters(kernel, call, parameters);
  struct actinide_tile tile;
  tile.parameters = parameters;
  /* One long row: its pieces are read as columns. */
  const int dense = !has_gaps(kernel, call);
  const size_t rows = dense ? 1 : call->sizes[ACTINIDE_ROWS];
  const size_t columns = dense ? elements : call->sizes[ACTINIDE_COLUMNS];
  for (size_t row = 0; row < rows; ++row) {
    for (size_t column = 0; column < columns; column += (size_t)tile.extent[0]) {
      const size_t extent = actinide_smaller(columns - column, kernel->split);
      aim_at_row(kernel, call, row, column, &tile);
      actinide_set_shape(&tile, extent, 1, 1, extent, extent);
      run(&tile);
    }
  }
  if (streams) actinide_end_streaming();
  return ACTINIDE_OK;
}
