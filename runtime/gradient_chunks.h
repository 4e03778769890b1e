/* The chunks of a parameter's gradient: their sums and their dx. Internal, of the channelwise gradient alone.
 * Each block of x and dy is read for the sums (in the order of fold.h) and then, still in the cache, for dx. The sums
 * come first because dx may be x or dy. */
#ifndef ACTINIDE_RUNTIME_GRADIENT_CHUNKS_H
#define ACTINIDE_RUNTIME_GRADIENT_CHUNKS_H

#include "runtime/arrays.h"
#include "runtime/fold.h"
#include "runtime/layout.h"
#include "runtime/pieces.h"

/* Sums, one per channel and learned parameter, that are kept at once: what they take has to stay well below 32 KiB of
 * stack. */
enum { SUMS_AT_ONCE = 512 };

/* What becomes of a chunk's sum: added to the channel's total, or kept, so that the total can be added in order later;
 * kept with those of its group, or alone. */
enum gradient_keeps { KEEPS_TOTALS, KEEPS_GROUPS, KEEPS_CHUNKS };

/* What is the same for all threads of a call. The kernel is no part of it but an argument of every function: as a
 * constant it folds away in each. */
struct gradient_plan {
    const struct actinide_call *call;
    struct actinide_layout layout;
    actinide_tile_function sum_lanes;
    actinide_tile_function write_dx;
    size_t chunks_per_channel;
    int streams;
};

struct gradient_state {
    const struct gradient_plan *plan;
    size_t first_channel, channel_count; /* of those in the sums, which hold parameter after parameter */
    enum gradient_keeps keeps;
    struct actinide_sum *groups, *totals; /* null where they are not kept */
    double *kept;      /* chunk after chunk, or the two numbers of group after group; each of all sums */
    size_t first_kept; /* the chunk or group that `kept` begins with */
    struct actinide_tile tile;
    _Alignas(64) uint64_t
        lane_values[ACTINIDE_MAX_INPUTS][ACTINIDE_CHUNK_LANES]; /* of learned parameters, in any element type */
};

static void begin_state(struct gradient_state *state, const struct gradient_plan *plan, size_t first_channel,
                        size_t channel_count) {
    state->plan = plan;
    state->first_channel = first_channel;
    state->channel_count = channel_count;
    state->tile.parameters = plan->call->parameters;
}

static size_t count_sums(const struct actinide_kernel *kernel, const struct gradient_state *state) {
    return actinide_count_gradients(kernel) * state->channel_count;
}

/* Tiles read one value per lane; in a row all lanes belong to one channel. */
static void repeat_learned_values(const struct actinide_kernel *kernel, struct gradient_state *state) {
    for (int32_t i = 0; i < kernel->input_count; ++i) {
        if (!actinide_is_per_channel(kernel->per_channel_inputs, i)) continue;
        const void *value = state->tile.inputs[i];
        uint64_t *values = state->lane_values[i];
        uint64_t repeated = 0;
        switch (kernel->element_bytes) {
            case 2:
                repeated = *(const uint16_t *)value * UINT64_C(0x0001000100010001);
                break;
            case 4:
                repeated = *(const uint32_t *)value * UINT64_C(0x0000000100000001);
                break;
            default:
                repeated = *(const uint64_t *)value;
        }
        /* As many bytes as the lanes of any type need. */
        for (size_t lane = 0; lane < ACTINIDE_CHUNK_LANES; ++lane) values[lane] = repeated;
        state->tile.inputs[i] = values;
    }
}

/* Each parameter's sums are `room` apart. */
static void sum_lanes(const struct actinide_kernel *kernel, struct gradient_state *state, size_t offset, size_t channel,
                      size_t lanes, size_t steps, double *sums, size_t room) {
    const struct actinide_layout *layout = &state->plan->layout;
    actinide_aim_inputs(kernel, state->plan->call->inputs, offset, channel, &state->tile);
    if (!layout->channels_last) repeat_learned_values(kernel, state);
    for (size_t i = 0; i < actinide_count_gradients(kernel); ++i) state->tile.outputs[i] = sums + i * room;
    const size_t step = layout->channels_last ? layout->channels : ACTINIDE_CHUNK_LANES;
    actinide_set_shape(&state->tile, lanes, steps, 1, steps == 1 ? lanes : step, 1);
    state->plan->sum_lanes(&state->tile);
}

