// Kernels for the runtime's tests: tiles written as plain loops, and one that only records what it was given.
#pragma once

#include <cstring>
#include <vector>

extern "C" {
#include "runtime/kernel.h"
#include "runtime/support.h"
/// The runtime's only state; tests set it to reach a level that this machine may not have.
extern int32_t actinide_level_in_use;
}

namespace actinide::runtime_tests {

inline const float *input(const actinide_tile *tile, int index) {
    return static_cast<const float *>(tile->inputs[index]);
}
inline float *output(const actinide_tile *tile, int index) {
    return static_cast<float *>(tile->outputs[index]);
}

/// Calls visit(element, channel) for each element of a tile, both relative to its pointers.
template <typename Visit>
void for_each_element(const actinide_tile *tile, bool channels_last, Visit visit) {
    for (int k = 0; k < tile->extent[2]; ++k) {
        for (int j = 0; j < tile->extent[1]; ++j) {
            for (int i = 0; i < tile->extent[0]; ++i) {
                visit(i + ptrdiff_t{j} * tile->stride[1] + ptrdiff_t{k} * tile->stride[2], channels_last ? i : j);
            }
        }
    }
}

/// What the tests' one-input kernel computes; every result tells input and parameter.
inline float scaled(float x, float scale) {
    return x * scale + 1.0f;
}

inline void scale_tile(const actinide_tile *tile) {
    for (int i = 0; i < tile->extent[0]; ++i) output(tile, 0)[i] = scaled(input(tile, 0)[i], tile->parameters[0].f32);
}

inline void backward_tile(const actinide_tile *tile) {
    for (int i = 0; i < tile->extent[0]; ++i) output(tile, 0)[i] = input(tile, 0)[i] * input(tile, 1)[i];
}

inline float prelu(float x, float weight) {
    return x > 0 ? x : weight * x;
}
inline float prelu_dx(float x, float weight, float dy) {
    return x > 0 ? dy : weight * dy;
}
inline double prelu_term(float x, float dy) {
    return x > 0 ? 0.0 : static_cast<double>(x) * static_cast<double>(dy);
}

template <bool channels_last>
void prelu_tile(const actinide_tile *tile) {
    for_each_element(tile, channels_last, [&](ptrdiff_t element, int channel) {
        output(tile, 0)[element] = prelu(input(tile, 0)[element], input(tile, 1)[channel]);
    });
}

template <bool channels_last>
void prelu_dx_tile(const actinide_tile *tile) {
    for_each_element(tile, channels_last, [&](ptrdiff_t element, int channel) {
        output(tile, 0)[element] = prelu_dx(input(tile, 0)[element], input(tile, 1)[channel], input(tile, 2)[element]);
    });
}

inline void prelu_lane_sums_tile(const actinide_tile *tile) {
    auto *sums = static_cast<double *>(tile->outputs[0]);
    for (int lane = 0; lane < tile->extent[0]; ++lane) {
        sums[lane] = 0.0;
        for (int step = 0; step < tile->extent[1]; ++step) {
            const ptrdiff_t element = lane + ptrdiff_t{step} * tile->stride[1];
            sums[lane] += prelu_term(input(tile, 0)[element], input(tile, 2)[element]);
        }
    }
}

/// Of `count` learned parameters, whose terms are prelu's times 1, 2, 4 and so on.
template <int count>
void several_lane_sums_tile(const actinide_tile *tile) {
    for (int i = 0; i < count; ++i) {
        auto *sums = static_cast<double *>(tile->outputs[i]);
        for (int lane = 0; lane < tile->extent[0]; ++lane) {
            sums[lane] = 0.0;
            for (int step = 0; step < tile->extent[1]; ++step) {
                const ptrdiff_t element = lane + ptrdiff_t{step} * tile->stride[1];
                sums[lane] += (1 << i) * prelu_term(input(tile, 0)[element], input(tile, 1 + count)[element]);
            }
        }
    }
}

/// dx with the first parameter as the weight, dy behind `count` of them.
template <int count, bool channels_last>
void several_dx_tile(const actinide_tile *tile) {
    for_each_element(tile, channels_last, [&](ptrdiff_t element, int channel) {
        output(tile, 0)[element] =
            prelu_dx(input(tile, 0)[element], input(tile, 1)[channel], input(tile, 1 + count)[element]);
    });
}

constexpr size_t no_split = size_t{1} << 30;

inline actinide_kernel empty_kernel(int inputs, int outputs, size_t split) {
    actinide_kernel kernel;
    std::memset(&kernel, 0, sizeof(kernel));
    kernel.input_count = inputs;
    kernel.output_count = outputs;
    kernel.element_bytes = 4;
    kernel.sum_bytes = 4;
    kernel.parameter_bytes = 4;
    kernel.split = split;
    return kernel;
}

/// y = x * p[0] + 1, for p[0] >= 0.
inline actinide_kernel scale_kernel(size_t split = no_split) {
    actinide_kernel kernel = empty_kernel(1, 1, split);
    kernel.parameter_count = 1;
    kernel.condition_count = 1;
    kernel.conditions[0] = {0, 0.0f, ACTINIDE_GREATER_EQUAL, -1, 0.0f};
    kernel.tiles[0][ACTINIDE_TILE_ELEMENTWISE] = scale_tile;
    return kernel;
}

/// dx = x * dy.
inline actinide_kernel backward_kernel(size_t split = no_split) {
    actinide_kernel kernel = empty_kernel(2, 1, split);
    kernel.tiles[0][ACTINIDE_TILE_ELEMENTWISE] = backward_tile;
    return kernel;
}

inline actinide_kernel prelu_kernel(size_t split = no_split) {
    actinide_kernel kernel = empty_kernel(2, 1, split);
    kernel.per_channel_inputs = 1u << 1;
    kernel.tiles[0][ACTINIDE_TILE_CHANNELS_OUTSIDE] = prelu_tile<false>;
    kernel.tiles[0][ACTINIDE_TILE_CHANNELS_LAST] = prelu_tile<true>;
    return kernel;
}

inline actinide_kernel prelu_backward_kernel(size_t split = no_split) {
    actinide_kernel kernel = empty_kernel(3, 2, split);
    kernel.per_channel_inputs = 1u << 1;
    kernel.per_channel_outputs = 1u << 1;
    kernel.tiles[0][ACTINIDE_TILE_CHANNELS_OUTSIDE] = prelu_dx_tile<false>;
    kernel.tiles[0][ACTINIDE_TILE_CHANNELS_LAST] = prelu_dx_tile<true>;
    kernel.tiles[0][ACTINIDE_TILE_LANE_SUMS] = prelu_lane_sums_tile;
    return kernel;
}

template <int count>
actinide_kernel backward_kernel_of(size_t split) {
    actinide_kernel kernel = empty_kernel(2 + count, 1 + count, split);
    kernel.per_channel_inputs = ((1u << count) - 1u) << 1;
    kernel.per_channel_outputs = ((1u << count) - 1u) << 1;
    kernel.tiles[0][ACTINIDE_TILE_CHANNELS_OUTSIDE] = several_dx_tile<count, false>;
    kernel.tiles[0][ACTINIDE_TILE_CHANNELS_LAST] = several_dx_tile<count, true>;
    kernel.tiles[0][ACTINIDE_TILE_LANE_SUMS] = several_lane_sums_tile<count>;
    return kernel;
}

/// Inputs x, `count` learned parameters and dy; 1 to 5 of them.
inline actinide_kernel several_backward_kernel(int count, size_t split = no_split) {
    switch (count) {
        case 1:
            return backward_kernel_of<1>(split);
        case 2:
            return backward_kernel_of<2>(split);
        case 3:
            return backward_kernel_of<3>(split);
        case 4:
            return backward_kernel_of<4>(split);
        default:
            return backward_kernel_of<ACTINIDE_MAX_LEARNED>(split);
    }
}

inline actinide_call elementwise_call(std::vector<const void *> inputs, void *output, size_t n,
                                      float parameter = 1.0f) {
    actinide_call call;
    std::memset(&call, 0, sizeof(call));
    for (size_t i = 0; i < inputs.size(); ++i) call.inputs[i] = inputs[i];
    call.outputs[0] = output;
    call.sizes[0] = n;
    call.parameters[0].f32 = parameter;
    return call;
}

struct Shape {
    size_t outer, channels, inner;
    size_t elements() const { return outer * channels * inner; }
};

inline actinide_call channelwise_call(std::vector<const void *> inputs, std::vector<void *> outputs, Shape shape) {
    actinide_call call;
    std::memset(&call, 0, sizeof(call));
    for (size_t i = 0; i < inputs.size(); ++i) call.inputs[i] = inputs[i];
    for (size_t i = 0; i < outputs.size(); ++i) call.outputs[i] = outputs[i];
    call.sizes[0] = shape.outer;
    call.sizes[1] = shape.channels;
    call.sizes[2] = shape.inner;
    return call;
}

/// Makes level 0 the one in use for the length of a test, whatever this machine has.
class LevelInUse {
public:
    explicit LevelInUse(int32_t level) : former_(actinide_level_in_use) { actinide_level_in_use = level; }
    ~LevelInUse() { actinide_level_in_use = former_; }
    LevelInUse(const LevelInUse &) = delete;
    LevelInUse &operator=(const LevelInUse &) = delete;

private:
    int32_t former_;
};

}  // namespace actinide::runtime_tests
