/* The argument list of a device function. Internal. */
#ifndef ACTINIDE_RUNTIME_CUDA_ARGUMENTS_H
#define ACTINIDE_RUNTIME_CUDA_ARGUMENTS_H

#include "runtime/arrays.h"
#include "runtime/cuda.h"

enum {
    ACTINIDE_CUDA_MAX_ARGUMENTS =
        ACTINIDE_MAX_INPUTS + ACTINIDE_MAX_OUTPUTS + ACTINIDE_MAX_SIZES + ACTINIDE_MAX_PARAMETERS
};

/* Values stay where they are; the driver reads them through the pointers. */
struct actinide_cuda_arguments {
    int32_t count;
    void *values[ACTINIDE_CUDA_MAX_ARGUMENTS];
};

/* The driver only reads, whatever its prototype says. */
ACTINIDE_INLINE void actinide_append(struct actinide_cuda_arguments *arguments, const void *value) {
    arguments->values[arguments->count++] = (void *)value;
}

ACTINIDE_INLINE void actinide_append_inputs(struct actinide_cuda_arguments *arguments,
                                            const struct actinide_kernel *kernel, const struct actinide_tile *tile) {
    for (int32_t i = 0; i < kernel->input_count; ++i) actinide_append(arguments, (const void *)&tile->inputs[i]);
}

ACTINIDE_INLINE void actinide_append_outputs(struct actinide_cuda_arguments *arguments,
                                             const struct actinide_kernel *kernel, const struct actinide_tile *tile) {
    for (int32_t i = 0; i < kernel->output_count; ++i) {
        if (!actinide_is_per_channel(kernel->per_channel_outputs, i))
            actinide_append(arguments, (const void *)&tile->outputs[i]);
    }
}

ACTINIDE_INLINE void actinide_append_sizes(struct actinide_cuda_arguments *arguments, const uint64_t *sizes,
                                           int32_t count) {
    for (int32_t i = 0; i < count; ++i) actinide_append(arguments, &sizes[i]);
}

ACTINIDE_INLINE void actinide_append_parameters(struct actinide_cuda_arguments *arguments,
                                                const struct actinide_kernel *kernel,
                                                const struct actinide_call *call) {
    for (int32_t i = 0; i < kernel->parameter_count; ++i) actinide_append(arguments, &call->parameters[i]);
}

#endif
