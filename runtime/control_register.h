/* How a thread rounds and whether it flushes subnormals: what it is for the caller it has to be for whoever computes a
 * part of the call. Internal. */
#ifndef ACTINIDE_RUNTIME_CONTROL_REGISTER_H
#define ACTINIDE_RUNTIME_CONTROL_REGISTER_H

#include <stdint.h>

#if defined(__x86_64__)

/* MXCSR: flush-to-zero, rounding, denormals-are-zero; and all exceptions masked, as no thread but the caller's may have
 * a handler for them. */
typedef uint32_t actinide_control; /* NOLINT(modernize-use-using): this is C. */
#define ACTINIDE_CONTROL_BITS UINT32_C(0xe040)
#define ACTINIDE_CONTROL_OTHERS UINT32_C(0x1f80)
static inline actinide_control actinide_read_control(void) {
    actinide_control value;
    __asm__ volatile("stmxcsr %0" : "=m"(value));
    return value;
}
static inline void actinide_write_control(actinide_control value) {
    __asm__ volatile("ldmxcsr %0" : : "m"(value));
}

#elif defined(__aarch64__)

/* FPCR: all but what traps exceptions. */
typedef uint64_t actinide_control; /* NOLINT(modernize-use-using): this is C. */
#define ACTINIDE_CONTROL_BITS UINT64_C(0x07c80007)
#define ACTINIDE_CONTROL_OTHERS UINT64_C(0)
static inline actinide_control actinide_read_control(void) {
    actinide_control value;
    __asm__ volatile("mrs %0, fpcr" : "=r"(value));
    return value;
}
static inline void actinide_write_control(actinide_control value) {
    __asm__ volatile("msr fpcr, %0" : : "r"(value));
}

#else

/* A machine whose floats know one rounding only. */
typedef uint32_t actinide_control; /* NOLINT(modernize-use-using): this is C. */
#define ACTINIDE_CONTROL_BITS UINT32_C(0)
#define ACTINIDE_CONTROL_OTHERS UINT32_C(0)
static inline actinide_control actinide_read_control(void) {
    return 0;
}
static inline void actinide_write_control(actinide_control value) {
    (void)value;
}

#endif

#endif
