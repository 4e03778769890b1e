/* Everything that a call can get wrong, found before a byte is touched. Internal.
 * The loops run to the kernel's counts, which are constants where an entry point inlines them, so they fold away. */
#ifndef ACTINIDE_RUNTIME_CHECKS_H
#define ACTINIDE_RUNTIME_CHECKS_H

#include "runtime/arrays.h"

/* Bytes of each kind of array of one call. */
struct actinide_array_bytes {
    size_t per_element;
    size_t per_channel; /* of inputs */
    size_t sums;        /* of outputs with one value per channel */
};

ACTINIDE_INLINE size_t actinide_bytes_of_input(const struct actinide_array_bytes *bytes, int per_channel) {
    return per_channel ? bytes->per_channel : bytes->per_element;
}
ACTINIDE_INLINE size_t actinide_bytes_of_output(const struct actinide_array_bytes *bytes, int per_channel) {
    return per_channel ? bytes->sums : bytes->per_element;
}

/* Exact for either type. */
ACTINIDE_INLINE double actinide_number(const struct actinide_kernel *kernel,
                                       const union actinide_parameter *parameter) {
    return kernel->parameter_bytes == 8 ? parameter->f64 : (double)parameter->f32;
}

/* A NaN satisfies no condition. */
ACTINIDE_INLINE int actinide_holds(const struct actinide_kernel *kernel, const struct actinide_condition *condition,
                                   const union actinide_parameter *parameters) {
    const double left = condition->left_parameter < 0 ? condition->left_constant
                                                      : actinide_number(kernel, &parameters[condition->left_parameter]);
    const double right = condition->right_parameter < 0
                             ? condition->right_constant
                             : actinide_number(kernel, &parameters[condition->right_parameter]);
    switch (condition->comparison) {
        case ACTINIDE_LESS:
            return left < right;
        case ACTINIDE_LESS_EQUAL:
            return left <= right;
        case ACTINIDE_GREATER:
            return left > right;
        case ACTINIDE_GREATER_EQUAL:
            return left >= right;
        case ACTINIDE_UNEQUAL:
            return (left < right) | (left > right); /* != holds for a NaN. */
        default:
            return 0;
    }
}

ACTINIDE_INLINE int32_t actinide_check_parameters(const struct actinide_kernel *kernel,
                                                  const struct actinide_call *call) {
    int hold = 1;
    for (int32_t i = 0; i < kernel->condition_count; ++i) {
        hold &= actinide_holds(kernel, &kernel->conditions[i], call->parameters);
    }
    return hold ? ACTINIDE_OK : ACTINIDE_INVALID_PARAMETER;
}

ACTINIDE_INLINE int32_t actinide_size_elementwise(const struct actinide_kernel *kernel,
                                                  const struct actinide_call *call,
                                                  struct actinide_array_bytes *bytes) {
    bytes->per_element = 0;
    bytes->per_channel = 0;
    bytes->sums = 0;
    if (call->sizes[0] > (size_t)PTRDIFF_MAX / (size_t)kernel->element_bytes) return ACTINIDE_SIZE_OVERFLOW;
    bytes->per_element = call->sizes[0] * (size_t)kernel->element_bytes;
    return ACTINIDE_OK;
}

/* An empty array is never too large, whatever the other sizes are. */
ACTINIDE_INLINE int32_t actinide_size_channelwise(const struct actinide_kernel *kernel,
                                                  const struct actinide_call *call,
                                                  struct actinide_array_bytes *bytes) {
    const size_t outer = call->sizes[0], channels = call->sizes[1], inner = call->sizes[2];
    bytes->per_element = 0;
    bytes->per_channel = 0;
    bytes->sums = 0;
    const int32_t largest = kernel->element_bytes < kernel->sum_bytes ? kernel->sum_bytes : kernel->element_bytes;
    if (channels > (size_t)PTRDIFF_MAX / (size_t)largest) return ACTINIDE_SIZE_OVERFLOW;
    bytes->per_channel = channels * (size_t)kernel->element_bytes;
    bytes->sums = channels * (size_t)kernel->sum_bytes;
    if (outer == 0 || channels == 0 || inner == 0) return ACTINIDE_OK;
    size_t total;
    if (__builtin_mul_overflow(bytes->per_channel, outer, &total) || __builtin_mul_overflow(total, inner, &total) ||
        total > (size_t)PTRDIFF_MAX) {
        return ACTINIDE_SIZE_OVERFLOW;
    }
    bytes->per_element = total;
    return ACTINIDE_OK;
}

ACTINIDE_INLINE int actinide_overlaps(const void *a, size_t a_bytes, const void *b, size_t b_bytes) {
    const uintptr_t distance = (uintptr_t)a - (uintptr_t)b;
    return (distance < b_bytes) | (0 - distance < a_bytes);
}

/* Whether output `output` may not stand beside the others: in place needs the same pointer and the same shape. */
ACTINIDE_INLINE int actinide_output_conflicts(const struct actinide_kernel *kernel, const struct actinide_call *call,
                                              const struct actinide_array_bytes *bytes, int32_t output) {
    const void *array = call->outputs[output];
    const int per_channel = actinide_is_per_channel(kernel->per_channel_outputs, output);
    const size_t array_bytes = actinide_bytes_of_output(bytes, per_channel);
    int conflicts = 0;
    for (int32_t i = 0; i < kernel->input_count; ++i) {
        const int input_per_channel = actinide_is_per_channel(kernel->per_channel_inputs, i);
        const int may_be_equal = !per_channel && !input_per_channel;
        conflicts |=
            actinide_overlaps(array, array_bytes, call->inputs[i], actinide_bytes_of_input(bytes, input_per_channel)) &
            !(may_be_equal & (array == call->inputs[i]));
    }
    for (int32_t i = 0; i < output; ++i) {
        const int other_per_channel = actinide_is_per_channel(kernel->per_channel_outputs, i);
        conflicts |=
            actinide_overlaps(array, array_bytes, call->outputs[i], actinide_bytes_of_output(bytes, other_per_channel));
    }
    return conflicts;
}

/* Null, alignment and overlap of arrays that are not empty. */
ACTINIDE_INLINE int32_t actinide_check_arrays(const struct actinide_kernel *kernel, const struct actinide_call *call,
                                              const struct actinide_array_bytes *bytes) {
    int any_null = 0;
    int conflicts = 0;
    uintptr_t addresses = 0; /* of arrays with the element's size */
    uintptr_t sums = 0;
    for (int32_t i = 0; i < kernel->input_count; ++i) {
        any_null |= call->inputs[i] == NULL;
        addresses |= (uintptr_t)call->inputs[i];
    }
    for (int32_t i = 0; i < kernel->output_count; ++i) {
        any_null |= call->outputs[i] == NULL;
        if (actinide_is_per_channel(kernel->per_channel_outputs, i)) {
            sums |= (uintptr_t)call->outputs[i];
        } else {
            addresses |= (uintptr_t)call->outputs[i];
        }
        conflicts |= actinide_output_conflicts(kernel, call, bytes, i);
    }
    if (any_null) return ACTINIDE_INVALID_POINTER;
    if (addresses & ((uintptr_t)kernel->element_bytes - 1)) return ACTINIDE_MISALIGNED;
    if (sums & ((uintptr_t)kernel->sum_bytes - 1)) return ACTINIDE_MISALIGNED;
    return conflicts ? ACTINIDE_OVERLAP : ACTINIDE_OK;
}

#endif
