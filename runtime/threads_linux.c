/* The pool of actn_set_num_threads, for Linux: threads of POSIX that sleep in a futex while there is nothing to do. An
 * object of its own, as it needs what other programs need not link. */
#include "runtime/threads_linux.h"

#include "runtime/parallel.h"

/* Free, taken, or taken while somebody waits for it. */
enum { FREE, TAKEN, AWAITED };
/* Of `pool.guests`: whether threads may come in, and 2 for each that is in. */
enum { OPEN = 1, GUEST = 2 };

enum { MOST_THREADS = 256 };

static struct {
  uint32_t lock;   /* of the pool: held by a call that uses it, and while its threads are made or ended */
  int32_t process; /* whose it is; 0: nobody has asked for threads yet */
  uint32_t calls;  /* how many there were; workers sleep until it moves */
  uint32_t is_ending;
  uint32_t guests; /* workers in the call */
  /* The call; written while nobody is in. */
  actinide_task task;
  void *context;
  size_t tasks, next;
  uint32_t workers;
  actinide_thread threads[MOST_THREADS - 1];
} pool;

static void sleep_while(uint32_t *word, uint32_t value) {
  syscall(ACTINIDE_FUTEX, word, FUTEX_WAIT_PRIVATE, value, NULL, NULL, 0);
}
static void wake(uint32_t *word, uint32_t threads) {
  syscall(ACTINIDE_FUTEX, word, FUTEX_WAKE_PRIVATE, threads, NULL, NULL, 0);
}

