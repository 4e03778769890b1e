/* Every kernel of a package in one shape, so that a test, a check or a bench can call all of them in one loop. The
 * table itself is printed from the catalogue by kernels_print_table. C11 and C++. */
#ifndef ACTINIDE_TESTS_KERNELS_TABLE_H
#define ACTINIDE_TESTS_KERNELS_TABLE_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum kernel_pattern { KERNEL_ELEMENTWISE, KERNEL_CHANNELWISE };
enum { KERNEL_MAX_ARRAYS = 8, KERNEL_MAX_PARAMETERS = 8 };

struct kernel_array {
    const char *name;
    int is_per_channel; /* `channels` values instead of one per element */
    float usual_value;  /* of a learned parameter: what PyTorch starts at; of a further input: what it is held at */
};

struct kernel_parameter {
    const char *name;
    float default_value;
};

struct kernel_entry {
    const char *activation;
    const char *pass;
    const char *dtype;
    const char *symbol; /* with the package's prefix */
    enum kernel_pattern pattern;
    int input_count, output_count, size_count, parameter_count;
    struct kernel_array inputs[KERNEL_MAX_ARRAYS];
    struct kernel_array outputs[KERNEL_MAX_ARRAYS];
    struct kernel_parameter parameters[KERNEL_MAX_PARAMETERS];
    /* Calls the function; sizes are {n} or {outer, channels, inner}. Returns its status. */
    int (*run)(const void *const *inputs, void *const *outputs, const size_t *sizes, const float *parameters);
};

/* Those of f32. */
extern const struct kernel_entry kernel_table[];
extern const size_t kernel_count;

/* Those of f16 and bf16; their sums are f32. */
extern const struct kernel_entry kernel_small_table[];
extern const size_t kernel_small_count;

/* Those of f64; their scalar parameters are given as float here. */
extern const struct kernel_entry kernel_double_table[];
extern const size_t kernel_double_count;

/* The same for CUDA, of every type: device pointers, and a workspace where workspace_bytes is not null. */
struct kernel_cuda_entry {
    struct kernel_entry kernel; /* its `run` is null */
    int (*run)(const void *const *inputs, void *const *outputs, const size_t *sizes, const float *parameters,
               void *workspace, size_t workspace_bytes, void *stream);
    size_t (*workspace_bytes)(const size_t *sizes);
};

extern const struct kernel_cuda_entry kernel_cuda_table[];
extern const size_t kernel_cuda_count;

#ifdef __cplusplus
}
#endif

#endif
