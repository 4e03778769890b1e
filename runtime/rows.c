/* The CPU path of an entry point over rows: one tile a row, or dense pieces where no array has gaps. */
#include "runtime/arrays.h"
#include "runtime/level.h"
#include "runtime/parallel.h"
#include "runtime/row_checks.h"
#include "runtime/streaming.h"

/* A call as its parts see it: where no array has gaps, one long row whose pieces are read as columns. */
struct rows_job {
  const struct actinide_call *call;
  const union actinide_parameter *parameters;
  size_t rows, columns, parts;
  int streams;
  actinide_tile_function run;
};

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

/* `elements` of them from a place on, in the order of rows. */
static void run_row_elements(const struct actinide_kernel *kernel, const struct rows_job *job, size_t row,
                             size_t column, size_t elements) {
  struct actinide_tile tile;
  tile.parameters = job->parameters;
  for (size_t left = elements; left > 0; left -= (size_t)tile.extent[0]) {
    const size_t extent = actinide_smaller(actinide_smaller(job->columns - column, left), kernel->split);
    aim_at_row(kernel, job->call, row, column, &tile);
    actinide_set_shape(&tile, extent, 1, 1, extent, extent);
    job->run(&tile);
    column += extent;
    if (column == job->columns) {
      column = 0;
      row += 1;
    }
  }
  if (job->streams) actinide_end_streaming();
}

/* Cuts are whole steps behind the beginning of a row, so that a short row is not cut. */
static size_t begin_of_rows_part(const struct actinide_kernel *kernel, const struct rows_job *job, size_t part) {
  const size_t elements = job->rows * job->columns;
  if (job->rows == 1) {
    /* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): every kernel has an output. */
    const size_t first = actinide_elements_before_alignment(kernel, job->call->outputs[0]);
    return actinide_begin_of_part(elements, first, ACTINIDE_PART_STEP, part, job->parts);
  }
  const size_t place = actinide_begin_of_part(elements, 0, 1, part, job->parts);
  return place - place % job->columns % ACTINIDE_PART_STEP;
}

void actinide_part_of_rows(const struct actinide_kernel *kernel, void *context, size_t part) {
  const struct rows_job *job = context;
  const size_t begin = begin_of_rows_part(kernel, job, part), end = begin_of_rows_part(kernel, job, part + 1);
  run_row_elements(kernel, job, begin / job->columns, begin % job->columns, end - begin);
}

int32_t actinide_run_rows(const struct actinide_kernel *kernel, const struct actinide_call *call) {
  size_t elements;
  const int32_t status = actinide_check_rows(kernel, call, &elements);
  if (status != ACTINIDE_OK || elements == 0) return status;
  const int32_t level = actinide_level();
  struct rows_job job;
  const actinide_tile_function streaming = actinide_choose_streaming_form(kernel, level, ACTINIDE_TILE_ELEMENTWISE);
  job.streams = streaming != NULL && rows_stream(kernel, call, elements);
  job.run = job.streams ? streaming : actinide_choose_tile(kernel, level, ACTINIDE_TILE_ELEMENTWISE);
  if (job.run == NULL) return ACTINIDE_UNSUPPORTED_CPU;

  union actinide_parameter parameters[ACTINIDE_MAX_PARAMETERS];
  actinide_copy_parameters(kernel, call, parameters);
  const int dense = !has_gaps(kernel, call);
  job.call = call;
  job.parameters = parameters;
  job.rows = dense ? 1 : call->sizes[ACTINIDE_ROWS];
  job.columns = dense ? elements : call->sizes[ACTINIDE_COLUMNS];
  job.parts = actinide_parts_of(kernel, elements);
  if (job.parts > 1) {
    actinide_run_parts(kernel->part, &job, job.parts);
  } else {
    run_row_elements(kernel, &job, 0, 0, elements);
  }
  return ACTINIDE_OK;
}
