/* The part of the CUDA driver that the launcher uses. Internal. */
#ifndef ACTINIDE_RUNTIME_CUDA_DRIVER_H
#define ACTINIDE_RUNTIME_CUDA_DRIVER_H

#include "runtime/cuda.h"

/* A grid may have 2^31 - 1 blocks; half of that keeps every product here a power of two. */
#define ACTINIDE_CUDA_MAX_BLOCKS ((uint64_t)1 << 30)

/* Enqueues one kernel of the module in the caller's current context; loads the module if need be. `arguments` points at
 * one pointer per kernel argument; the values are copied before the call returns. */
ACTINIDE_INTERNAL int32_t actinide_cuda_launch(const struct actinide_cuda_kernel *kernel, enum actinide_cuda_role role,
                                               uint64_t blocks, uint32_t threads, void *stream, void **arguments);

/* Enqueues the filling of `count` floats with 0.0. */
ACTINIDE_INTERNAL int32_t actinide_cuda_fill_with_zero(void *array, size_t count, void *stream);

#endif
