/* The order in which a parameter's gradient is summed, and the arithmetic of the sums above a tile. Internal.
 *
 * The order depends on outer, channels and inner only: not on the CPU, its level, the split length, threads, or CPU or
 * GPU. Whoever sums, sums so:
 *
 * 1. With one channel, everything is one row: outer = 1, inner = outer * inner.
 * 2. A term is exact in float64 (a product of two float32; of two float64 it is rounded). A lane is a sum of terms in
 * float64, from 0.0, in order.
 * 3. A channel is a sequence of chunks.
 *    Rows (one channel, or inner > 1): each (outer, channel) row of `inner` elements is cut into chunks of 2048, the
 *      last one shorter. Element i of a chunk belongs to lane i % 16; lanes without elements are 0.0. The chunk's sum
 *      is the tree that adds lane l + 8 to lane l, then l + 4, l + 2, l + 1.
 *      A channel's chunks come in the order of outer, then of their place in the row.
 *    Channels last (inner = 1, several channels): a chunk is 128 rows of one column, the last one shorter. It is cut
 *      into partials of actinide_rows_per_partial(channels) rows, one lane each; the chunk's sum adds them in order.
 * 4. 64 chunks in order form a group, the last one shorter. A group is an unevaluated pair high + low, from 0.0 + 0.0;
 *    each chunk's sum is added by TwoSum, whose error goes to low.
 * 5. The channel is again such a pair, to which the groups are added in order; the gradient is high + low, rounded
 *    to float32 unless the kernel is one of float64.
 *
 * Error: at most 128 + 1 + 4 additions in float64 touch a term before TwoSum, so |error| <= 2^-45 * sum |terms| plus
 * the rounding to float32. Infinite and NaN terms give what IEEE addition gives. */
#ifndef ACTINIDE_RUNTIME_FOLD_H
#define ACTINIDE_RUNTIME_FOLD_H

#include <stddef.h>
#include <stdint.h>

enum {
    ACTINIDE_CHUNK_LANES = 16,
    ACTINIDE_CHUNK_ELEMENTS = 2048,
    ACTINIDE_CHUNK_ROWS = 128,
    ACTINIDE_GROUP_CHUNKS = 64
};

/* An unevaluated sum: |low| is at most about half a unit in the last place of high. */
struct actinide_sum {
    double high;
    double low;
};

/* TwoSum (Knuth). Where the sum is infinite or NaN there is no error to keep: inf - inf would turn it into NaN. */
static inline struct actinide_sum actinide_add(struct actinide_sum sum, double term, double term_low) {
    const double high = sum.high + term;
    const double part = high - sum.high;
    const double error = (sum.high - (high - part)) + (term - part);
    /* NOLINTNEXTLINE(misc-redundant-expression): high - high is not zero where high is infinite or NaN. */
    const struct actinide_sum result = {high, sum.low + (high - high == 0 ? error + term_low : 0.0)};
    return result;
}

static inline struct actinide_sum actinide_add_chunk(struct actinide_sum group, double chunk) {
    return actinide_add(group, chunk, 0.0);
}

static inline struct actinide_sum actinide_add_group(struct actinide_sum channel, struct actinide_sum group) {
    return actinide_add(channel, group.high, group.low);
}

static inline float actinide_rounded(struct actinide_sum sum) {
    return (float)(sum.high + sum.low); /* NOLINT(modernize-avoid-c-style-cast): this is C. */
}
static inline double actinide_rounded_to_f64(struct actinide_sum sum) {
    return sum.high + sum.low;
}

/* Leaves the chunk's sum in lanes[0]. */
static inline double actinide_add_lanes(double *lanes) {
    for (int half = ACTINIDE_CHUNK_LANES / 2; half > 0; half /= 2) {
        /* NOLINTNEXTLINE(clang-analyzer-core.uninitialized.Assign): a tile has filled them. */
        for (int lane = 0; lane < half; ++lane) lanes[lane] += lanes[lane + half];
    }
    return lanes[0];
}

/* A power of two that divides ACTINIDE_CHUNK_ROWS: so many rows of up to 512 channels stay in a CPU's first or second
 * cache between the sums and dx. Beyond 2^24 channels a tile's indices would leave int32. */
static inline uint64_t actinide_rows_per_partial(uint64_t channels) {
    if (channels <= 32) return 128;
    if (channels <= 64) return 64;
    if (channels <= 128) return 32;
    return channels <= (1u << 24) ? 16 : 1;
}

/* The counts that follow from the shape; outer, channels and inner are not zero and their product fits. */
struct actinide_fold {
    uint64_t outer, channels, inner; /* after rule 1 */
    int channels_last;
    uint64_t chunks_per_row;   /* rows */
    uint64_t lanes_per_chunk;  /* rows: min(16, inner), since the other lanes are 0.0 */
    uint64_t rows_per_partial; /* channels last */
    uint64_t partials;         /* float64 lane sums of all channels together */
    uint64_t chunks_per_channel;
    uint64_t groups_per_channel;
};

static inline uint64_t actinide_divided_up(uint64_t a, uint64_t b) {
    return a / b + (a % b != 0);
}

static inline struct actinide_fold actinide_fold_of(uint64_t outer, uint64_t channels, uint64_t inner) {
    struct actinide_fold fold;
    fold.outer = channels == 1 ? 1 : outer;
    fold.channels = channels;
    fold.inner = channels == 1 ? outer * inner : inner;
    fold.channels_last = channels != 1 && inner == 1;
    fold.chunks_per_row = actinide_divided_up(fold.inner, ACTINIDE_CHUNK_ELEMENTS);
    /* NOLINTNEXTLINE(modernize-avoid-c-style-cast): this is C. */
    fold.lanes_per_chunk = fold.inner < ACTINIDE_CHUNK_LANES ? fold.inner : (uint64_t)ACTINIDE_CHUNK_LANES;
    fold.rows_per_partial = actinide_rows_per_partial(channels);
    if (fold.channels_last) {
        fold.partials = actinide_divided_up(fold.outer, fold.rows_per_partial) * channels;
        fold.chunks_per_channel = actinide_divided_up(fold.outer, ACTINIDE_CHUNK_ROWS);
    } else {
        fold.chunks_per_channel = fold.outer * fold.chunks_per_row;
        fold.partials = fold.chunks_per_channel * channels * fold.lanes_per_chunk;
    }
    fold.groups_per_channel = actinide_divided_up(fold.chunks_per_channel, ACTINIDE_GROUP_CHUNKS);
    return fold;
}

#endif
