/* Which lane a device thread sums, and how lanes become chunks: runtime/fold.h for one thread at a time. Internal.
 * Also compiled for the host, where tests compare it with the CPU's path. */
#ifndef ACTINIDE_RUNTIME_DEVICE_LANES_H
#define ACTINIDE_RUNTIME_DEVICE_LANES_H

#include "runtime/fold.h"

/* The elements offset, offset + stride, ... of one channel, `steps` of them. */
struct actinide_lane {
    uint64_t offset;
    uint64_t channel;
    uint64_t steps;
    uint64_t stride;
};

static inline uint64_t actinide_at_most(uint64_t value, uint64_t limit) {
    return value < limit ? value : limit;
}

/* Neighbouring threads have neighbouring channels, and so neighbouring elements. */
static inline struct actinide_lane actinide_lane_of_column(const struct actinide_fold *fold, uint64_t thread) {
    const uint64_t first_row = thread / fold->channels * fold->rows_per_partial;
    struct actinide_lane lane;
    lane.channel = thread % fold->channels;
    lane.offset = first_row * fold->channels + lane.channel;
    lane.steps = actinide_at_most(fold->outer - first_row, fold->rows_per_partial);
    lane.stride = fold->channels;
    return lane;
}

/* Threads run over lanes, then chunks of a row, then rows, as the elements do. */
static inline struct actinide_lane actinide_lane_of_row(const struct actinide_fold *fold, uint64_t thread) {
    const uint64_t lane_in_chunk = thread % fold->lanes_per_chunk;
    const uint64_t chunk_of_all = thread / fold->lanes_per_chunk;
    const uint64_t row = chunk_of_all / fold->chunks_per_row;
    const uint64_t begin = chunk_of_all % fold->chunks_per_row * ACTINIDE_CHUNK_ELEMENTS;
    const uint64_t length = actinide_at_most(fold->inner - begin, ACTINIDE_CHUNK_ELEMENTS);
    struct actinide_lane lane;
    lane.channel = row % fold->channels;
    lane.offset = row * fold->inner + begin + lane_in_chunk;
    lane.steps =
        length > lane_in_chunk ? (length - lane_in_chunk + ACTINIDE_CHUNK_LANES - 1) / ACTINIDE_CHUNK_LANES : 0;
    lane.stride = ACTINIDE_CHUNK_LANES;
    return lane;
}

/* False for a thread beyond the last lane. A lane may have no step: its sum is 0.0. */
static inline int actinide_find_lane(uint64_t thread, uint64_t outer, uint64_t channels, uint64_t inner,
                                     struct actinide_lane *lane) {
    const struct actinide_fold fold = actinide_fold_of(outer, channels, inner);
    if (thread >= fold.partials) return 0;
    *lane = fold.channels_last ? actinide_lane_of_column(&fold, thread) : actinide_lane_of_row(&fold, thread);
    if (lane->steps <= 1) lane->stride = 1;
    return 1;
}

/* Where the partials of chunk `chunk` of a channel begin. */
static inline uint64_t actinide_first_partial(const struct actinide_fold *fold, uint64_t channel, uint64_t chunk) {
    if (fold->channels_last) {
        return chunk * (ACTINIDE_CHUNK_ROWS / fold->rows_per_partial) * fold->channels + channel;
    }
    const uint64_t row = chunk / fold->chunks_per_row * fold->channels + channel;
    return (row * fold->chunks_per_row + chunk % fold->chunks_per_row) * fold->lanes_per_chunk;
}

static inline double actinide_sum_of_chunk(const struct actinide_fold *fold, const double *partials, uint64_t channel,
                                           uint64_t chunk) {
    const uint64_t first = actinide_first_partial(fold, channel, chunk);
    if (!fold->channels_last) {
        double lanes[ACTINIDE_CHUNK_LANES];
        for (uint64_t i = 0; i < ACTINIDE_CHUNK_LANES; ++i)
            lanes[i] = i < fold->lanes_per_chunk ? partials[first + i] : 0.0;
        return actinide_add_lanes(lanes);
    }
    const uint64_t rows = actinide_at_most(fold->outer - chunk * ACTINIDE_CHUNK_ROWS, ACTINIDE_CHUNK_ROWS);
    const uint64_t count = actinide_divided_up(rows, fold->rows_per_partial);
    double sum = partials[first];
    for (uint64_t i = 1; i < count; ++i) sum += partials[first + i * fold->channels];
    return sum;
}

/* `partials` holds each chunk's sum where its partials began. */
static inline struct actinide_sum actinide_sum_of_group(const struct actinide_fold *fold, const double *partials,
                                                        uint64_t channel, uint64_t group) {
    const uint64_t begin = group * ACTINIDE_GROUP_CHUNKS;
    const uint64_t end = actinide_at_most(begin + ACTINIDE_GROUP_CHUNKS, fold->chunks_per_channel);
    struct actinide_sum sum = {0.0, 0.0};
    for (uint64_t chunk = begin; chunk < end; ++chunk) {
        sum = actinide_add_chunk(sum, partials[actinide_first_partial(fold, channel, chunk)]);
    }
    return sum;
}

/* `groups` holds channel after channel for each group. */
static inline struct actinide_sum actinide_total_of_channel(const struct actinide_fold *fold,
                                                            const struct actinide_sum *groups, uint64_t channel) {
    struct actinide_sum sum = {0.0, 0.0};
    for (uint64_t group = 0; group < fold->groups_per_channel; ++group) {
        sum = actinide_add_group(sum, groups[group * fold->channels + channel]);
    }
    return sum;
}

#endif
