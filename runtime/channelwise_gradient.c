/* The CPU path of a channelwise backward pass: dx and the learned parameters' gradients in one pass over memory.
 * Each block of x and dy is read for the sums (in the order of fold.h) and then, still in the cache, for dx. The sums
 * come first because dx may be x or dy. */
#include "runtime/arrays.h"
#include "runtime/checks.h"
#include "runtime/fold.h"
#include "runtime/layout.h"
#include "runtime/pieces.h"

/* Sums, one per channel and learned parameter, that are kept at once: struct gradient_state has to stay well below
 * 32 KiB of stack. */
enum { SUMS_AT_ONCE = 512 };

/* The kernel is no part of it but an argument of every function: as a constant it folds away in each. */
struct gradient_state {
  const struct actinide_call *call;
  struct actinide_layout layout;
  actinide_tile_function sum_lanes;
  actinide_tile_function write_dx;
  size_t first_channel, channel_count; /* of those in `groups` and `totals`, which hold parameter after parameter */
  size_t chunks_per_channel;
  struct actinide_tile tile;
  uint64_t lane_values[ACTINIDE_MAX_INPUTS][ACTINIDE_CHUNK_LANES]; /* of learned parameters, in any element type */
  struct actinide_sum groups[SUMS_AT_ONCE];
  struct actinide_sum totals[SUMS_AT_ONCE];
};

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
  const struct actinide_layout *layout = &state->layout;
  actinide_aim_inputs(kernel, state->call->inputs, offset, channel, &state->tile);
  if (!layout->channels_last) repeat_learned_values(kernel, state);
  for (size_t i = 0; i < actinide_count_gradients(kernel); ++i) state->tile.outputs[i] = sums + i * room;
  const size_t step = layout->channels_last ? layout->channels : ACTINIDE_CHUNK_LANES;
  actinide_set_shape(&state->tile, lanes, steps, 1, steps == 1 ? lanes : step, 1);
  state->sum_lanes(&state->tile);
}

/* dx of a dense block: `channels` rows of `inner` elements, or (channels last) `outer` rows of all channels. */
static void write_dense_dx(const struct actinide_kernel *kernel, struct gradient_state *state, size_t offset,
                           size_t channel, size_t outer, size_t channels, size_t inner) {
  struct actinide_pieces pieces = actinide_pieces_of(outer, channels, inner, kernel->split);
  struct actinide_piece piece;
  while (actinide_next_piece(&pieces, &piece)) {
    actinide_aim_inputs(kernel, state->call->inputs, offset + piece.offset, channel + piece.channel, &state->tile);
    actinide_aim_outputs(kernel, state->call->outputs, offset + piece.offset, &state->tile);
    actinide_set_dense_shape(&state->tile, &state->layout, piece.outer, piece.channels, piece.inner);
    state->write_dx(&state->tile);
  }
}

/* Adds one chunk's sum to one of the state's sums; chunks come in order. */
static void fold_chunk(struct gradient_state *state, size_t index, size_t chunk, double sum) {
  struct actinide_sum *group = &state->groups[index];
  struct actinide_sum *total = &state->totals[index];
  *group = actinide_add_chunk(*group, sum);
  if ((chunk + 1) % ACTINIDE_GROUP_CHUNKS != 0 && chunk + 1 != state->chunks_per_channel) return;
  *total = actinide_add_group(*total, *group);
  group->high = 0.0;
  group->low = 0.0;
}

