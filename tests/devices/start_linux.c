/* A program for Linux and Android without a C library: one line to the standard output. */
#include "tests/devices/digest.h"

enum { STANDARD_OUTPUT = 1 };

#if defined(__x86_64__)
enum { WRITE = 1, EXIT = 60 };
static long call(long number, long a, long b, long c) {
  long result;
  __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
  return result;
}
#elif defined(__aarch64__)
enum { WRITE = 64, EXIT = 93 };
static long call(long number, long a, long b, long c) {
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
  return x0;
}
#elif defined(__arm__)
enum { WRITE = 4, EXIT = 1 };
static long call(long number, long a, long b, long c) {
  register long r7 __asm__("r7") = number;
  register long r0 __asm__("r0") = a;
  register long r1 __asm__("r1") = b;
  register long r2 __asm__("r2") = c;
  __asm__ volatile("svc 0" : "+r"(r0) : "r"(r7), "r"(r1), "r"(r2) : "memory");
  return r0;
}
#elif defined(__riscv)
enum { WRITE = 64, EXIT = 93 };
static long call(long number, long a, long b, long c) {
  register long a7 __asm__("a7") = number;
  register long a0 __asm__("a0") = a;
  register long a1 __asm__("a1") = b;
  register long a2 __asm__("a2") = c;
  __asm__ volatile("ecall" : "+r"(a0) : "r"(a7), "r"(a1), "r"(a2) : "memory");
  return a0;
}
#endif

/* Aligned anew: the kernel enters without a return address. */
#if defined(__x86_64__)
__attribute__((force_align_arg_pointer))
#endif
void _start(void) { /* NOLINT(bugprone-reserved-identifier): where linkers begin. */
  char line[DEVICE_LINE];
  write_device_line(line);
  call(WRITE, STANDARD_OUTPUT, (long)line, DEVICE_LINE);
  call(EXIT, 0, 0, 0);
}
