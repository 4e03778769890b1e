/* What a timing program is told: the kernels, which all compute the same, and the arrays to call them with. Internal:
 * tools/compiler builds constants of exactly these shapes, so a change here is a change there. */
#ifndef ACTINIDE_RUNTIME_TIMING_H
#define ACTINIDE_RUNTIME_TIMING_H

#include <stddef.h>
#include <stdint.h>

/* What an array holds before the first call. */
enum actinide_filling {
    ACTINIDE_FILL_ZERO,
    ACTINIDE_FILL_BELL,        /* numbers around 0 as networks have them; `value` is the seed */
    ACTINIDE_FILL_VALUE,       /* each element is the bits in `value` */
    ACTINIDE_FILL_SAVED_OUTPUT /* of the forward pass */
};
enum actinide_element { ACTINIDE_F32, ACTINIDE_F16, ACTINIDE_BF16, ACTINIDE_F64 };

enum {
    ACTINIDE_TIMED_INPUTS = 16,
    ACTINIDE_TIMED_OUTPUTS = 16,
    ACTINIDE_LEAST_ROUNDS = 12,
    ACTINIDE_MOST_ROUNDS = 500
};

struct actinide_timed_array {
    uint64_t place; /* from the beginning of the call's memory */
    uint64_t bytes;
    uint64_t value;
    int32_t filling;
    int32_t is_output;
    float deviation; /* of the numbers around 0 */
};

struct actinide_timed_call {
    uint64_t bytes;       /* of all arrays */
    uint64_t array_count; /* in the order of the C function */
    const struct actinide_timed_array *arrays;
    const size_t *sizes;
    const double *parameters;
};

/* NOLINTNEXTLINE(modernize-use-using): this is C. */
typedef int32_t (*actinide_timed_function)(const void *const *inputs, void *const *outputs, const size_t *sizes,
                                           const double *parameters);

struct actinide_timing {
    uint64_t nanoseconds; /* for which the kernels are called in turn, at each size */
    uint64_t call_count;
    uint64_t function_count;
    const struct actinide_timed_call *calls;
    const actinide_timed_function *functions;
    actinide_timed_function forward;                 /* null where no array is a saved output */
    const struct actinide_timed_call *forward_calls; /* as many as calls */
    int32_t element;                                 /* enum actinide_element */
};

#endif
