/* What passes between an entry point, the runtime and the compiled tiles. Internal: no package ships this header.
 * tools/compiler builds constants and calls of exactly these shapes, so a change here is a change there. */
#ifndef ACTINIDE_RUNTIME_KERNEL_H
#define ACTINIDE_RUNTIME_KERNEL_H

#include <stddef.h>
#include <stdint.h>

#include "runtime/status.h"

enum {
    ACTINIDE_MAX_LEARNED = 5,
    ACTINIDE_MAX_INPUTS = 3 + ACTINIDE_MAX_LEARNED,  /* two arrays such as gate and value, learned parameters, dy */
    ACTINIDE_MAX_OUTPUTS = 2 + ACTINIDE_MAX_LEARNED, /* gradients in both and in the learned parameters */
    ACTINIDE_MAX_SIZES = 8, /* rows, columns and the strides of three inputs and two outputs are 7 */
    ACTINIDE_MAX_PARAMETERS = 8,
    ACTINIDE_MAX_LEVELS = 4,
    ACTINIDE_MAX_TILES = 5,
    ACTINIDE_MAX_CONDITIONS = 8,
    /* Of packed arrays: elements that a tile takes at once where one array holds bits, and where one holds pairs. */
    ACTINIDE_MASK_BLOCK = 32,
    ACTINIDE_PAIRS_BLOCK = 16,
    ACTINIDE_MAX_BLOCK_BYTES = 256, /* 32 doubles, or 16 pairs of them */
    ACTINIDE_MAX_PACKED_ARRAYS = 3, /* x and a residual in, y and a mask out */
    ACTINIDE_STREAM_ALIGNMENT = 64  /* bytes: the widest vector, and a line of the cache */
};

/* A scalar parameter: f64 in kernels whose parameter_bytes are 8, f32 in all others. */
union actinide_parameter {
    float f32;
    double f64;
};

/* One piece of work for a tile: dense in dimension 0, `stride` elements apart in dimensions 1 and 2. Extents and
 * strides are at least 1, and every element's index fits int32 (Halide's arithmetic). outputs[i] beyond what the role
 * writes and inputs[i] beyond input_count are not set. Elementwise: extent[0] elements. Channelwise: the roles below
 * say what the dimensions are. */
struct actinide_tile {
    const void *inputs[ACTINIDE_MAX_INPUTS];
    void *outputs[ACTINIDE_MAX_OUTPUTS];
    int32_t extent[3];
    int32_t stride[3];
    const union actinide_parameter *parameters;
};
typedef void (*actinide_tile_function)(const struct actinide_tile *tile); /* NOLINT(modernize-use-using): this is C. */

/* Part `index` of what one call has to do; any thread may run it. */
typedef void (*actinide_task)(void *context, size_t index); /* NOLINT(modernize-use-using): this is C. */

/* A comparison that the scalar parameters must satisfy; an index below zero means the constant beside it. */
enum actinide_comparison {
    ACTINIDE_LESS,
    ACTINIDE_LESS_EQUAL,
    ACTINIDE_GREATER,
    ACTINIDE_GREATER_EQUAL,
    ACTINIDE_UNEQUAL
};
struct actinide_condition {
    int32_t left_parameter;
    double left_constant;
    int32_t comparison;
    int32_t right_parameter;
    double right_constant;
};

/* Of a kernel whose arrays do not all hold one number an element: how many bits an element has in each, 1 or 2, those
 * of a number, or those of two numbers. Its tiles take extents that are multiples of `block` only. Of a kernel made for
 * size only `block` counts. */
struct actinide_packing {
    int32_t block; /* 0: not packed */
    int32_t input_bits[ACTINIDE_MAX_INPUTS];
    int32_t output_bits[ACTINIDE_MAX_OUTPUTS];
};

/* A constant, one per entry point. Every array has `channels` elements if its bit in `per_channel` is set, else one
 * per element of the call. Tiles are chosen by [level][role]; a level that the archive lacks is null throughout. */
struct actinide_kernel {
    int32_t input_count;
    int32_t output_count;
    int32_t parameter_count;
    int32_t element_bytes;
    int32_t sum_bytes;            /* of an output with one value per channel: 4 or 8 */
    int32_t parameter_bytes;      /* 4 or 8 */
    uint32_t per_channel_inputs;  /* bit i: inputs[i] */
    uint32_t per_channel_outputs; /* bit i: outputs[i] */
    int32_t condition_count;
    int32_t lowest; /* of the integers in a table: -128 or 0 */
    struct actinide_condition conditions[ACTINIDE_MAX_CONDITIONS];
    struct actinide_packing packing;
    size_t split; /* longest extent given to a tile at once; test builds make it small */
    /* Calls the runner's actinide_part_of_... with this kernel, so that a part too sees a constant. Null: the kernel's
     * calls are never shared among threads. */
    actinide_task part;
    actinide_tile_function tiles[ACTINIDE_MAX_LEVELS][ACTINIDE_MAX_TILES];
};

