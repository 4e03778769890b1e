/* Which of the archive's levels runs on this CPU. Internal. */
#ifndef ACTINIDE_RUNTIME_LEVEL_H
#define ACTINIDE_RUNTIME_LEVEL_H

#include "runtime/kernel.h"

/* Of x86-64, as indices of a kernel's tiles: x86-64-v2, x86-64-v3 and x86-64-v4. */
enum { ACTINIDE_LEVEL_SSE41 = 0, ACTINIDE_LEVEL_AVX2 = 1, ACTINIDE_LEVEL_AVX512 = 2 };

/* The index of the level to use, or -1 on a CPU below the lowest. */
#ifdef ACTINIDE_SINGLE_LEVEL
static inline int32_t actinide_level(void) {
    return 0;
}
#else
enum { ACTINIDE_LEVEL_UNKNOWN = -2 };

/* The archive's only writable data: ACTINIDE_LEVEL_UNKNOWN until the first call. */
ACTINIDE_INTERNAL extern int32_t actinide_level_in_use;
ACTINIDE_INTERNAL int32_t actinide_find_level(void);

static inline int32_t actinide_level(void) {
    const int32_t level = __atomic_load_n(&actinide_level_in_use, __ATOMIC_RELAXED);
    return __builtin_expect(level != ACTINIDE_LEVEL_UNKNOWN, 1) ? level : actinide_find_level();
}
#endif

/* The tile of the highest level up to `level` that has one; null if none has. */
ACTINIDE_INLINE actinide_tile_function actinide_choose_tile(const struct actinide_kernel *kernel, int32_t level,
                                                            int32_t role) {
    actinide_tile_function chosen = NULL;
    for (int32_t i = 0; i < ACTINIDE_MAX_LEVELS; ++i) {
        if (kernel->tiles[i][role] != NULL && i <= level) chosen = kernel->tiles[i][role];
    }
    return chosen;
}

/* Of the same tile the form with stores past the cache; null if it has none. */
ACTINIDE_INLINE actinide_tile_function actinide_choose_streaming_form(const struct actinide_kernel *kernel,
                                                                      int32_t level, int32_t role) {
    actinide_tile_function chosen = NULL;
    for (int32_t i = 0; i < ACTINIDE_MAX_LEVELS; ++i) {
        if (kernel->tiles[i][role] != NULL && i <= level) chosen = kernel->tiles[i][role + ACTINIDE_TILE_STREAMING];
    }
    return chosen;
}

#endif
