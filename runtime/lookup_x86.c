/* Lookups in a table of 256 bytes. AVX-512 VBMI has two permutations of 128 bytes each. AVX2 tries the 16 rows of the
 * table in turn: a shuffle gives 0 where the byte is of another row. Below, one byte after the other. */
#include "runtime/level.h"
#include "runtime/table.h"

typedef unsigned char bytes16 __attribute__((vector_size(16))); /* NOLINT(modernize-use-using): this is C. */
typedef unsigned char bytes32 __attribute__((vector_size(32))); /* NOLINT(modernize-use-using): this is C. */
typedef unsigned char bytes64 __attribute__((vector_size(64))); /* NOLINT(modernize-use-using): this is C. */
typedef char signed32 __attribute__((vector_size(32)));         /* NOLINT(modernize-use-using): this is C. */
typedef char signed64 __attribute__((vector_size(64)));         /* NOLINT(modernize-use-using): this is C. */
struct unaligned16 {
  bytes16 bytes;
} __attribute__((packed, may_alias));
struct unaligned32 {
  bytes32 bytes;
} __attribute__((packed, may_alias));
struct unaligned64 {
  bytes64 bytes;
} __attribute__((packed, may_alias));

enum permutations { UNKNOWN, ABSENT, PRESENT };

/* Asking the CPU takes microseconds in a virtual machine, so it is asked once. */
static int has_byte_permutations(void) {
  static int32_t known = UNKNOWN;
  enum { LEAF = 7, AVX512_VBMI = 1 << 1 };
  int32_t found = __atomic_load_n(&known, __ATOMIC_RELAXED);
  if (found == UNKNOWN) {
    uint32_t eax, ebx, ecx, edx;
    __asm__ volatile("cpuid" : "=a"(eax), "=b"(ebx), "=c"(ecx), "=d"(edx) : "a"(LEAF), "c"(0));
    found = ecx & AVX512_VBMI ? PRESENT : ABSENT;
    __atomic_store_n(&known, found, __ATOMIC_RELAXED);
  }
  return found == PRESENT;
}

/* The compiler gives functions named so the CPU that they need. */
static __attribute__((noinline, target("avx2"))) size_t lookup_for_avx2(const unsigned char *x, void *y, size_t n,
                                                                        const unsigned char *table) {
  enum { WIDTH = 32, ROW = 16, ROWS = 16 };
  bytes32 rows[ROWS];
  size_t i = 0;
  if (n < WIDTH) return 0;
#pragma clang loop unroll(full)
  for (int r = 0; r < ROWS; ++r) {
    const bytes16 row = ((const struct unaligned16 *)(table + (ptrdiff_t)r * ROW))->bytes;
    rows[r] = __builtin_shufflevector(row, row, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5,
                                      6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  }
  for (; n - i >= WIDTH; i += WIDTH) {
    const bytes32 indices = ((const struct unaligned32 *)(x + i))->bytes;
    bytes32 found = {0};
#pragma clang loop unroll(full)
    for (int r = 0; r < ROWS; ++r) {
      /* Within the row 0x70 to 0x7f, of which a shuffle takes the low half; beyond it at least 0x80, which gives 0. */
      const bytes32 place =
          __builtin_elementwise_add_sat(indices ^ (unsigned char)(r * ROW), (bytes32){0} + (unsigned char)0x70);
      found |= (bytes32)__builtin_ia32_pshufb256((signed32)rows[r], (signed32)place);
    }
    ((struct unaligned32 *)((char *)y + i))->bytes = found;
  }
  return i;
}

static __attribute__((noinline, target("avx512f,avx512bw,avx512vbmi"))) size_t
lookup_for_avx512vbmi(const unsigned char *x, void *y, size_t n, const unsigned char *table) {
  enum { WIDTH = 64, HALF = 128 };
  const struct unaligned64 *rows = (const struct unaligned64 *)table;
  size_t i = 0;
  if (n < WIDTH) return 0;
  const bytes64 first = rows[0].bytes, second = rows[1].bytes, third = rows[2].bytes, fourth = rows[3].bytes;
  for (; n - i >= WIDTH; i += WIDTH) {
    const bytes64 indices = ((const struct unaligned64 *)(x + i))->bytes;
    const bytes64 low = (bytes64)__builtin_ia32_vpermi2varqi512((signed64)first, (signed64)indices, (signed64)second);
    const bytes64 high = (bytes64)__builtin_ia32_vpermi2varqi512((signed64)third, (signed64)indices, (signed64)fourth);
    const bytes64 is_high = (bytes64)(indices >= (unsigned char)HALF);
    ((struct unaligned64 *)((char *)y + i))->bytes = (low & ~is_high) | (high & is_high);
  }
  return i;
}

static size_t look_up_vectors(const unsigned char *x, unsigned char *y, size_t n, const unsigned char *table) {
  const int32_t level = actinide_level();
  if (level < ACTINIDE_LEVEL_AVX2) return 0;
  return level >= ACTINIDE_LEVEL_AVX512 && has_byte_permutations() ? lookup_for_avx512vbmi(x, y, n, table)
                                                                   : lookup_for_avx2(x, y, n, table);
}

static void look_up_all(const unsigned char *x, unsigned char *y, size_t n, const unsigned char *table) {
  const size_t done = look_up_vectors(x, y, n, table);
  actinide_look_up_each(x + done, y + done, n - done, table);
}

static int32_t look_up(const unsigned char *x, unsigned char *y, size_t n, const unsigned char *table) {
  const int32_t status = actinide_check_lookup(x, y, n, table);
  if (status != ACTINIDE_OK || n == 0) return status;
  if (actinide_level() < ACTINIDE_LEVEL_SSE41) return ACTINIDE_UNSUPPORTED_CPU;
  actinide_share_lookup(look_up_all, x, y, n, table);
  return ACTINIDE_OK;
}

int32_t actn_lookup_s8(const void *x, void *y, size_t n, const void *table) { return look_up(x, y, n, table); }
int32_t actn_lookup_u8(const void *x, void *y, size_t n, const void *table) { return look_up(x, y, n, table); }
