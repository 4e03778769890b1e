/* The CUDA steps of a parameter's gradient above the lane sums, and what the compiler's own kernels call. Compiled for
 * nvptx64 by clang; the order is runtime/fold.h's. */
#include "runtime/device/lanes.h"

#define KERNEL __attribute__((nvptx_kernel))

uint64_t actinide_thread_index(void);
int actinide_lane_of_thread(uint64_t thread, uint64_t outer, uint64_t channels, uint64_t inner,
                            struct actinide_lane *lane);
KERNEL void actinide_fold_groups(double *partials, struct actinide_sum *groups, uint64_t outer, uint64_t channels,
                                 uint64_t inner);
KERNEL void actinide_fold_channels(const struct actinide_sum *groups, float *gradient, uint64_t outer,
                                   uint64_t channels, uint64_t inner);
KERNEL void actinide_fold_channels_f64(const struct actinide_sum *groups, double *gradient, uint64_t outer,
                                       uint64_t channels, uint64_t inner);

static inline uint64_t block_index(void) { return (uint64_t)__nvvm_read_ptx_sreg_ctaid_x(); }
static inline uint64_t block_count(void) { return (uint64_t)__nvvm_read_ptx_sreg_nctaid_x(); }
static inline uint64_t block_size(void) { return (uint64_t)__nvvm_read_ptx_sreg_ntid_x(); }
static inline uint64_t thread_in_block(void) { return (uint64_t)__nvvm_read_ptx_sreg_tid_x(); }

uint64_t actinide_thread_index(void) { return block_index() * block_size() + thread_in_block(); }

int actinide_lane_of_thread(uint64_t thread, uint64_t outer, uint64_t channels, uint64_t inner,
                            struct actinide_lane *lane) {
  return actinide_find_lane(thread, outer, channels, inner, lane);
}

/* One block a group, one thread a chunk. Each thread leaves its chunk's sum in the chunk's first partial, which no
 * other thread reads before the barrier. */
KERNEL void actinide_fold_groups(double *partials, struct actinide_sum *groups, uint64_t outer, uint64_t channels,
                                 uint64_t inner) {
  const struct actinide_fold fold = actinide_fold_of(outer, channels, inner);
  const uint64_t group_count = fold.groups_per_channel * fold.channels;
  for (uint64_t i = block_index(); i < group_count; i += block_count()) {
    const uint64_t channel = i % fold.channels;
    const uint64_t group = i / fold.channels;
    const uint64_t chunk = group * ACTINIDE_GROUP_CHUNKS + thread_in_block();
    if (thread_in_block() < ACTINIDE_GROUP_CHUNKS && chunk < fold.chunks_per_channel) {
      partials[actinide_first_partial(&fold, channel, chunk)] = actinide_sum_of_chunk(&fold, partials, channel, chunk);
    }
    __syncthreads();
    if (thread_in_block() == 0) groups[i] = actinide_sum_of_group(&fold, partials, channel, group);
  }
}

KERNEL void actinide_fold_channels(const struct actinide_sum *groups, float *gradient, uint64_t outer,
                                   uint64_t channels, uint64_t inner) {
  const struct actinide_fold fold = actinide_fold_of(outer, channels, inner);
  for (uint64_t i = actinide_thread_index(); i < fold.channels; i += block_count() * block_size()) {
    gradient[i] = actinide_rounded(actinide_total_of_channel(&fold, groups, i));
  }
}

KERNEL void actinide_fold_channels_f64(const struct actinide_sum *groups, double *gradient, uint64_t outer,
                                       uint64_t channels, uint64_t inner) {
  const struct actinide_fold fold = actinide_fold_of(outer, channels, inner);
  for (uint64_t i = actinide_thread_index(); i < fold.channels; i += block_count() * block_size()) {
    gradient[i] = actinide_rounded_to_f64(actinide_total_of_channel(&fold, groups, i));
  }
}
