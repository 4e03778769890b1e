/* Who shares long calls, and how they are cut. No thread is made here: this is part of every program. */
#include "runtime/parallel.h"

#include "runtime/control_register.h"
#include "runtime/parallel_bytes.h"

ACTINIDE_INTERNAL size_t actinide_threads_in_use = 1;

/* Read without a lock: `sequence` is odd while the others change, and another afterwards. */
static struct {
  uint32_t sequence;
  actn_parallel_for parallel_for;
  void *pool;
  int (*is_alive)(void);
} chosen;

/* 0: the default. */
static size_t bytes_in_use;

enum {
  /* So that a thread which comes late, or is slow, takes fewer. */
  PARTS_PER_THREAD = 4
};

int32_t actinide_use_pool(actn_parallel_for parallel_for, void *pool, size_t threads, int (*is_alive)(void)) {
  if (parallel_for != NULL && threads == 0) return ACTINIDE_INVALID_PARAMETER;
  uint32_t sequence = __atomic_load_n(&chosen.sequence, __ATOMIC_RELAXED) & ~1u;
  while (
      !__atomic_compare_exchange_n(&chosen.sequence, &sequence, sequence + 1, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
    sequence &= ~1u;
  }
  __atomic_store_n(&chosen.parallel_for, parallel_for, __ATOMIC_RELEASE);
  __atomic_store_n(&chosen.pool, pool, __ATOMIC_RELEASE);
  __atomic_store_n(&chosen.is_alive, is_alive, __ATOMIC_RELEASE);
  __atomic_store_n(&actinide_threads_in_use, parallel_for == NULL ? 1 : threads, __ATOMIC_RELAXED);
  __atomic_store_n(&chosen.sequence, sequence + 2, __ATOMIC_RELEASE);
  return ACTINIDE_OK;
}

void actinide_forget_pool(void) {
  __atomic_store_n(&chosen.sequence, 0, __ATOMIC_RELEASE);
  (void)actinide_use_pool(NULL, NULL, 1, NULL);
}

int32_t actn_set_parallel_for(actn_parallel_for parallel_for, void *pool, size_t threads) {
  return actinide_use_pool(parallel_for, pool, threads, NULL);
}

size_t actn_get_num_threads(void) {
  int (*const is_alive)(void) = __atomic_load_n(&chosen.is_alive, __ATOMIC_ACQUIRE);
  if (is_alive != NULL && !is_alive()) return 1;
  return __atomic_load_n(&actinide_threads_in_use, __ATOMIC_RELAXED);
}

void actn_set_parallel_bytes(size_t bytes) { __atomic_store_n(&bytes_in_use, bytes, __ATOMIC_RELAXED); }

/* Two parts of a call that has just the bytes for them, and no smaller ones. */
size_t actinide_count_parts(size_t bytes) {
  const size_t threads = __atomic_load_n(&actinide_threads_in_use, __ATOMIC_RELAXED);
  const size_t set = __atomic_load_n(&bytes_in_use, __ATOMIC_RELAXED);
  const size_t least = set == 0 ? ACTINIDE_DEFAULT_PARALLEL_BYTES : set;
  if (threads <= 1 || bytes < least) return 1;
  const size_t worth = bytes / (least / 2 + least % 2);
  size_t most;
  if (__builtin_mul_overflow(threads, PARTS_PER_THREAD, &most)) most = SIZE_MAX;
  return actinide_smaller(worth, most);
}

struct shared_work {
  actinide_task part;
  void *job;
  actinide_control control; /* the caller's */
};

/* A thread that computes as the caller does keeps all of its register. */
static void run_as_caller(void *context, size_t index) {
  const struct shared_work *work = context;
  const actinide_control own = actinide_read_control();
  const int differs = ((own ^ work->control) & ACTINIDE_CONTROL_BITS) != 0;
  if (differs) actinide_write_control((work->control & ACTINIDE_CONTROL_BITS) | ACTINIDE_CONTROL_OTHERS);
  work->part(work->job, index);
  if (differs) actinide_write_control(own);
}

/* In the middle of a change nobody waits: the call then has one thread. */
void actinide_run_parts(actinide_task part, void *job, size_t parts) {
  const uint32_t before = __atomic_load_n(&chosen.sequence, __ATOMIC_ACQUIRE);
  const actn_parallel_for parallel_for = __atomic_load_n(&chosen.parallel_for, __ATOMIC_ACQUIRE);
  void *pool = __atomic_load_n(&chosen.pool, __ATOMIC_ACQUIRE);
  const uint32_t after = __atomic_load_n(&chosen.sequence, __ATOMIC_RELAXED);
  if (parallel_for != NULL && before % 2 == 0 && before == after) {
    struct shared_work work = {part, job, actinide_read_control()};
    parallel_for(pool, parts, run_as_caller, &work);
  } else {
    for (size_t i = 0; i < parts; ++i) part(job, i);
  }
}
