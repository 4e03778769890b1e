/* The functions of a package that are not kernels. The compiler exchanges the prefix `actn_`, and `actinide_` of all
 * that stays inside, so that two packages can meet in one program. */
#ifndef ACTINIDE_RUNTIME_SUPPORT_H
#define ACTINIDE_RUNTIME_SUPPORT_H

#include "runtime/kernel.h"

/* The level that kernels use on this CPU ("x86-64-avx512"), or "unsupported" below the archive's lowest. */
const char *actn_cpu_level(void);

/* For tests and measurements: makes kernels use a lower level than the CPU's best; null makes the choice automatic
 * again. A name that no level has gives INVALID_PARAMETER, a level that the CPU or the archive lacks UNSUPPORTED_CPU,
 * and nothing changes. Calls that run at the same time may still use the former level; the results are the same. */
int32_t actn_set_cpu_level(const char *name);

/* How many bytes a call has to read and write before its results are stored past the cache: 0 (the default) means the
 * size of the CPU's last-level cache, SIZE_MAX never. The bits of the results do not depend on it, and calls in place
 * or over arrays below 64 KiB never do it. */
void actn_set_streaming_bytes(size_t bytes);

/* Runs task(context, 0) to task(context, tasks - 1), each once, in any order and on any threads, and returns when all
 * have ended. `pool` is what actn_set_parallel_for got. */
/* NOLINTNEXTLINE(modernize-use-using): this is C. */
typedef void (*actn_parallel_for)(void *pool, size_t tasks, actinide_task task, void *context);

/* What kernels.h says of them. The first is in an object of its own, so that only who calls it needs threads. */
int32_t actn_set_num_threads(size_t threads);
size_t actn_get_num_threads(void);
int32_t actn_set_parallel_for(actn_parallel_for parallel_for, void *pool, size_t threads);
void actn_set_parallel_bytes(size_t bytes);

/* The sentence of a status; never null. */
const char *actn_status_text(int32_t status);

/* The version of Actinide that built the package: "0.1.0". */
const char *actn_version(void);

#endif
