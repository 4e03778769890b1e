/* The tables of quantised activations: filled by a kernel of each activation, looked up by one function for all.
 * Internal. */
#ifndef ACTINIDE_RUNTIME_TABLE_H
#define ACTINIDE_RUNTIME_TABLE_H

#include "runtime/checks.h"
#include "runtime/parallel.h"

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

/* As actinide_look_up_each. */
/* NOLINTNEXTLINE(modernize-use-using): this is C. */
typedef void (*actinide_lookup)(const unsigned char *x, unsigned char *y, size_t n, const unsigned char *table);

struct actinide_lookup_job {
    const unsigned char *x, *table;
    unsigned char *y;
    size_t n, parts;
    actinide_lookup run;
};

static inline void actinide_part_of_lookup(void *context, size_t part) {
    const struct actinide_lookup_job *job = (const struct actinide_lookup_job *)context;
    const size_t first = actinide_misalignment(0 - (uintptr_t)job->y);
    const struct actinide_range range = actinide_range_of_part(job->n, first, ACTINIDE_PART_STEP, part, job->parts);
    job->run(job->x + range.begin, job->y + range.begin, range.end - range.begin, job->table);
}

/* In as many threads as there may be. */
ACTINIDE_INLINE void actinide_share_lookup(actinide_lookup run, const unsigned char *x, unsigned char *y, size_t n,
                                           const unsigned char *table) {
    struct actinide_lookup_job job = {x, table, y, n, 1, run};
    if (n > ACTINIDE_LEAST_LONG_BYTES && __atomic_load_n(&actinide_threads_in_use, __ATOMIC_RELAXED) > 1) {
        job.parts = actinide_count_parts(2 * n);
    }
    if (job.parts > 1) {
        actinide_run_parts(actinide_part_of_lookup, &job, job.parts);
    } else {
        run(x, y, n, table);
    }
}

/* y[i] = table[x[i]] by bytes, whether they are signed or not; y may be x. */
int32_t actn_lookup_s8(const void *x, void *y, size_t n, const void *table);
int32_t actn_lookup_u8(const void *x, void *y, size_t n, const void *table);

#endif
