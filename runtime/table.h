/* The tables of quantised activations: filled by a kernel of each activation, looked up by one function for all.
 * Internal. */
#ifndef ACTINIDE_RUNTIME_TABLE_H
#define ACTINIDE_RUNTIME_TABLE_H

#include "runtime/checks.h"

enum { ACTINIDE_TABLE_ENTRIES = 256 };
#define ACTINIDE_LARGEST_DOUBLE 0x1.fffffffffffffp1023

/* Of an entry point that fills a table the first parameters, before the activation's. */
enum { ACTINIDE_X_SCALE, ACTINIDE_X_ZERO_POINT, ACTINIDE_Y_SCALE, ACTINIDE_Y_ZERO_POINT };

/* What a lookup can get wrong; every address is aligned. */
ACTINIDE_INLINE int32_t actinide_check_lookup(const void *x, const void *y, size_t n, const void *table) {
    if (n > (size_t)PTRDIFF_MAX) return ACTINIDE_SIZE_OVERFLOW;
    if (n == 0) return ACTINIDE_OK;
    if (x == NULL || y == NULL || table == NULL) return ACTINIDE_INVALID_POINTER;
    if (x != y && actinide_overlaps(x, n, y, n)) return ACTINIDE_OVERLAP;
    return actinide_overlaps(table, ACTINIDE_TABLE_ENTRIES, y, n) ? ACTINIDE_OVERLAP : ACTINIDE_OK;
}

ACTINIDE_INLINE void actinide_look_up_each(const unsigned char *x, unsigned char *y, size_t n,
                                           const unsigned char *table) {
    for (size_t i = 0; i < n; ++i) y[i] = table[x[i]];
}

/* y[i] = table[x[i]] by bytes, whether they are signed or not; y may be x. */
int32_t actn_lookup_s8(const void *x, void *y, size_t n, const void *table);
int32_t actn_lookup_u8(const void *x, void *y, size_t n, const void *table);

#endif