static int try_lock(void) {
  uint32_t expected = FREE;
  return __atomic_compare_exchange_n(&pool.lock, &expected, TAKEN, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}
static void lock(void) {
  if (try_lock()) return;
  while (__atomic_exchange_n(&pool.lock, AWAITED, __ATOMIC_ACQUIRE) != FREE) sleep_while(&pool.lock, AWAITED);
}
static void unlock(void) {
  if (__atomic_exchange_n(&pool.lock, FREE, __ATOMIC_RELEASE) == AWAITED) wake(&pool.lock, 1);
}

static void run_tasks(void) {
  for (;;) {
    const size_t task = __atomic_fetch_add(&pool.next, 1, __ATOMIC_RELAXED);
    if (task >= pool.tasks) return;
    pool.task(pool.context, task);
  }
}

static int enter(void) {
  uint32_t guests = __atomic_load_n(&pool.guests, __ATOMIC_RELAXED);
  while (guests & OPEN) {
    if (__atomic_compare_exchange_n(&pool.guests, &guests, guests + GUEST, 1, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
      return 1;
    }
  }
  return 0;
}

static void leave(void) {
  if (__atomic_sub_fetch(&pool.guests, GUEST, __ATOMIC_RELEASE) == 0) wake(&pool.guests, 1);
}

static void *work(void *unused) {
  (void)unused;
  for (;;) {
    const uint32_t calls = __atomic_load_n(&pool.calls, __ATOMIC_ACQUIRE);
    if (__atomic_load_n(&pool.is_ending, __ATOMIC_RELAXED)) return NULL;
    if (enter()) {
      run_tasks();
      leave();
    }
    sleep_while(&pool.calls, calls);
  }
}

/* Nobody comes in any more, and whoever is in has something to do or is about to leave. */
static void wait_for_guests(void) {
  uint32_t guests = __atomic_and_fetch(&pool.guests, ~(uint32_t)OPEN, __ATOMIC_ACQUIRE);
  while (guests != 0) {
    sleep_while(&pool.guests, guests);
    guests = __atomic_load_n(&pool.guests, __ATOMIC_ACQUIRE);
  }
}

static void run_alone(size_t tasks, actinide_task task, void *context) {
  for (size_t i = 0; i < tasks; ++i) task(context, i);
}

static void run_with_workers(size_t tasks, actinide_task task, void *context) {
  pool.task = task;
  pool.context = context;
  pool.tasks = tasks;
  __atomic_store_n(&pool.next, 0, __ATOMIC_RELAXED);
  __atomic_store_n(&pool.guests, OPEN, __ATOMIC_RELEASE);
  __atomic_fetch_add(&pool.calls, 1, __ATOMIC_RELEASE);
  wake(&pool.calls, tasks - 1 < pool.workers ? (uint32_t)(tasks - 1) : pool.workers);
  run_tasks();
  wait_for_guests();
}

/* A process made by fork has the memory of the pool but none of its threads, and perhaps a lock that nobody holds. The
 * first to find out clears it; who finds out meanwhile waits for that. */
enum { IS_BEING_CLEARED = -1 };
static int is_of_this_process(void) {
  int32_t process = __atomic_load_n(&pool.process, __ATOMIC_ACQUIRE);
  if (process == 0 || process == getpid()) return 1;
  if (process != IS_BEING_CLEARED &&
      __atomic_compare_exchange_n(&pool.process, &process, IS_BEING_CLEARED, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
    pool.workers = 0;
    __atomic_store_n(&pool.guests, 0, __ATOMIC_RELAXED);
    __atomic_store_n(&pool.is_ending, 0, __ATOMIC_RELAXED);
    __atomic_store_n(&pool.lock, FREE, __ATOMIC_RELAXED);
    actinide_forget_pool();
    __atomic_store_n(&pool.process, 0, __ATOMIC_RELEASE);
    return 0;
  }
  while (__atomic_load_n(&pool.process, __ATOMIC_ACQUIRE) == IS_BEING_CLEARED) sched_yield();
  return 0;
}

/* An actn_parallel_for. One call at a time has the workers; others need not wait for them. */
static void share_among_workers(void *unused, size_t tasks, actinide_task task, void *context) {
  (void)unused;
  if (!is_of_this_process() || !try_lock()) {
    run_alone(tasks, task, context);
    return;
  }
  if (pool.workers > 0) {
    run_with_workers(tasks, task, context);
  } else {
    run_alone(tasks, task, context);
  }
  unlock();
}

/* Of what a thread brings upon itself, as by an array whose pages the program fetches when they are touched; blocked,
 * that would end the process. */
static const uint64_t faults = UINT64_C(1) << (SIGILL - 1) | UINT64_C(1) << (SIGTRAP - 1) |
                               UINT64_C(1) << (SIGBUS - 1) | UINT64_C(1) << (SIGFPE - 1) |
                               UINT64_C(1) << (SIGSEGV - 1) | UINT64_C(1) << (SIGSYS - 1);
/* 32 to 34, by which C libraries reach every thread, for setuid and the like. */
static const uint64_t of_the_library = UINT64_C(7) << (32 - 1);

/* All other signals go to the program's own threads. */
static void make_workers(uint32_t count) {
  struct actinide_signals blocked, own;
  for (size_t i = 0; i < sizeof(blocked.bits) / sizeof(blocked.bits[0]); ++i) blocked.bits[i] = ~(uint64_t)0;
  blocked.bits[0] &= ~(faults | of_the_library);
  pthread_sigmask(SIG_SETMASK, &blocked, &own);
  while (pool.workers < count && pthread_create(&pool.threads[pool.workers], NULL, work, NULL) == 0) ++pool.workers;
  pthread_sigmask(SIG_SETMASK, &own, NULL);
}

static void end_workers(void) {
  __atomic_store_n(&pool.is_ending, 1, __ATOMIC_RELAXED);
  __atomic_fetch_add(&pool.calls, 1, __ATOMIC_RELEASE);
  wake(&pool.calls, pool.workers);
  while (pool.workers > 0) pthread_join(pool.threads[--pool.workers], NULL);
  __atomic_store_n(&pool.is_ending, 0, __ATOMIC_RELAXED);
}

/* CPUs that this thread may use; 1 if the system does not tell. */
static size_t count_cpus(void) {
  uint64_t mask[MOST_CPUS / 64];
  size_t count = 0;
  for (size_t i = 0; i < MOST_CPUS / 64; ++i) mask[i] = 0;
  if (sched_getaffinity(0, sizeof(mask), mask) != 0) return 1;
  for (size_t i = 0; i < MOST_CPUS / 64; ++i) {
    for (uint64_t left = mask[i]; left != 0; left &= left - 1) ++count;
  }
  return count == 0 ? 1 : count;
}

int32_t actn_set_num_threads(size_t threads) {
  const size_t wanted = actinide_smaller(threads == 0 ? count_cpus() : threads, MOST_THREADS);
  (void)is_of_this_process();
  /* Before the lock is held: a child forked from now on finds out that none of this is its own. */
  __atomic_store_n(&pool.process, getpid(), __ATOMIC_RELEASE);
  lock();
  if (pool.workers + 1 != wanted) {
    end_workers();
    make_workers((uint32_t)(wanted - 1));
  }
  const size_t made = pool.workers + 1;
  actinide_use_pool(made > 1 ? share_among_workers : NULL, NULL, made, made > 1 ? is_of_this_process : NULL);
  unlock();
  return made < wanted ? ACTINIDE_NO_THREADS : ACTINIDE_OK;
}

/* At exit, and before a library that holds this is unloaded: no thread may run code that is gone. */
__attribute__((destructor)) static void end_pool(void) {
  if (!is_of_this_process()) return;
  lock();
  actinide_use_pool(NULL, NULL, 1, NULL);
  if (pool.workers > 0) end_workers();
  unlock();
}