/* Roles of a channelwise kernel's tiles. An elementwise kernel has role 0 only. */
enum actinide_tile_role {
    ACTINIDE_TILE_ELEMENTWISE = 0,
    ACTINIDE_TILE_CHANNELS_OUTSIDE =
        0,                           /* dimensions inner, channels, outer; per-channel arrays run along dimension 1 */
    ACTINIDE_TILE_CHANNELS_LAST = 1, /* dimensions channels, outer; per-channel arrays run along dimension 0 */
    /* Dimensions lane (dense), step (stride[1] elements apart): outputs[i] is double[extent[0]], each lane's sum of the
     * terms of learned parameter i's gradient over the steps in rising order from 0.0. Per-channel inputs point at lane
     * 0's value and are dense, one value per lane. */
    ACTINIDE_TILE_LANE_SUMS = 2,
    /* Added to role 0 or 1: the same tile with stores past the cache. Where each dense run of elements begins in every
     * output, the address is a multiple of ACTINIDE_STREAM_ALIGNMENT. Null for all levels where streaming does not pay.
     */
    ACTINIDE_TILE_STREAMING = 3
};

/* What an entry point received. */
struct actinide_call {
    const void *inputs[ACTINIDE_MAX_INPUTS];
    void *outputs[ACTINIDE_MAX_OUTPUTS];
    /* n, or outer, channels, inner, or rows, columns and a stride for each input and each output, or n and the mask's
     * bytes, or the values in an array of pairs */
    size_t sizes[ACTINIDE_MAX_SIZES];
    union actinide_parameter parameters[ACTINIDE_MAX_PARAMETERS];
};

/* Where the kernel is a constant, all that depends on it alone folds away, but only once it is inlined. */
#define ACTINIDE_INLINE static inline __attribute__((always_inline))
/* Only the entry points and what kernels.h documents are visible outside an archive. */
#define ACTINIDE_INTERNAL __attribute__((visibility("hidden")))

/* Elementwise: inputs and outputs of n elements. */
ACTINIDE_INTERNAL int32_t actinide_run_elementwise(const struct actinide_kernel *kernel,
                                                   const struct actinide_call *call);
/* Likewise, of kernels made for size: their tiles take whole blocks of packing.block elements, and no calls are shared.
 */
ACTINIDE_INTERNAL int32_t actinide_run_elementwise_blocks(const struct actinide_kernel *kernel,
                                                          const struct actinide_call *call);
ACTINIDE_INTERNAL void actinide_part_of_elementwise(const struct actinide_kernel *kernel, void *job, size_t part);
/* Rows of elementwise arrays, each array with its own stride in elements; tiles as of an elementwise kernel. */
ACTINIDE_INTERNAL int32_t actinide_run_rows(const struct actinide_kernel *kernel, const struct actinide_call *call);
ACTINIDE_INTERNAL void actinide_part_of_rows(const struct actinide_kernel *kernel, void *job, size_t part);
/* Elements of which some arrays hold pairs or bits; tiles as of an elementwise kernel, but in whole blocks. */
ACTINIDE_INTERNAL int32_t actinide_run_packed(const struct actinide_kernel *kernel, const struct actinide_call *call);
ACTINIDE_INTERNAL void actinide_part_of_packed(const struct actinide_kernel *kernel, void *job, size_t part);
/* A table of 256 bytes out, the scales and zero points before the other parameters; tiles as of an elementwise kernel
 * of float64. Never shared among threads. */
ACTINIDE_INTERNAL int32_t actinide_run_table(const struct actinide_kernel *kernel, const struct actinide_call *call);
/* Channelwise without a parameter gradient: x and weight in, y out. */
ACTINIDE_INTERNAL int32_t actinide_run_channelwise(const struct actinide_kernel *kernel,
                                                   const struct actinide_call *call);
ACTINIDE_INTERNAL void actinide_part_of_channelwise(const struct actinide_kernel *kernel, void *job, size_t part);
/* Channelwise with: arrays per element, the learned parameters, dy; outputs the gradients in arrays, then each learned
 * parameter's. */
ACTINIDE_INTERNAL int32_t actinide_run_channelwise_gradient(const struct actinide_kernel *kernel,
                                                            const struct actinide_call *call);
ACTINIDE_INTERNAL void actinide_part_of_channelwise_gradient(const struct actinide_kernel *kernel, void *job,
                                                             size_t part);

#endif
