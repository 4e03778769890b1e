/* The CPU path of an elementwise entry point. */
#include "runtime/arrays.h"
#include "runtime/checks.h"
#include "runtime/level.h"
#include "runtime/parallel.h"
#include "runtime/streaming.h"

/* A call as its parts see it. */
struct elementwise_job {
  const struct actinide_tile *whole;
  size_t n, parts;
  size_t before_alignment; /* elements before the first aligned one of the first output */
  int streams;
  actinide_tile_function run, run_before; /* `run_before` where stores past the cache cannot begin yet */
};

static void run_piece(const struct actinide_kernel *kernel, const struct actinide_tile *whole, size_t offset,
                      size_t extent, actinide_tile_function run) {
  struct actinide_tile tile;
  tile.parameters = whole->parameters;
  actinide_aim_inputs(kernel, whole->inputs, offset, 0, &tile);
  actinide_aim_outputs(kernel, whole->outputs, offset, &tile);
  actinide_set_shape(&tile, extent, 1, 1, extent, extent);
  run(&tile);
}

/* Halide's extents are int32, so a tile sees at most kernel->split elements at once. */
static void run_elements(const struct actinide_kernel *kernel, const struct elementwise_job *job, size_t begin,
                         size_t end) {
  size_t done = begin;
  if (job->streams && begin == 0 && job->before_alignment > 0) {
    done = actinide_smaller(job->before_alignment, end);
    run_piece(kernel, job->whole, 0, done, job->run_before);
  }
  while (done < end) {
    const size_t extent = actinide_smaller(end - done, kernel->split);
    run_piece(kernel, job->whole, done, extent, job->run);
    done += extent;
  }
  if (job->streams) actinide_end_streaming();
}

void actinide_part_of_elementwise(const struct actinide_kernel *kernel, void *context, size_t part) {
  const struct elementwise_job *job = context;
  const struct actinide_range range =
      actinide_range_of_part(job->n, job->before_alignment, ACTINIDE_PART_STEP, part, job->parts);
  run_elements(kernel, job, range.begin, range.end);
}

/* Apart from the short way, which then needs no register saved. */
static __attribute__((noinline)) int32_t run_in_pieces(const struct actinide_kernel *kernel,
                                                       const struct actinide_tile *whole, size_t n) {
  const int32_t level = actinide_level();
  struct elementwise_job job;
  job.whole = whole;
  job.n = n;
  job.run_before = actinide_choose_tile(kernel, level, ACTINIDE_TILE_ELEMENTWISE);
  if (job.run_before == NULL) return ACTINIDE_UNSUPPORTED_CPU;
  const actinide_tile_function streaming = actinide_choose_streaming_form(kernel, level, ACTINIDE_TILE_ELEMENTWISE);
  job.streams = streaming != NULL && actinide_streams(kernel, whole->inputs, whole->outputs, n);
  job.run = job.streams ? streaming : job.run_before;
  /* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): every kernel has an output. */
  job.before_alignment = actinide_elements_before_alignment(kernel, whole->outputs[0]);
  job.parts = actinide_parts_of(kernel, n);
  if (job.parts > 1) {
    actinide_run_parts(kernel->part, &job, job.parts);
  } else {
    run_elements(kernel, &job, 0, n);
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
  if (n > actinide_most_at_once(kernel)) return run_in_pieces(kernel, &tile, n);
  actinide_set_shape(&tile, n, 1, 1, n, n);
  const actinide_tile_function run = actinide_choose_tile(kernel, actinide_level(), ACTINIDE_TILE_ELEMENTWISE);
  if (run == NULL) return ACTINIDE_UNSUPPORTED_CPU;
  run(&tile);
  return ACTINIDE_OK;
}
