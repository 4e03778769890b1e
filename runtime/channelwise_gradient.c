/* The CPU path of a channelwise backward pass: dx and the learned parameters' gradients in one pass over memory.
 *
 * Threads share it in one of two ways. Rows of many channels: each takes channels, which have nothing in common. All
 * others: each takes chunks, or whole groups of them, and keeps what they sum up to; the calling thread adds that up in
 * the order in which it alone would have. */
#include "runtime/arrays.h"
#include "runtime/checks.h"
#include "runtime/fold.h"
#include "runtime/gradient_chunks.h"
#include "runtime/layout.h"
#include "runtime/parallel.h"

/* Numbers that threads keep between two meetings: 32 KiB of the calling thread's stack. */
enum { KEPT_NUMBERS = 4096 };

/* A call, or what is shared of it at once, as its parts see it. */
struct gradient_job {
  const struct gradient_plan *plan;
  size_t parts;
  size_t channel_step; /* 0: the parts take chunks */
  size_t first_channel, channel_count;
  size_t first, count; /* chunks, or groups of chunks, of every channel */
  enum gradient_keeps keeps;
  double *kept;
};

static void clear_sums(struct actinide_sum *sums, size_t count) {
  const struct actinide_sum zero = {0.0, 0.0};
  for (size_t i = 0; i < count; ++i) sums[i] = zero;
}

static void write_gradients(const struct actinide_kernel *kernel, const struct gradient_state *state) {
  for (size_t i = 0; i < actinide_count_gradients(kernel); ++i) {
    void *gradient = state->plan->call->outputs[actinide_first_gradient(kernel) + i];
    const struct actinide_sum *totals = state->totals + i * state->channel_count;
    for (size_t local = 0; local < state->channel_count; ++local) {
      write_gradient(kernel, gradient, state->first_channel + local, totals[local]);
    }
  }
}

/* All of the state's channels, in this thread. */
static void run_channels(const struct actinide_kernel *kernel, struct gradient_state *state) {
  const size_t row_blocks =
      state->plan->layout.channels_last ? state->plan->chunks_per_channel : state->plan->layout.outer;
  clear_sums(state->groups, count_sums(kernel, state));
  clear_sums(state->totals, count_sums(kernel, state));
  for (size_t block = 0; block < row_blocks; ++block) {
    if (state->plan->layout.channels_last) {
      run_channels_last_chunk(kernel, state, KEEPS_TOTALS, block);
    } else {
      run_row_blocks(kernel, state, block);
    }
  }
  write_gradients(kernel, state);
}

/* At least one gradient: a kernel without is run elsewhere. */
static size_t count_channels_at_once(const struct actinide_kernel *kernel) {
  const size_t gradients = actinide_count_gradients(kernel);
  return SUMS_AT_ONCE / (gradients == 0 ? 1 : gradients);
}

/* Channels that no other thread has. */
static __attribute__((noinline)) void run_channels_between(const struct actinide_kernel *kernel,
                                                           const struct gradient_plan *plan, size_t begin, size_t end) {
  struct actinide_sum groups[SUMS_AT_ONCE], totals[SUMS_AT_ONCE];
  struct gradient_state state;
  const size_t at_once = count_channels_at_once(kernel);
  state.keeps = KEEPS_TOTALS;
  state.groups = groups;
  state.totals = totals;
  for (size_t first = begin; first < end; first += at_once) {
    begin_state(&state, plan, first, actinide_smaller(end - first, at_once));
    run_channels(kernel, &state);
  }
  if (plan->streams) actinide_end_streaming();
}

static void run_chunk(const struct actinide_kernel *kernel, struct gradient_state *state, size_t channel,
                      size_t chunk) {
  if (state->plan->layout.channels_last) {
    run_channels_last_chunk(kernel, state, state->keeps, chunk);
  } else {
    run_row_chunk(kernel, state, channel, chunk);
  }
}

/* Of channels last a chunk has all channels of the job; of rows each channel has its own. */
static __attribute__((noinline)) void run_kept_chunks(const struct actinide_kernel *kernel,
                                                      const struct gradient_job *job, struct actinide_range range) {
  struct actinide_sum groups[SUMS_AT_ONCE];
  struct gradient_state state;
  const size_t each = job->keeps == KEEPS_GROUPS ? ACTINIDE_GROUP_CHUNKS : 1;
  begin_state(&state, job->plan, job->first_channel, job->channel_count);
  state.keeps = job->keeps;
  state.groups = groups;
  state.totals = NULL;
  state.kept = job->kept;
  state.first_kept = job->first;
  if (job->keeps == KEEPS_GROUPS) clear_sums(groups, count_sums(kernel, &state));
  for (size_t i = range.begin; i < range.end; ++i) {
    const size_t chunk = (job->first + i % job->count) * each;
    const size_t end = actinide_smaller(chunk + each, job->plan->chunks_per_channel);
    for (size_t k = chunk; k < end; ++k) run_chunk(kernel, &state, job->first_channel + i / job->count, k);
  }
  if (job->plan->streams) actinide_end_streaming();
}

