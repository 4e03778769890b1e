/* What the pool needs of the C library and of the kernel, declared here because cross-compiling knows no headers of
 * either. A test compares it with theirs. Internal. */
#ifndef ACTINIDE_RUNTIME_THREADS_LINUX_H
#define ACTINIDE_RUNTIME_THREADS_LINUX_H

#include <stddef.h>
#include <stdint.h>

/* A number in glibc and bionic, a pointer in musl; 8 bytes in all of them. */
typedef unsigned long actinide_thread; /* NOLINT(modernize-use-using): this is C. */

/* A sigset_t, which is no larger anywhere. */
struct actinide_signals {
    uint64_t bits[16];
};

enum { MOST_CPUS = 8192 };

#ifndef ACTINIDE_TESTS_DECLARATIONS
enum { SIGILL = 4, SIGTRAP = 5, SIGBUS = 7, SIGFPE = 8, SIGSEGV = 11, SIGSYS = 31 };
enum { SIG_SETMASK = 2, FUTEX_WAIT_PRIVATE = 128, FUTEX_WAKE_PRIVATE = 129 };
#if defined(__x86_64__)
enum { ACTINIDE_FUTEX = 202 };
#else
enum { ACTINIDE_FUTEX = 98 }; /* in all architectures that Linux has come to since 2012 */
#endif

int pthread_create(actinide_thread *thread, const void *attributes, void *(*start)(void *), void *argument);
int pthread_join(actinide_thread thread, void **result);
int pthread_sigmask(int how, const struct actinide_signals *signals, struct actinide_signals *former);
int sched_getaffinity(int process, size_t bytes, void *mask);
int sched_yield(void);
int getpid(void);
long syscall(long number, ...);
#endif

#endif