/* Sums one chunk of a channel's row and adds it to the channel, for each parameter. */
static void add_row_chunk(const struct actinide_kernel *kernel, struct gradient_state *state, size_t offset,
                          size_t channel, size_t length, size_t chunk) {
  double lanes[ACTINIDE_MAX_LEARNED * ACTINIDE_CHUNK_LANES];
  double rest[ACTINIDE_MAX_LEARNED * ACTINIDE_CHUNK_LANES];
  const size_t gradients = actinide_count_gradients(kernel);
  const size_t steps = length / ACTINIDE_CHUNK_LANES;
  const size_t remainder = length % ACTINIDE_CHUNK_LANES;
  if (steps > 0) {
    sum_lanes(kernel, state, offset, channel, ACTINIDE_CHUNK_LANES, steps, lanes, ACTINIDE_CHUNK_LANES);
  } else {
    for (size_t lane = 0; lane < gradients * ACTINIDE_CHUNK_LANES; ++lane) lanes[lane] = 0.0;
  }
  if (remainder > 0) {
    sum_lanes(kernel, state, offset + steps * ACTINIDE_CHUNK_LANES, channel, remainder, 1, rest, ACTINIDE_CHUNK_LANES);
  }
  for (size_t i = 0; i < gradients; ++i) {
    double *own = lanes + i * ACTINIDE_CHUNK_LANES;
    for (size_t lane = 0; lane < remainder; ++lane) own[lane] += rest[i * ACTINIDE_CHUNK_LANES + lane];
    fold_chunk(state, i * state->channel_count + channel - state->first_channel, chunk, actinide_add_lanes(own));
  }
}

/* A block is one chunk of one row, or as many short rows of neighbouring channels as a chunk has room for. */
static void run_row_blocks(const struct actinide_kernel *kernel, struct gradient_state *state, size_t outer_index) {
  const size_t inner = state->layout.inner;
  const size_t chunks_per_row = (size_t)actinide_divided_up(inner, ACTINIDE_CHUNK_ELEMENTS);
  const size_t rows_at_once = inner < ACTINIDE_CHUNK_ELEMENTS ? ACTINIDE_CHUNK_ELEMENTS / inner : 1;
  for (size_t local = 0; local < state->channel_count; local += rows_at_once) {
    const size_t rows = actinide_smaller(rows_at_once, state->channel_count - local);
    const size_t channel = state->first_channel + local;
    const size_t begin = (outer_index * state->layout.channels + channel) * inner;
    for (size_t chunk = 0; chunk < chunks_per_row; ++chunk) {
      const size_t offset = begin + chunk * ACTINIDE_CHUNK_ELEMENTS;
      const size_t length = actinide_smaller(inner - chunk * ACTINIDE_CHUNK_ELEMENTS, ACTINIDE_CHUNK_ELEMENTS);
      for (size_t row = 0; row < rows; ++row) {
        add_row_chunk(kernel, state, offset + row * inner, channel + row, length, outer_index * chunks_per_row + chunk);
      }
      write_dense_dx(kernel, state, offset, channel, 1, rows, length);
    }
  }
}

/* dx of `rows` rows of the state's channels, which are `channels` elements apart. */
static void write_dx_of_rows(const struct actinide_kernel *kernel, struct gradient_state *state, size_t offset,
                             size_t rows) {
  const size_t channels = state->layout.channels;
  if (state->channel_count == channels) {
    write_dense_dx(kernel, state, offset, state->first_channel, rows, channels, 1);
    return;
  }
  for (size_t row = 0; row < rows; ++row) {
    write_dense_dx(kernel, state, offset + row * channels, state->first_channel, 1, state->channel_count, 1);
  }
}

static void run_channels_last_chunk(const struct actinide_kernel *kernel, struct gradient_state *state, size_t chunk) {
  double chunk_sums[SUMS_AT_ONCE];
  double partials[SUMS_AT_ONCE];
  const size_t channels = state->layout.channels;
  const size_t count = state->channel_count;
  const size_t sums = actinide_count_gradients(kernel) * count;
  const size_t rows_per_partial = (size_t)actinide_rows_per_partial(channels);
  const size_t first_row = chunk * ACTINIDE_CHUNK_ROWS;
  const size_t row_count = actinide_smaller(state->layout.outer - first_row, ACTINIDE_CHUNK_ROWS);
  for (size_t row = 0; row < row_count; row += rows_per_partial) {
    const size_t rows = actinide_smaller(row_count - row, rows_per_partial);
    const size_t offset = (first_row + row) * channels + state->first_channel;
    sum_lanes(kernel, state, offset, state->first_channel, count, rows, row == 0 ? chunk_sums : partials, count);
    if (row > 0) {
      for (size_t i = 0; i < sums; ++i) {
        chunk_sums[i] += partials[i]; /* NOLINT(clang-analyzer-core.uninitialized.Assign): row 0 has filled it. */
      }
    }
    write_dx_of_rows(kernel, state, offset, rows);
  }
  /* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): every chunk has a row, whose sums came first. */
  for (size_t i = 0; i < sums; ++i) fold_chunk(state, i, chunk, chunk_sums[i]);
}

