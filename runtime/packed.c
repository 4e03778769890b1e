/* The CPU path of an entry point over packed arrays. */
#include "runtime/block_pieces.h"
#include "runtime/level.h"
#include "runtime/packed_checks.h"
#include "runtime/parallel.h"

/* A call as its parts see it. */
struct packed_job {
  struct actinide_block_call blocks;
  size_t elements, parts;
};

void actinide_part_of_packed(const struct actinide_kernel *kernel, void *context, size_t part) {
  const struct packed_job *job = context;
  const struct actinide_range range = actinide_range_of_part(job->elements, 0, ACTINIDE_PART_STEP, part, job->parts);
  actinide_run_in_blocks(kernel, &job->blocks, range.begin, range.end);
}

static size_t packed_traffic(const struct actinide_kernel *kernel, size_t elements) {
  size_t bytes = 0;
  for (int32_t i = 0; i < kernel->input_count; ++i) {
    bytes += actinide_packed_bytes(elements, kernel->packing.input_bits[i]);
  }
  for (int32_t i = 0; i < kernel->output_count; ++i) {
    bytes += actinide_packed_bytes(elements, kernel->packing.output_bits[i]);
  }
  return bytes;
}

int32_t actinide_run_packed(const struct actinide_kernel *kernel, const struct actinide_call *call) {
  size_t elements;
  const int32_t status = actinide_check_packed(kernel, call, &elements);
  if (status != ACTINIDE_OK || elements == 0) return status;
  struct packed_job job;
  job.blocks.run = actinide_choose_tile(kernel, actinide_level(), ACTINIDE_TILE_ELEMENTWISE);
  if (job.blocks.run == NULL) return ACTINIDE_UNSUPPORTED_CPU;

  union actinide_parameter parameters[ACTINIDE_MAX_PARAMETERS];
  actinide_copy_parameters(kernel, call, parameters);
  job.blocks.call = call;
  job.blocks.parameters = parameters;
  job.elements = elements;
  job.parts = actinide_may_share(kernel, elements) ? actinide_count_parts(packed_traffic(kernel, elements)) : 1;
  if (job.parts > 1) {
    actinide_run_parts(kernel->part, &job, job.parts);
  } else {
    actinide_run_in_blocks(kernel, &job.blocks, 0, elements);
  }
  return ACTINIDE_OK;
}
