/* What a device has to compute alike. */
#ifndef ACTINIDE_TESTS_DEVICES_DIGEST_H
#define ACTINIDE_TESTS_DEVICES_DIGEST_H

#include <stdint.h>

enum device_inputs {
    ALL_FLOATS,
    ONLY_NORMAL /* inputs and intermediates that are normal or zero: all that NEON of 32-bit ARM promises */
};

uint64_t device_digest(enum device_inputs inputs);

/* "0123456789abcdef fedcba9876543210\n": both digests; 34 characters. */
enum { DEVICE_LINE = 34 };
static inline void write_device_line(char *line) {
    for (int i = 0; i < 2; ++i) {
        const uint64_t digest = device_digest(i == 0 ? ALL_FLOATS : ONLY_NORMAL);
        for (int k = 0; k < 16; ++k) line[17 * i + k] = "0123456789abcdef"[digest >> (60 - 4 * k) & 15];
        line[17 * i + 16] = i == 0 ? ' ' : '\n';
    }
}

#endif
