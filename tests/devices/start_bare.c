/* A program for 64-bit and 32-bit ARM without an operating system, on QEMU's board "virt": one line by semihosting. */
#include "tests/devices/digest.h"

static long semihosting(long operation, const void *argument) {
#ifdef __aarch64__
  register long x0 __asm__("x0") = operation;
  register const void *x1 __asm__("x1") = argument;
  __asm__ volatile("hlt 0xf000" : "+r"(x0) : "r"(x1) : "memory");
  return x0;
#else
  register long r0 __asm__("r0") = operation;
  register const void *r1 __asm__("r1") = argument;
  __asm__ volatile("svc 0x123456" : "+r"(r0) : "r"(r1) : "memory");
  return r0;
#endif
}

__attribute__((used)) static void run(void) {
  enum { WRITE_TEXT = 4, EXIT = 0x18 };
  static char line[DEVICE_LINE + 1];
  static const long application_exit[2] = {0x20026, 0};
  write_device_line(line);
  semihosting(WRITE_TEXT, line);
#ifdef __aarch64__
  semihosting(EXIT, application_exit);
#else
  semihosting(EXIT, (const void *)application_exit[0]);
#endif
  for (;;) {
  }
}

__attribute__((used, aligned(16))) static char stack[1 << 16];

/* A stack, and the floating-point unit switched on. NOLINTNEXTLINE(bugprone-reserved-identifier) */
__attribute__((naked)) void _start(void) {
#ifdef __aarch64__
  __asm__(
      "adrp x0, stack\n"
      "add x0, x0, :lo12:stack\n"
      "add sp, x0, #0x10, lsl #12\n"
      "mov x0, #(3 << 20)\n"
      "msr cpacr_el1, x0\n"
      "isb\n"
      "b run\n");
#else
  __asm__(
      "ldr sp, =stack + 0x10000\n"
      "mrc p15, 0, r0, c1, c0, 2\n"
      "orr r0, r0, #(0xf << 20)\n"
      "mcr p15, 0, r0, c1, c0, 2\n"
      "isb\n"
      "mov r0, #(1 << 30)\n"
      "vmsr fpexc, r0\n"
      "b run\n");
#endif
}