void actinide_part_of_channelwise_gradient(const struct actinide_kernel *kernel, void *context, size_t part) {
  const struct gradient_job *job = context;
  if (job->channel_step != 0) {
    const struct actinide_range range =
        actinide_range_of_part(job->channel_count, 0, job->channel_step, part, job->parts);
    run_channels_between(kernel, job->plan, range.begin, range.end);
    return;
  }
  const size_t pieces = job->plan->layout.channels_last ? job->count : job->count * job->channel_count;
  run_kept_chunks(kernel, job, actinide_range_of_part(pieces, 0, 1, part, job->parts));
}

static void run_job(const struct actinide_kernel *kernel, struct gradient_job *job) {
  if (job->parts > 1) {
    actinide_run_parts(kernel->part, job, job->parts);
  } else {
    job->parts = 1;
    actinide_part_of_channelwise_gradient(kernel, job, 0);
  }
}

/* What the threads kept of one meeting, in order. */
static void add_what_was_kept(const struct actinide_kernel *kernel, struct gradient_state *state,
                              const struct gradient_job *job) {
  const size_t sums = count_sums(kernel, state);
  for (size_t i = 0; i < job->count; ++i) {
    const double *kept = job->kept + i * sums * (job->keeps == KEEPS_GROUPS ? 2 : 1);
    for (size_t k = 0; k < sums; ++k) {
      if (job->keeps == KEEPS_GROUPS) {
        const struct actinide_sum group = {kept[2 * k], kept[2 * k + 1]};
        state->totals[k] = actinide_add_group(state->totals[k], group);
      } else {
        fold_chunk(kernel, state, KEEPS_TOTALS, k, job->first + i, kept[k]);
      }
    }
  }
}

/* Chunk by chunk, or group by group where there are enough: as many at a time as there is room to keep their sums. */
static void share_chunks_of(const struct actinide_kernel *kernel, const struct gradient_plan *plan,
                            struct gradient_state *state, double *kept) {
  const size_t threads = __atomic_load_n(&actinide_threads_in_use, __ATOMIC_RELAXED);
  const size_t sums = count_sums(kernel, state);
  const size_t groups = (size_t)actinide_divided_up(plan->chunks_per_channel, ACTINIDE_GROUP_CHUNKS);
  const size_t channels_apart = plan->layout.channels_last ? 1 : state->channel_count;
  const int keeps_groups = groups * channels_apart / 2 >= threads;
  const size_t all = keeps_groups ? groups : plan->chunks_per_channel;
  const size_t room = KEPT_NUMBERS / sums / (keeps_groups ? 2 : 1);
  const size_t elements = plan->layout.outer * state->channel_count * plan->layout.inner;
  struct gradient_job job;
  job.plan = plan;
  job.channel_step = 0;
  job.first_channel = state->first_channel;
  job.channel_count = state->channel_count;
  job.keeps = keeps_groups ? KEEPS_GROUPS : KEEPS_CHUNKS;
  job.kept = kept;
  for (job.first = 0; job.first < all; job.first += job.count) {
    job.count = actinide_smaller(all - job.first, room);
    job.parts = actinide_count_parts(actinide_traffic(kernel, elements / all * job.count));
    job.parts = actinide_smaller(job.parts, job.count * channels_apart);
    run_job(kernel, &job);
    add_what_was_kept(kernel, state, &job);
  }
}

static __attribute__((noinline)) void share_chunks(const struct actinide_kernel *kernel,
                                                   const struct gradient_plan *plan) {
  struct actinide_sum groups[SUMS_AT_ONCE], totals[SUMS_AT_ONCE];
  double kept[KEPT_NUMBERS];
  struct gradient_state state;
  const size_t at_once = count_channels_at_once(kernel);
  state.keeps = KEEPS_TOTALS;
  state.groups = groups;
  state.totals = totals;
  for (size_t first = 0; first < plan->layout.channels; first += at_once) {
    begin_state(&state, plan, first, actinide_smaller(plan->layout.channels - first, at_once));
    clear_sums(groups, count_sums(kernel, &state));
    clear_sums(totals, count_sums(kernel, &state));
    share_chunks_of(kernel, plan, &state, kept);
    write_gradients(kernel, &state);
  }
}

/* Cut where the gradients of channels fill whole lines, if that leaves a part for each thread; of channels last where
 * one thread would cut them, too. */
