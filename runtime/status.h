/* The statuses of the C ABI. Values never change. The public header prints this table; so does the documentation. */
#ifndef ACTINIDE_RUNTIME_STATUS_H
#define ACTINIDE_RUNTIME_STATUS_H

#include <stdint.h>

/* X(name without prefix, value, sentence) */
#define ACTINIDE_STATUSES(X)                                                                                          \
    X(OK, 0, "done")                                                                                                  \
    X(INVALID_POINTER, 1, "a pointer is null although the array is not empty; pass the array")                        \
    X(MISALIGNED, 2, "a pointer is not a multiple of its element's size; align the array to its element type")        \
    X(OVERLAP, 3, "arrays overlap without being equal; use them in place (y == x) or keep them separate")             \
    X(SIZE_OVERFLOW, 4, "the sizes' product does not fit the address space; check outer, channels and inner")         \
    X(INVALID_PARAMETER, 5, "a parameter is outside its range; the function's comment in the header names the range") \
    X(UNSUPPORTED_CPU, 6, "this CPU lacks the instructions that the archive was built for; build a lower level")      \
    X(NO_DRIVER, 7, "no CUDA driver library was found; install the NVIDIA driver")                                    \
    X(NO_DEVICE, 8, "no CUDA device or no current context; create one before the call")                               \
    X(CUDA_ERROR, 9, "the CUDA driver reported an error; run under compute-sanitizer or look at cuGetErrorString")    \
    X(INVALID_SHAPE, 10,                                                                                              \
      "a stride is below its row, a mask below its bits, or pairs are odd; look at the sizes' ranges")                \
    X(NO_THREADS, 11, "the system gave fewer threads than asked for, and those work; allow more or bring a pool")

enum {
#define ACTINIDE_STATUS_ENTRY(name, value, sentence) ACTINIDE_##name = (value),
    ACTINIDE_STATUSES(ACTINIDE_STATUS_ENTRY)
#undef ACTINIDE_STATUS_ENTRY
};

#endif
