/* Linux without a C library. Internal, and of timing programs only: no package asks the system for anything by itself.
 */
#ifndef ACTINIDE_RUNTIME_SYSTEM_LINUX_H
#define ACTINIDE_RUNTIME_SYSTEM_LINUX_H

#include <stddef.h>
#include <stdint.h>

enum { CLOCK_MONOTONIC = 1, CLOCK_THREAD_CPUTIME_ID = 3, AT_FDCWD = -100 };
enum { PROT_READ_WRITE = 3, MAP_PRIVATE_ANONYMOUS = 0x22, LAST_ERROR = 4095 };

#if defined(__x86_64__)
enum { SYSTEM_READ = 0, SYSTEM_WRITE = 1, SYSTEM_OPENAT = 257, SYSTEM_MAP = 9, SYSTEM_EXIT = 231, SYSTEM_CLOCK = 228 };
static long system_call(long number, long a, long b, long c, long d, long e, long f) {
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    __asm__ volatile("syscall"
                     : "+a"(number)
                     : "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return number;
}
#else
#if defined(__arm__)
/* mmap2 counts its offset in pages, which is the same for 0. */
enum {
    SYSTEM_READ = 3,
    SYSTEM_WRITE = 4,
    SYSTEM_OPENAT = 322,
    SYSTEM_MAP = 192,
    SYSTEM_EXIT = 248,
    SYSTEM_CLOCK = 263
};
#define ARGUMENT_REGISTER(i) "r" #i
#define NUMBER_REGISTER "r7"
#define SYSTEM_INSTRUCTION "svc 0"
#else
enum {
    SYSTEM_READ = 63,
    SYSTEM_WRITE = 64,
    SYSTEM_OPENAT = 56,
    SYSTEM_MAP = 222,
    SYSTEM_EXIT = 94,
    SYSTEM_CLOCK = 113
};
#if defined(__aarch64__)
#define ARGUMENT_REGISTER(i) "x" #i
#define NUMBER_REGISTER "x8"
#define SYSTEM_INSTRUCTION "svc 0"
#else
#define ARGUMENT_REGISTER(i) "a" #i
#define NUMBER_REGISTER "a7"
#define SYSTEM_INSTRUCTION "ecall"
#endif
#endif
static long system_call(long number, long a, long b, long c, long d, long e, long f) {
    register long result __asm__(ARGUMENT_REGISTER(0)) = a;
    register long second __asm__(ARGUMENT_REGISTER(1)) = b;
    register long third __asm__(ARGUMENT_REGISTER(2)) = c;
    register long fourth __asm__(ARGUMENT_REGISTER(3)) = d;
    register long fifth __asm__(ARGUMENT_REGISTER(4)) = e;
    register long sixth __asm__(ARGUMENT_REGISTER(5)) = f;
    register long which __asm__(NUMBER_REGISTER) = number;
    __asm__ volatile(SYSTEM_INSTRUCTION
                     : "+r"(result)
                     : "r"(second), "r"(third), "r"(fourth), "r"(fifth), "r"(sixth), "r"(which)
                     : "memory");
    return result;
}
#endif

static __attribute__((noreturn)) void exit_program(int status) {
    for (;;) system_call(SYSTEM_EXIT, status, 0, 0, 0, 0, 0);
}

/* Zeros; null if there are not so many. */
static void *map_memory(size_t bytes) {
    const long place = system_call(SYSTEM_MAP, 0, (long)bytes, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0);
    if (place < 0 && place >= -LAST_ERROR) return NULL;
    return (void *)place; /* NOLINT(performance-no-int-to-ptr): the system knows no pointers. */
}

static uint64_t nanoseconds_of(int clock) {
    struct {
        long seconds, nanoseconds;
    } time = {0, 0};
    system_call(SYSTEM_CLOCK, clock, (long)&time, 0, 0, 0, 0);
    return (uint64_t)time.seconds * 1000000000U + (uint64_t)time.nanoseconds;
}

/* The file's first bytes. */
static size_t read_file(const char *name, char *text, size_t most) {
    const long file = system_call(SYSTEM_OPENAT, AT_FDCWD, (long)name, 0, 0, 0, 0);
    size_t length = 0;
    if (file < 0) return 0;
    while (length < most) {
        const long count = system_call(SYSTEM_READ, file, (long)(text + length), (long)(most - length), 0, 0, 0);
        if (count <= 0) break;
        length += (size_t)count;
    }
    return length;
}

static void write_all(const char *text, size_t length) {
    while (length > 0) {
        const long count = system_call(SYSTEM_WRITE, 1, (long)text, (long)length, 0, 0, 0);
        if (count <= 0) exit_program(1);
        text += count;
        length -= (size_t)count;
    }
}

#endif
