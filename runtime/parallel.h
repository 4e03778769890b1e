/* Long calls are cut into parts, which the threads of a pool share. Internal. What a part computes does not depend on
 * who runs it nor on how many there are, so that the results' bits do not either. */
#ifndef ACTINIDE_RUNTIME_PARALLEL_H
#define ACTINIDE_RUNTIME_PARALLEL_H

#include "runtime/streaming.h"
#include "runtime/support.h"

/* How many threads a call may take: 1 unless actn_set_num_threads or actn_set_parallel_for said otherwise. */
ACTINIDE_INTERNAL extern size_t actinide_threads_in_use;

/* Into how many parts a call is cut that reads and writes so many bytes; 1: it is not. */
ACTINIDE_INTERNAL size_t actinide_count_parts(size_t bytes);

/* Runs parts 0 to `parts` - 1, each once, on any threads but with this thread's rounding and flushing. They have ended
 * when it returns. */
ACTINIDE_INTERNAL void actinide_run_parts(actinide_task part, void *job, size_t parts);

/* What actn_set_parallel_for does; the pool's way to it. `is_alive` finds out whether fork has left this process
 * without its threads, and may be null. */
ACTINIDE_INTERNAL int32_t actinide_use_pool(actn_parallel_for parallel_for, void *pool, size_t threads,
                                            int (*is_alive)(void));
/* The same in a process made by fork, where a change may have been under way that nobody ends any more. */
ACTINIDE_INTERNAL void actinide_forget_pool(void);

/* Elements between two places where arrays may be cut: whole lines of the cache, even of an array of bits. */
enum { ACTINIDE_PART_STEP = 512 };

/* The most elements that one tile takes without asking whether to stream or to share. */
ACTINIDE_INLINE size_t actinide_most_at_once(const struct actinide_kernel *kernel) {
    const size_t unasked = ACTINIDE_LEAST_LONG_BYTES / (size_t)kernel->element_bytes;
    const int asks = kernel->part != NULL || actinide_can_stream(kernel);
    return asks ? actinide_smaller(kernel->split, unasked) : kernel->split;
}

ACTINIDE_INLINE int actinide_may_share(const struct actinide_kernel *kernel, size_t elements) {
    return kernel->part != NULL && elements > actinide_most_at_once(kernel) &&
           __atomic_load_n(&actinide_threads_in_use, __ATOMIC_RELAXED) > 1;
}

/* Into how many parts a call over arrays of `elements` elements is cut. */
ACTINIDE_INLINE size_t actinide_parts_of(const struct actinide_kernel *kernel, size_t elements) {
    return actinide_may_share(kernel, elements) ? actinide_count_parts(actinide_traffic(kernel, elements)) : 1;
}

struct actinide_range {
    size_t begin, end;
};

/* Where part `part` of `parts` begins: `first` elements and whole steps behind the array's begin. */
ACTINIDE_INLINE size_t actinide_begin_of_part(size_t elements, size_t first, size_t step, size_t part, size_t parts) {
    if (part == 0 || elements <= first) return part == 0 ? 0 : elements;
    if (part >= parts) return elements;
    const size_t steps = (elements - first) / step;
    return first + (steps / parts * part + steps % parts * part / parts) * step;
}

/* May be empty. `first` is below `step`. */
ACTINIDE_INLINE struct actinide_range actinide_range_of_part(size_t elements, size_t first, size_t step, size_t part,
                                                             size_t parts) {
    const struct actinide_range range = {actinide_begin_of_part(elements, first, step, part, parts),
                                         actinide_begin_of_part(elements, first, step, part + 1, parts)};
    return range;
}

#endif
