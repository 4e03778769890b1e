/* Windows commits a stack page by page, each when the page above it has been touched. Functions with more than a page
 * of variables call __chkstk first; a C library has one, but kernels need none. The compiler adds this one, private, to
 * the objects that call it. */

/* The name that LLVM calls. The size comes in rax (bytes) or x15 (of 16 bytes each); the arguments of the function
 * that begins are in their registers already and stay there.
 * NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp,misc-use-internal-linkage) */
void __chkstk(void);

__attribute__((naked)) void __chkstk(void) {
#ifdef __x86_64__
  __asm__(
      "pushq %rcx\n"
      "pushq %rax\n"
      "leaq 24(%rsp), %rcx\n"
      "1: subq $4096, %rcx\n"
      "testb %al, (%rcx)\n"
      "subq $4096, %rax\n"
      "ja 1b\n"
      "popq %rax\n"
      "popq %rcx\n"
      "retq\n");
#else
  __asm__(
      "mov x16, sp\n"
      "lsl x17, x15, #4\n"
      "1: sub x16, x16, #4096\n"
      "ldr xzr, [x16]\n"
      "subs x17, x17, #4096\n"
      "b.hi 1b\n"
      "ret\n");
#endif
}
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp,misc-use-internal-linkage) */
