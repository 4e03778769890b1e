/* When results are stored past the cache: arrays that would not stay in it need not be read into it before they are
 * overwritten. Internal. Whether a kernel has tiles for it is a constant, so that the others pay nothing. */
#ifndef ACTINIDE_RUNTIME_STREAMING_H
#define ACTINIDE_RUNTIME_STREAMING_H

#include "runtime/arrays.h"
#include "runtime/level.h"

/* Bytes that a call reads and writes from which on it streams: those of the last-level cache, or what
 * actn_set_streaming_bytes said. 0 until the first call that asks. */
ACTINIDE_INTERNAL extern size_t actinide_streaming_bytes_in_use;
ACTINIDE_INTERNAL size_t actinide_find_streaming_bytes(void);

ACTINIDE_INLINE size_t actinide_streaming_bytes(void) {
    const size_t known = __atomic_load_n(&actinide_streaming_bytes_in_use, __ATOMIC_RELAXED);
    return known != 0 ? known : actinide_find_streaming_bytes();
}

/* Pieces of `split` elements have to begin at aligned places too. */
ACTINIDE_INLINE int actinide_can_stream(const struct actinide_kernel *kernel) {
    int has_tile = 0;
    for (int32_t i = 0; i < ACTINIDE_MAX_LEVELS; ++i) has_tile |= kernel->tiles[i][ACTINIDE_TILE_STREAMING] != NULL;
    return has_tile && kernel->split % ACTINIDE_STREAM_ALIGNMENT == 0;
}

/* The address modulo ACTINIDE_STREAM_ALIGNMENT, of the output or of a stride. */
ACTINIDE_INLINE size_t actinide_misalignment(uintptr_t bytes) {
    return (size_t)(bytes % ACTINIDE_STREAM_ALIGNMENT);
}

/* Whether a call over arrays of `elements` elements streams, once its outputs are aligned. Not in place: what is read
 * is in the cache already. Several outputs have to be misaligned alike. */
ACTINIDE_INLINE int actinide_streams(const struct actinide_kernel *kernel, const void *const *inputs,
                                     void *const *outputs, size_t elements) {
    if (!actinide_can_stream(kernel)) return 0;
    const size_t bytes = elements * (size_t)kernel->element_bytes;
    if (bytes < ACTINIDE_LEAST_LONG_BYTES) return 0;
    int conflicts = 0;
    for (int32_t i = 0; i < kernel->output_count; ++i) {
        if (actinide_is_per_channel(kernel->per_channel_outputs, i)) continue;
        /* NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult): every kernel has an output. */
        conflicts |= actinide_misalignment((uintptr_t)outputs[i] ^ (uintptr_t)outputs[0]) != 0;
        for (int32_t j = 0; j < kernel->input_count; ++j) conflicts |= outputs[i] == inputs[j];
    }
    return !conflicts && actinide_traffic(kernel, elements) >= actinide_streaming_bytes();
}

/* Elements before the first aligned one of an output. */
ACTINIDE_INLINE size_t actinide_elements_before_alignment(const struct actinide_kernel *kernel, const void *output) {
    return actinide_misalignment(0 - (uintptr_t)output) / (size_t)kernel->element_bytes;
}

/* Stores past the cache are not ordered with the flag by which another thread may learn that the call has ended. */
ACTINIDE_INLINE void actinide_end_streaming(void) {
#ifdef __x86_64__
    __asm__ volatile("sfence" ::: "memory");
#endif
}

#endif
