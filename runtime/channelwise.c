/* The CPU path of a channelwise entry point without a parameter gradient. */
#include "runtime/arrays.h"
#include "runtime/checks.h"
#include "runtime/layout.h"
#include "runtime/parallel.h"
#include "runtime/pieces.h"

/* A call as its parts see it. */
struct channelwise_job {
  const struct actinide_tile *whole;
  const struct actinide_layout *layout;
  size_t parts;
  int streams;
  actinide_tile_function run;
};

/* The pieces are dense, so no stride exceeds the piece, and no index inside one exceeds kernel->split. */
static void run_pieces(const struct actinide_kernel *kernel, const struct channelwise_job *job,
                       struct actinide_pieces *pieces) {
  struct actinide_tile tile;
  tile.parameters = job->whole->parameters;
  struct actinide_piece piece;
  while (actinide_next_piece(pieces, &piece)) {
    actinide_aim_inputs(kernel, job->whole->inputs, piece.offset, piece.channel, &tile);
    actinide_aim_outputs(kernel, job->whole->outputs, piece.offset, &tile);
    actinide_set_dense_shape(&tile, job->layout, piece.outer, piece.channels, piece.inner);
    job->run(&tile);
  }
  if (job->streams) actinide_end_streaming();
}

static struct actinide_pieces all_pieces(const struct actinide_kernel *kernel, const struct actinide_layout *layout) {
  return actinide_pieces_of(layout->outer, layout->channels, layout->inner, kernel->split);
}

void actinide_part_of_channelwise(const struct actinide_kernel *kernel, void *context, size_t part) {
  const struct channelwise_job *job = context;
  struct actinide_pieces pieces = all_pieces(kernel, job->layout);
  /* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): every kernel has an output. */
  const size_t first = actinide_elements_before_alignment(kernel, job->whole->outputs[0]);
  const struct actinide_range range = actinide_range_of_part(pieces.left, first, ACTINIDE_PART_STEP, part, job->parts);
  actinide_restrict_pieces(&pieces, range.begin, range.end);
  run_pieces(kernel, job, &pieces);
}

/* Apart from the short way, which then needs no register saved. */
static __attribute__((noinline)) int32_t run_in_channel_pieces(const struct actinide_kernel *kernel,
                                                               const struct actinide_tile *whole,
                                                               const struct actinide_layout *layout) {
  const int32_t level = actinide_level();
  struct actinide_pieces pieces = all_pieces(kernel, layout);
  struct channelwise_job job;
  job.whole = whole;
  job.layout = layout;
  const actinide_tile_function streaming = actinide_choose_streaming_tile(kernel, level, layout);
  job.streams = streaming != NULL && actinide_layout_streams(kernel, whole->inputs, whole->outputs, layout);
  job.run = job.streams ? streaming : actinide_choose_elementwise_tile(kernel, level, layout);
  if (job.run == NULL) return ACTINIDE_UNSUPPORTED_CPU;
  job.parts = actinide_parts_of(kernel, pieces.left);
  if (job.parts > 1) {
    actinide_run_parts(kernel->part, &job, job.parts);
  } else {
    run_pieces(kernel, &job, &pieces);
  }
  return ACTINIDE_OK;
}

int32_t actinide_run_channelwise(const struct actinide_kernel *kernel, const struct actinide_call *call) {
  struct actinide_array_bytes bytes;
  int32_t status = actinide_check_parameters(kernel, call);
  if (status != ACTINIDE_OK) return status;
  status = actinide_size_channelwise(kernel, call, &bytes);
  if (status != ACTINIDE_OK || bytes.per_element == 0) return status;
  status = actinide_check_arrays(kernel, call, &bytes);
  if (status != ACTINIDE_OK) return status;

  const struct actinide_layout layout = actinide_layout_of(call);
  union actinide_parameter parameters[ACTINIDE_MAX_PARAMETERS];
  actinide_copy_parameters(kernel, call, parameters);
  struct actinide_tile tile;
  tile.parameters = parameters;
  actinide_aim_inputs(kernel, call->inputs, 0, 0, &tile);
  actinide_aim_outputs(kernel, call->outputs, 0, &tile);
  if (bytes.per_element / (size_t)kernel->element_bytes > actinide_most_at_once(kernel)) {
    return run_in_channel_pieces(kernel, &tile, &layout);
  }
  actinide_set_dense_shape(&tile, &layout, layout.outer, layout.channels, layout.inner);
  const actinide_tile_function run = actinide_choose_elementwise_tile(kernel, actinide_level(), &layout);
  if (run == NULL) return ACTINIDE_UNSUPPORTED_CPU;
  run(&tile);
  return ACTINIDE_OK;
}