/* dx of a dense block: `channels` rows of `inner` elements, or (channels last) `outer` rows of all channels. */
static void write_dense_dx(const struct actinide_kernel *kernel, struct gradient_state *state, size_t offset,
                           size_t channel, size_t outer, size_t channels, size_t inner) {
    struct actinide_pieces pieces = actinide_pieces_of(outer, channels, inner, kernel->split);
    struct actinide_piece piece;
    while (actinide_next_piece(&pieces, &piece)) {
        actinide_aim_inputs(kernel, state->plan->call->inputs, offset + piece.offset, channel + piece.channel,
                            &state->tile);
        actinide_aim_outputs(kernel, state->plan->call->outputs, offset + piece.offset, &state->tile);
        actinide_set_dense_shape(&state->tile, &state->plan->layout, piece.outer, piece.channels, piece.inner);
        state->plan->write_dx(&state->tile);
    }
}

/* Adds one chunk's sum to one of the state's sums; chunks come in order. `keeps` is the state's: a constant where one
 * thread computes all. */
ACTINIDE_INLINE void fold_chunk(const struct actinide_kernel *kernel, struct gradient_state *state,
                                enum gradient_keeps keeps, size_t index, size_t chunk, double sum) {
    if (keeps == KEEPS_CHUNKS) {
        state->kept[(chunk - state->first_kept) * count_sums(kernel, state) + index] = sum;
        return;
    }
    struct actinide_sum *group = &state->groups[index];
    *group = actinide_add_chunk(*group, sum);
    if ((chunk + 1) % ACTINIDE_GROUP_CHUNKS != 0 && chunk + 1 != state->plan->chunks_per_channel) return;
    if (keeps == KEEPS_GROUPS) {
        const size_t place = (chunk / ACTINIDE_GROUP_CHUNKS - state->first_kept) * count_sums(kernel, state) + index;
        state->kept[2 * place] = group->high;
        state->kept[2 * place + 1] = group->low;
    } else {
        /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): kept where they are asked for. */
        state->totals[index] = actinide_add_group(state->totals[index], *group);
    }
    group->high = 0.0;
    group->low = 0.0;
}

/* Sums one chunk of a channel's row and adds it to the channel, for each parameter. */
ACTINIDE_INLINE void add_row_chunk(const struct actinide_kernel *kernel, struct gradient_state *state,
                                   enum gradient_keeps keeps, size_t offset, size_t channel, size_t length,
                                   size_t chunk) {
    /* A vector that is stored across two lines is read back slowly. */
    _Alignas(64) double lanes[ACTINIDE_MAX_LEARNED * ACTINIDE_CHUNK_LANES];
    _Alignas(64) double rest[ACTINIDE_MAX_LEARNED * ACTINIDE_CHUNK_LANES];
    const size_t gradients = actinide_count_gradients(kernel);
    const size_t steps = length / ACTINIDE_CHUNK_LANES;
    const size_t remainder = length % ACTINIDE_CHUNK_LANES;
    if (steps > 0) {
        sum_lanes(kernel, state, offset, channel, ACTINIDE_CHUNK_LANES, steps, lanes, ACTINIDE_CHUNK_LANES);
    } else {
        for (size_t lane = 0; lane < gradients * ACTINIDE_CHUNK_LANES; ++lane) lanes[lane] = 0.0;
    }
    if (remainder > 0) {
        sum_lanes(kernel, state, offset + steps * ACTINIDE_CHUNK_LANES, channel, remainder, 1, rest,
                  ACTINIDE_CHUNK_LANES);
    }
    for (size_t i = 0; i < gradients; ++i) {
        double *own = lanes + i * ACTINIDE_CHUNK_LANES;
        /* NOLINTNEXTLINE(clang-analyzer-core.uninitialized.Assign): tiles have filled both. */
        for (size_t lane = 0; lane < remainder; ++lane) own[lane] += rest[i * ACTINIDE_CHUNK_LANES + lane];
        fold_chunk(kernel, state, keeps, i * state->channel_count + channel - state->first_channel, chunk,
                   actinide_add_lanes(own));
    }
}

/* One chunk of a channel's chunks, with its dx. */
static void run_row_chunk(const struct actinide_kernel *kernel, struct gradient_state *state, size_t channel,
                          size_t chunk) {
    const size_t inner = state->plan->layout.inner;
    const size_t chunks_per_row = (size_t)actinide_divided_up(inner, ACTINIDE_CHUNK_ELEMENTS);
    const size_t row = chunk / chunks_per_row * state->plan->layout.channels + channel;
    const size_t done = chunk % chunks_per_row * ACTINIDE_CHUNK_ELEMENTS;
    const size_t length = actinide_smaller(inner - done, ACTINIDE_CHUNK_ELEMENTS);
    add_row_chunk(kernel, state, state->keeps, row * inner + done, channel, length, chunk);
    write_dense_dx(kernel, state, row * inner + done, channel, 1, 1, length);
}

