/* What a call over packed arrays can get wrong, for CPUs and GPUs. Internal. */
#ifndef ACTINIDE_RUNTIME_PACKED_CHECKS_H
#define ACTINIDE_RUNTIME_PACKED_CHECKS_H

#include "runtime/checks.h"

/* Sizes of a kernel with pairs: the values in the array of pairs. With bits: the elements, and the mask's bytes. */
enum { ACTINIDE_WIDTH = 0, ACTINIDE_ELEMENTS = 0, ACTINIDE_MASK_BYTES = 1 };

ACTINIDE_INLINE int actinide_holds_bits(int32_t bits) {
    return bits < 8;
}

/* Whole bytes; the caller knows that the product is a number. */
ACTINIDE_INLINE size_t actinide_packed_bytes(size_t elements, int32_t bits) {
    return actinide_holds_bits(bits) ? (elements * (size_t)bits + 7) / 8 : elements * ((size_t)bits / 8);
}

ACTINIDE_INLINE int32_t actinide_bits_of_mask(const struct actinide_kernel *kernel) {
    int32_t found = 0;
    for (int32_t i = 0; i < kernel->input_count; ++i) {
        if (actinide_holds_bits(kernel->packing.input_bits[i])) found = kernel->packing.input_bits[i];
    }
    for (int32_t i = 0; i < kernel->output_count; ++i) {
        if (actinide_holds_bits(kernel->packing.output_bits[i])) found = kernel->packing.output_bits[i];
    }
    return found;
}

/* ACTINIDE_OK with `*elements` = 0 where there is nothing to do. */
ACTINIDE_INLINE int32_t actinide_size_packed(const struct actinide_kernel *kernel, const struct actinide_call *call,
                                             size_t *elements) {
    const int32_t bits_of_mask = actinide_bits_of_mask(kernel);
    *elements = 0;
    if (bits_of_mask == 0) {
        if (call->sizes[ACTINIDE_WIDTH] % 2 != 0) return ACTINIDE_INVALID_SHAPE;
        if (call->sizes[ACTINIDE_WIDTH] > (size_t)PTRDIFF_MAX / (size_t)kernel->element_bytes) {
            return ACTINIDE_SIZE_OVERFLOW;
        }
        *elements = call->sizes[ACTINIDE_WIDTH] / 2;
        return ACTINIDE_OK;
    }
    const size_t n = call->sizes[ACTINIDE_ELEMENTS];
    if (n > (size_t)PTRDIFF_MAX / (size_t)kernel->element_bytes) return ACTINIDE_SIZE_OVERFLOW;
    if (call->sizes[ACTINIDE_MASK_BYTES] < actinide_packed_bytes(n, bits_of_mask)) return ACTINIDE_INVALID_SHAPE;
    *elements = n;
    return ACTINIDE_OK;
}

/* In place needs the same pointer and as many bits an element. */
ACTINIDE_INLINE int actinide_packed_output_conflicts(const struct actinide_kernel *kernel,
                                                     const struct actinide_call *call, size_t elements,
                                                     int32_t output) {
    const int32_t bits = kernel->packing.output_bits[output];
    const void *array = call->outputs[output];
    const size_t bytes = actinide_packed_bytes(elements, bits);
    int conflicts = 0;
    for (int32_t i = 0; i < kernel->input_count; ++i) {
        const int32_t other_bits = kernel->packing.input_bits[i];
        const int is_in_place = (array == call->inputs[i]) & (bits == other_bits) & !actinide_holds_bits(bits);
        conflicts |= actinide_overlaps(array, bytes, call->inputs[i], actinide_packed_bytes(elements, other_bits)) &
                     !is_in_place;
    }
    for (int32_t i = 0; i < output; ++i) {
        conflicts |= actinide_overlaps(array, bytes, call->outputs[i],
                                       actinide_packed_bytes(elements, kernel->packing.output_bits[i]));
    }
    return conflicts;
}

/* Everything but the CPU's level; what actinide_size_packed says of `elements`. */
ACTINIDE_INLINE int32_t actinide_check_packed(const struct actinide_kernel *kernel, const struct actinide_call *call,
                                              size_t *elements) {
    int any_null = 0;
    int conflicts = 0;
    uintptr_t addresses = 0; /* of arrays of numbers */
    int32_t status = actinide_check_parameters(kernel, call);
    if (status != ACTINIDE_OK) return status;
    status = actinide_size_packed(kernel, call, elements);
    if (status != ACTINIDE_OK || *elements == 0) return status;
    for (int32_t i = 0; i < kernel->input_count; ++i) {
        any_null |= call->inputs[i] == NULL;
        if (!actinide_holds_bits(kernel->packing.input_bits[i])) addresses |= (uintptr_t)call->inputs[i];
    }
    for (int32_t i = 0; i < kernel->output_count; ++i) {
        any_null |= call->outputs[i] == NULL;
        if (!actinide_holds_bits(kernel->packing.output_bits[i])) addresses |= (uintptr_t)call->outputs[i];
        conflicts |= actinide_packed_output_conflicts(kernel, call, *elements, i);
    }
    if (any_null) return ACTINIDE_INVALID_POINTER;
    if (addresses & ((uintptr_t)kernel->element_bytes - 1)) return ACTINIDE_MISALIGNED;
    return conflicts ? ACTINIDE_OVERLAP : ACTINIDE_OK;
}

#endif
