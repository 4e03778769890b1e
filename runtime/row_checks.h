/* What a call over rows can get wrong, for CPUs and GPUs. Internal. */
#ifndef ACTINIDE_RUNTIME_ROW_CHECKS_H
#define ACTINIDE_RUNTIME_ROW_CHECKS_H

#include "runtime/checks.h"

enum { ACTINIDE_ROWS = 0, ACTINIDE_COLUMNS = 1, ACTINIDE_FIRST_STRIDE = 2 };

ACTINIDE_INLINE size_t actinide_stride_of_input(const struct actinide_call *call, int32_t input) {
    return call->sizes[ACTINIDE_FIRST_STRIDE + input];
}
ACTINIDE_INLINE size_t actinide_stride_of_output(const struct actinide_kernel *kernel, const struct actinide_call *call,
                                                 int32_t output) {
    return call->sizes[ACTINIDE_FIRST_STRIDE + kernel->input_count + output];
}

/* Rows of `columns` bytes, `stride` bytes apart; `span` bytes from the first to the end of the last. */
struct actinide_row_layout {
    uintptr_t begin;
    size_t stride, span;
};

/* Of equal strides, rows meet where they meet within one stride; of others nobody looks closer than their spans. */
ACTINIDE_INLINE int actinide_rows_overlap(struct actinide_row_layout a, struct actinide_row_layout b, size_t columns) {
    if (!((a.begin - b.begin < b.span) | (b.begin - a.begin < a.span))) return 0;
    if (a.stride != b.stride) return 1;
    const size_t apart = (a.begin > b.begin ? a.begin - b.begin : b.begin - a.begin) % a.stride;
    return (apart < columns) | (a.stride - apart < columns);
}

/* ACTINIDE_OK with `*elements` = 0 where there is nothing to do. */
ACTINIDE_INLINE int32_t actinide_size_rows(const struct actinide_kernel *kernel, const struct actinide_call *call,
                                           size_t *elements) {
    const size_t rows = call->sizes[ACTINIDE_ROWS], columns = call->sizes[ACTINIDE_COLUMNS];
    const size_t limit = (size_t)PTRDIFF_MAX / (size_t)kernel->element_bytes;
    *elements = 0;
    for (int32_t i = 0; i < kernel->input_count + kernel->output_count; ++i) {
        if (call->sizes[ACTINIDE_FIRST_STRIDE + i] < columns) return ACTINIDE_INVALID_SHAPE;
    }
    if (rows == 0 || columns == 0) return ACTINIDE_OK;
    for (int32_t i = 0; i < kernel->input_count + kernel->output_count; ++i) {
        size_t span;
        /* Of one row the stride does not count, but its bytes must be a number too. */
        if (call->sizes[ACTINIDE_FIRST_STRIDE + i] > limit ||
            __builtin_mul_overflow(rows - 1, call->sizes[ACTINIDE_FIRST_STRIDE + i], &span) ||
            __builtin_add_overflow(span, columns, &span) || span > limit) {
            return ACTINIDE_SIZE_OVERFLOW;
        }
    }
    *elements = rows * columns;
    return ACTINIDE_OK;
}

ACTINIDE_INLINE struct actinide_row_layout actinide_row_layout_of(const struct actinide_kernel *kernel,
                                                                  const struct actinide_call *call, const void *array,
                                                                  size_t stride) {
    const size_t bytes = (size_t)kernel->element_bytes;
    const struct actinide_row_layout layout = {
        (uintptr_t)array, stride * bytes,
        ((call->sizes[ACTINIDE_ROWS] - 1) * stride + call->sizes[ACTINIDE_COLUMNS]) * bytes};
    return layout;
}

/* In place needs the same pointer and the same stride. */
ACTINIDE_INLINE int actinide_row_output_conflicts(const struct actinide_kernel *kernel,
                                                  const struct actinide_call *call, int32_t output) {
    const size_t columns = call->sizes[ACTINIDE_COLUMNS] * (size_t)kernel->element_bytes;
    const struct actinide_row_layout own =
        actinide_row_layout_of(kernel, call, call->outputs[output], actinide_stride_of_output(kernel, call, output));
    int conflicts = 0;
    for (int32_t i = 0; i < kernel->input_count; ++i) {
        const struct actinide_row_layout other =
            actinide_row_layout_of(kernel, call, call->inputs[i], actinide_stride_of_input(call, i));
        const int is_in_place = (own.begin == other.begin) & (own.stride == other.stride);
        conflicts |= actinide_rows_overlap(own, other, columns) & !is_in_place;
    }
    for (int32_t i = 0; i < output; ++i) {
        conflicts |= actinide_rows_overlap(
            own, actinide_row_layout_of(kernel, call, call->outputs[i], actinide_stride_of_output(kernel, call, i)),
            columns);
    }
    return conflicts;
}

/* Everything but the CPU's level; what actinide_size_rows says of `elements`. */
ACTINIDE_INLINE int32_t actinide_check_rows(const struct actinide_kernel *kernel, const struct actinide_call *call,
                                            size_t *elements) {
    int any_null = 0;
    int conflicts = 0;
    uintptr_t addresses = 0;
    int32_t status = actinide_check_parameters(kernel, call);
    if (status != ACTINIDE_OK) return status;
    status = actinide_size_rows(kernel, call, elements);
    if (status != ACTINIDE_OK || *elements == 0) return status;
    for (int32_t i = 0; i < kernel->input_count; ++i) {
        any_null |= call->inputs[i] == NULL;
        addresses |= (uintptr_t)call->inputs[i];
    }
    for (int32_t i = 0; i < kernel->output_count; ++i) {
        any_null |= call->outputs[i] == NULL;
        addresses |= (uintptr_t)call->outputs[i];
        conflicts |= actinide_row_output_conflicts(kernel, call, i);
    }
    if (any_null) return ACTINIDE_INVALID_POINTER;
    if (addresses & ((uintptr_t)kernel->element_bytes - 1)) return ACTINIDE_MISALIGNED;
    return conflicts ? ACTINIDE_OVERLAP : ACTINIDE_OK;
}

#endif