static void share_channels(const struct actinide_kernel *kernel, const struct gradient_plan *plan, size_t parts) {
  const size_t threads = __atomic_load_n(&actinide_threads_in_use, __ATOMIC_RELAXED);
  const size_t line = ACTINIDE_STREAM_ALIGNMENT / (size_t)kernel->element_bytes;
  struct gradient_job job;
  job.plan = plan;
  job.channel_count = plan->layout.channels;
  job.channel_step = job.channel_count / line >= threads ? line : 1;
  if (plan->layout.channels_last) job.channel_step = count_channels_at_once(kernel);
  job.parts = actinide_smaller(parts, job.channel_count / job.channel_step);
  run_job(kernel, &job);
}

/* The sums of short rows are soon added up, which one thread would have to do for all. Of channels last only where
 * there are few rows, as memory has all channels of a row together. */
static int may_share_channels(const struct actinide_kernel *kernel, const struct gradient_plan *plan, size_t parts) {
  const struct actinide_layout *layout = &plan->layout;
  if (layout->channels == 1) return 0;
  if (layout->channels_last) {
    return layout->channels / count_channels_at_once(kernel) > 1 &&
           plan->chunks_per_channel < __atomic_load_n(&actinide_threads_in_use, __ATOMIC_RELAXED);
  }
  return layout->channels >= parts || layout->inner < ACTINIDE_CHUNK_ELEMENTS;
}

/* The parts of a row of channels that are summed together have to begin at aligned places too, as all chunks of a
 * channel's own row do. */
static int dx_streams(const struct actinide_kernel *kernel, const struct gradient_plan *plan) {
  const struct actinide_layout *layout = &plan->layout;
  const size_t at_once = count_channels_at_once(kernel);
  const int parts_are_aligned = !layout->channels_last || layout->channels <= at_once ||
                                actinide_misalignment(at_once * (size_t)kernel->element_bytes) == 0;
  return parts_are_aligned && actinide_layout_streams(kernel, plan->call->inputs, plan->call->outputs, layout);
}

static int32_t run_gradient(const struct actinide_kernel *kernel, const struct actinide_call *call) {
  struct gradient_plan plan;
  const int32_t level = actinide_level();
  plan.call = call;
  plan.layout = actinide_layout_of(call);
  plan.sum_lanes = actinide_choose_tile(kernel, level, ACTINIDE_TILE_LANE_SUMS);
  const actinide_tile_function streaming = actinide_choose_streaming_tile(kernel, level, &plan.layout);
  plan.streams = streaming != NULL && dx_streams(kernel, &plan);
  plan.write_dx = plan.streams ? streaming : actinide_choose_elementwise_tile(kernel, level, &plan.layout);
  if (plan.sum_lanes == NULL || plan.write_dx == NULL) return ACTINIDE_UNSUPPORTED_CPU;
  plan.chunks_per_channel = (size_t)actinide_fold_of(call->sizes[0], call->sizes[1], call->sizes[2]).chunks_per_channel;
  const size_t parts = actinide_parts_of(kernel, plan.layout.outer * plan.layout.channels * plan.layout.inner);
  if (parts <= 1) {
    run_channels_between(kernel, &plan, 0, plan.layout.channels);
  } else if (may_share_channels(kernel, &plan, parts)) {
    share_channels(kernel, &plan, parts);
  } else {
    share_chunks(kernel, &plan);
  }
  return ACTINIDE_OK;
}

/* The sum over no element is zero; a caller without arrays is left alone. */
static int32_t write_empty_gradients(const struct actinide_kernel *kernel, const struct actinide_call *call) {
  const struct actinide_sum zero = {0.0, 0.0};
  const int32_t first = (int32_t)actinide_first_gradient(kernel);
  uintptr_t addresses = 0;
  for (int32_t i = first; i < kernel->output_count; ++i) addresses |= (uintptr_t)call->outputs[i];
  if (addresses & ((uintptr_t)kernel->sum_bytes - 1)) return ACTINIDE_MISALIGNED;
  for (int32_t i = first; i < kernel->output_count; ++i) {
    if (call->outputs[i] == NULL) continue;
    for (size_t channel = 0; channel < call->sizes[1]; ++channel) {
      write_gradient(kernel, call->outputs[i], channel, zero);
    }
  }
  return ACTINIDE_OK;
}

int32_t actinide_run_channelwise_gradient(const struct actinide_kernel *kernel, const struct actinide_call *call) {
  struct actinide_array_bytes bytes;
  int32_t status = actinide_check_parameters(kernel, call);
  if (status != ACTINIDE_OK) return status;
  status = actinide_size_channelwise(kernel, call, &bytes);
  if (status != ACTINIDE_OK) return status;
  if (bytes.per_element == 0) return write_empty_gradients(kernel, call);
  status = actinide_check_arrays(kernel, call, &bytes);
  return status == ACTINIDE_OK ? run_gradient(kernel, call) : status;
}
