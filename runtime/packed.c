/* The CPU path of an entry point over packed arrays: whole blocks where they lie, and the last elements in a copy that
 * is as long as a block, because a tile knows no shorter one. */
#include "runtime/arrays.h"
#include "runtime/level.h"
#include "runtime/packed_checks.h"
#include "runtime/parallel.h"

/* A call as its parts see it. */
struct packed_job {
  const struct actinide_call *call;
  const union actinide_parameter *parameters;
  size_t elements, parts;
  actinide_tile_function run;
};

static void aim_at_element(const struct actinide_kernel *kernel, const struct actinide_call *call, size_t element,
                           struct actinide_tile *tile) {
  for (int32_t i = 0; i < kernel->input_count; ++i) {
    tile->inputs[i] = (const char *)call->inputs[i] + actinide_packed_bytes(element, kernel->packing.input_bits[i]);
  }
  for (int32_t i = 0; i < kernel->output_count; ++i) {
    tile->outputs[i] = (char *)call->outputs[i] + actinide_packed_bytes(element, kernel->packing.output_bits[i]);
  }
}

static void copy_bytes(unsigned char *to, const unsigned char *from, size_t bytes) {
  for (size_t i = 0; i < bytes; ++i) to[i] = from[i];
}

/* What the bits of the elements behind the last would be is a tile's guess. */
static void clear_bits_behind(unsigned char *mask, size_t elements, int32_t bits) {
  const size_t used = elements * (size_t)bits % 8;
  if (used != 0) mask[elements * (size_t)bits / 8] &= (unsigned char)((1u << used) - 1);
}

static __attribute__((noinline)) void run_last(const struct actinide_kernel *kernel, const struct actinide_tile *place,
                                               size_t elements, actinide_tile_function run) {
  _Alignas(64) unsigned char inputs[ACTINIDE_MAX_PACKED_ARRAYS][ACTINIDE_MAX_BLOCK_BYTES];
  _Alignas(64) unsigned char outputs[ACTINIDE_MAX_PACKED_ARRAYS][ACTINIDE_MAX_BLOCK_BYTES];
  struct actinide_tile tile;
  tile.parameters = place->parameters;
  for (int32_t i = 0; i < kernel->input_count; ++i) {
    const size_t bytes = actinide_packed_bytes(elements, kernel->packing.input_bits[i]);
    copy_bytes(inputs[i], place->inputs[i], bytes);
    for (size_t k = bytes; k < ACTINIDE_MAX_BLOCK_BYTES; ++k) inputs[i][k] = 0;
    tile.inputs[i] = inputs[i];
  }
  for (int32_t i = 0; i < kernel->output_count; ++i) tile.outputs[i] = outputs[i];
  const size_t block = (size_t)kernel->packing.block;
  actinide_set_shape(&tile, block, 1, 1, block, block);
  run(&tile);
  for (int32_t i = 0; i < kernel->output_count; ++i) {
    const int32_t bits = kernel->packing.output_bits[i];
    if (actinide_holds_bits(bits)) clear_bits_behind(outputs[i], elements, bits);
    copy_bytes(place->outputs[i], outputs[i], actinide_packed_bytes(elements, bits));
  }
}

/* `range` begins at a whole block, and ends at one or with the arrays. */
static void run_packed_elements(const struct actinide_kernel *kernel, const struct packed_job *job,
                                struct actinide_range range) {
  struct actinide_tile tile;
  tile.parameters = job->parameters;
  const size_t block = (size_t)kernel->packing.block;
  const size_t split = kernel->split < block ? block : kernel->split / block * block;
  const size_t whole = range.end / block * block;
  for (size_t done = range.begin; done < whole; done += (size_t)tile.extent[0]) {
    const size_t extent = actinide_smaller(whole - done, split);
    aim_at_element(kernel, job->call, done, &tile);
    actinide_set_shape(&tile, extent, 1, 1, extent, extent);
    job->run(&tile);
  }
  if (whole < range.end) {
    aim_at_element(kernel, job->call, whole, &tile);
    run_last(kernel, &tile, range.end - whole, job->run);
  }
}

void actinide_part_of_packed(const struct actinide_kernel *kernel, void *context, size_t part) {
  const struct packed_job *job = context;
  run_packed_elements(kernel, job, actinide_range_of_part(job->elements, 0, ACTINIDE_PART_STEP, part, job->parts));
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
  job.run = actinide_choose_tile(kernel, actinide_level(), ACTINIDE_TILE_ELEMENTWISE);
  if (job.run == NULL) return ACTINIDE_UNSUPPORTED_CPU;

  union actinide_parameter parameters[ACTINIDE_MAX_PARAMETERS];
  actinide_copy_parameters(kernel, call, parameters);
  job.call = call;
  job.parameters = parameters;
  job.elements = elements;
  job.parts = actinide_may_share(kernel, elements) ? actinide_count_parts(packed_traffic(kernel, elements)) : 1;
  if (job.parts > 1) {
    actinide_run_parts(kernel->part, &job, job.parts);
  } else {
    const struct actinide_range all = {0, elements};
    run_packed_elements(kernel, &job, all);
  }
  return ACTINIDE_OK;
}