/* A block is one chunk of one row, or as many short rows of neighbouring channels as a chunk has room for. */
static void run_row_blocks(const struct actinide_kernel *kernel, struct gradient_state *state, size_t outer_index) {
    const size_t inner = state->plan->layout.inner;
    const size_t chunks_per_row = (size_t)actinide_divided_up(inner, ACTINIDE_CHUNK_ELEMENTS);
    const size_t rows_at_once = inner < ACTINIDE_CHUNK_ELEMENTS ? ACTINIDE_CHUNK_ELEMENTS / inner : 1;
    for (size_t local = 0; local < state->channel_count; local += rows_at_once) {
        const size_t rows = actinide_smaller(rows_at_once, state->channel_count - local);
        const size_t channel = state->first_channel + local;
        const size_t begin = (outer_index * state->plan->layout.channels + channel) * inner;
        for (size_t chunk = 0; chunk < chunks_per_row; ++chunk) {
            const size_t offset = begin + chunk * ACTINIDE_CHUNK_ELEMENTS;
            const size_t length = actinide_smaller(inner - chunk * ACTINIDE_CHUNK_ELEMENTS, ACTINIDE_CHUNK_ELEMENTS);
            for (size_t row = 0; row < rows; ++row) {
                add_row_chunk(kernel, state, KEEPS_TOTALS, offset + row * inner, channel + row, length,
                              outer_index * chunks_per_row + chunk);
            }
            write_dense_dx(kernel, state, offset, channel, 1, rows, length);
        }
    }
}

/* dx of `rows` rows of the state's channels, which are `channels` elements apart. */
static void write_dx_of_rows(const struct actinide_kernel *kernel, struct gradient_state *state, size_t offset,
                             size_t rows) {
    const size_t channels = state->plan->layout.channels;
    if (state->channel_count == channels) {
        write_dense_dx(kernel, state, offset, state->first_channel, rows, channels, 1);
        return;
    }
    for (size_t row = 0; row < rows; ++row) {
        write_dense_dx(kernel, state, offset + row * channels, state->first_channel, 1, state->channel_count, 1);
    }
}

ACTINIDE_INLINE void run_channels_last_chunk(const struct actinide_kernel *kernel, struct gradient_state *state,
                                             enum gradient_keeps keeps, size_t chunk) {
    double chunk_sums[SUMS_AT_ONCE];
    double partials[SUMS_AT_ONCE];
    const size_t channels = state->plan->layout.channels;
    const size_t count = state->channel_count;
    const size_t sums = count_sums(kernel, state);
    const size_t rows_per_partial = (size_t)actinide_rows_per_partial(channels);
    const size_t first_row = chunk * ACTINIDE_CHUNK_ROWS;
    const size_t row_count = actinide_smaller(state->plan->layout.outer - first_row, ACTINIDE_CHUNK_ROWS);
    for (size_t row = 0; row < row_count; row += rows_per_partial) {
        const size_t rows = actinide_smaller(row_count - row, rows_per_partial);
        const size_t offset = (first_row + row) * channels + state->first_channel;
        sum_lanes(kernel, state, offset, state->first_channel, count, rows, row == 0 ? chunk_sums : partials, count);
        if (row > 0) {
            for (size_t i = 0; i < sums; ++i) {
                chunk_sums[i] +=
                    partials[i]; /* NOLINT(clang-analyzer-core.uninitialized.Assign): row 0 has filled it. */
            }
        }
        write_dx_of_rows(kernel, state, offset, rows);
    }
    /* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): every chunk has a row, whose sums came first. */
    for (size_t i = 0; i < sums; ++i) fold_chunk(kernel, state, keeps, i, chunk, chunk_sums[i]);
}

static void write_gradient(const struct actinide_kernel *kernel, void *gradient, size_t channel,
                           struct actinide_sum sum) {
    if (kernel->sum_bytes == 8) {
        ((double *)gradient)[channel] = actinide_rounded_to_f64(sum);
    } else {
        ((float *)gradient)[channel] = actinide_rounded(sum);
    }
}

#endif