static void write_gradient(const struct actinide_kernel *kernel, void *gradient, size_t channel,
                           struct actinide_sum sum) {
  if (kernel->sum_bytes == 8) {
    ((double *)gradient)[channel] = actinide_rounded_to_f64(sum);
  } else {
    ((float *)gradient)[channel] = actinide_rounded(sum);
  }
}

static void run_channels(const struct actinide_kernel *kernel, struct gradient_state *state) {
  const size_t row_blocks = state->layout.channels_last ? state->chunks_per_channel : state->layout.outer;
  const size_t gradients = actinide_count_gradients(kernel);
  for (size_t i = 0; i < gradients; ++i) {
    for (size_t local = 0; local < state->channel_count; ++local) {
      const struct actinide_sum zero = {0.0, 0.0};
      state->groups[i * state->channel_count + local] = zero;
      state->totals[i * state->channel_count + local] = zero;
    }
  }
  for (size_t block = 0; block < row_blocks; ++block) {
    if (state->layout.channels_last) {
      run_channels_last_chunk(kernel, state, block);
    } else {
      run_row_blocks(kernel, state, block);
    }
  }
  for (size_t i = 0; i < gradients; ++i) {
    void *gradient = state->call->outputs[actinide_first_gradient(kernel) + i];
    const struct actinide_sum *totals = state->totals + i * state->channel_count;
    for (size_t local = 0; local < state->channel_count; ++local) {
      write_gradient(kernel, gradient, state->first_channel + local, totals[local]);
    }
  }
}

/* At least one gradient: a kernel without is run elsewhere. */
static size_t count_channels_at_once(const struct actinide_kernel *kernel) {
  const size_t gradients = actinide_count_gradients(kernel);
  return SUMS_AT_ONCE / (gradients == 0 ? 1 : gradients);
}

/* The parts of a row of channels that are summed together have to begin at aligned places too, as all chunks of a
 * channel's own row do. */
static int dx_streams(const struct actinide_kernel *kernel, const struct gradient_state *state, size_t at_once) {
  const struct actinide_layout *layout = &state->layout;
  const int parts_are_aligned = !layout->channels_last || layout->channels <= at_once ||
                                actinide_misalignment(at_once * (size_t)kernel->element_bytes) == 0;
  return parts_are_aligned && actinide_layout_streams(kernel, state->call->inputs, state->call->outputs, layout);
}

static int32_t run_gradient(const struct actinide_kernel *kernel, const struct actinide_call *call) {
  struct gradient_state state;
  const int32_t level = actinide_level();
  state.call = call;
  state.layout = actinide_layout_of(call);
  state.sum_lanes = actinide_choose_tile(kernel, level, ACTINIDE_TILE_LANE_SUMS);
  const size_t channels_at_once = count_channels_at_once(kernel);
  const int streams = dx_streams(kernel, &state, channels_at_once);
  state.write_dx = streams ? actinide_choose_streaming_tile(kernel, level, &state.layout)
                           : actinide_choose_elementwise_tile(kernel, level, &state.layout);
  if (state.sum_lanes == NULL || state.write_dx == NULL) return ACTINIDE_UNSUPPORTED_CPU;
  state.tile.parameters = call->parameters;
  state.chunks_per_channel =
      (size_t)actinide_fold_of(call->sizes[0], call->sizes[1], call->sizes[2]).chunks_per_channel;
  for (size_t first = 0; first < state.layout.channels; first += channels_at_once) {
    state.first_channel = first;
    state.channel_count = actinide_smaller(state.layout.channels - first, channels_at_once);
    run_channels(kernel, &state);
  }
  if (streams) actinide_end_streaming();
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
