/* What passes between a CUDA entry point and the launcher. Internal. */
#ifndef ACTINIDE_RUNTIME_CUDA_H
#define ACTINIDE_RUNTIME_CUDA_H

#include "runtime/kernel.h"

/* The device functions inside one kernel's PTX, by role. Each is a `.entry` whose name is in `entries`. Sizes and n are
 * uint64, pointers are device pointers.
 *   elementwise:   (inputs..., outputs..., n, parameters...), `elements_per_thread` elements a thread.
 *   rows:          (inputs..., outputs..., rows, columns, a stride for each array..., parameters...), one element a
 *                  thread; the vector entry is null.
 *   packed:        (inputs..., outputs..., n, parameters...), one element a thread, or as many as share a byte of an
 *                  output of bits; the vector entry is null.
 *   channelwise:   (inputs..., outputs..., outer, channels, inner, parameters...), `elements_per_thread` elements of a
 *                  row a thread, of which inner is a multiple, or one; of the outputs only those with one value per
 *                  element.
 *   lane sums:     (inputs..., double *partials..., outer, channels, inner, parameters...), partials for each learned
 *                  parameter; thread i leaves in partials[i] its sum of the lane that actinide_lane_of_thread
 *                  (device/lanes.h) gives it.
 *   fold groups:   (double *partials, struct actinide_sum *groups, outer, channels, inner), 64 threads a block.
 *   fold channels: (const struct actinide_sum *groups, float *gradient, outer, channels, inner); for kernels of float64
 *                  another function, with double *gradient.
 * The two folds are device/fold_kernels.c as they are; the others are made by the compiler. */
enum actinide_cuda_role {
    ACTINIDE_CUDA_VECTOR = 0, /* every pointer to a value per element aligned to 16 bytes */
    ACTINIDE_CUDA_SCALAR = 1, /* any alignment; one element a thread */
    ACTINIDE_CUDA_LANE_SUMS = 2,
    ACTINIDE_CUDA_FOLD_GROUPS = 3,
    ACTINIDE_CUDA_FOLD_CHANNELS = 4,
    ACTINIDE_CUDA_ROLES = 5
};

/* One per loaded module; filled by the launcher under its own lock. */
struct actinide_cuda_module_slot {
    void *context;
    void *module;
    void *functions[ACTINIDE_CUDA_ROLES];
};
enum { ACTINIDE_CUDA_MAX_CONTEXTS = 16 };
struct actinide_cuda_module {
    int32_t lock;
    int32_t count;
    struct actinide_cuda_module_slot slots[ACTINIDE_CUDA_MAX_CONTEXTS];
};

struct actinide_cuda_kernel {
    struct actinide_kernel host;              /* counts, per-channel masks and conditions; its tiles are null */
    const char *ptx;                          /* NUL-terminated */
    const char *entries[ACTINIDE_CUDA_ROLES]; /* null where the kernel has none */
    uint32_t threads_per_block;
    uint32_t elements_per_thread; /* of the vector entry, or of a packed kernel's scalar one; 16 bytes or a half */
    struct actinide_cuda_module *module;
};

ACTINIDE_INTERNAL int32_t actinide_cuda_run_elementwise(const struct actinide_cuda_kernel *kernel,
                                                        const struct actinide_call *call, void *stream);
ACTINIDE_INTERNAL int32_t actinide_cuda_run_rows(const struct actinide_cuda_kernel *kernel,
                                                 const struct actinide_call *call, void *stream);
ACTINIDE_INTERNAL int32_t actinide_cuda_run_packed(const struct actinide_cuda_kernel *kernel,
                                                   const struct actinide_call *call, void *stream);
ACTINIDE_INTERNAL int32_t actinide_cuda_run_channelwise(const struct actinide_cuda_kernel *kernel,
                                                        const struct actinide_call *call, void *stream);
/* `workspace` is device memory, aligned to 8 bytes, of at least actinide_cuda_gradient_workspace_bytes; it is free
 * again when the stream has passed the call. Too few bytes give INVALID_PARAMETER. */
ACTINIDE_INTERNAL int32_t actinide_cuda_run_channelwise_gradient(const struct actinide_cuda_kernel *kernel,
                                                                 const struct actinide_call *call, void *workspace,
                                                                 size_t workspace_bytes, void *stream);
/* For a kernel with `gradients` learned parameters. 0 if there is nothing to sum or the sizes overflow, which the call
 * itself then reports. */
ACTINIDE_INTERNAL size_t actinide_cuda_gradient_workspace_bytes(size_t outer, size_t channels, size_t inner,
                                                                size_t gradients);

#endif
