/* What an x86 CPU says of itself. Internal. */
#ifndef ACTINIDE_RUNTIME_CPUID_H
#define ACTINIDE_RUNTIME_CPUID_H

#include <stdint.h>

struct actinide_registers {
    uint32_t eax, ebx, ecx, edx;
};

static inline struct actinide_registers actinide_cpuid(uint32_t leaf, uint32_t subleaf) {
    struct actinide_registers result;
    __asm__ volatile("cpuid"
                     : "=a"(result.eax), "=b"(result.ebx), "=c"(result.ecx), "=d"(result.edx)
                     : "a"(leaf), "c"(subleaf));
    return result;
}

/* The highest leaf of the basic (0) or the extended (0x80000000) range. */
static inline uint32_t actinide_highest_leaf(uint32_t range) {
    return actinide_cpuid(range, 0).eax;
}

#endif
