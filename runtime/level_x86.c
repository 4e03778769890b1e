/* The levels of an x86-64 archive: those of the psABI that have vectors worth a kernel of their own. */
#include "runtime/cpuid.h"
#include "runtime/level.h"
#include "runtime/support.h"

enum { LEVEL_COUNT = ACTINIDE_LEVEL_AVX512 + 1, NO_LEVEL = -1 };

/* Bit i: the archive holds kernels of level i. The compiler writes the archive's own value here.
 * NOLINTNEXTLINE(misc-use-internal-linkage) */
ACTINIDE_INTERNAL __attribute__((weak)) const uint32_t actinide_archive_levels =
    1u << ACTINIDE_LEVEL_SSE41 | 1u << ACTINIDE_LEVEL_AVX2 | 1u << ACTINIDE_LEVEL_AVX512;

ACTINIDE_INTERNAL int32_t actinide_level_in_use = ACTINIDE_LEVEL_UNKNOWN;

/* XCR0: the register state that the operating system saves. Precondition: OSXSAVE. */
static uint32_t saved_state(void) {
  uint32_t low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return low;
}

static int has_all(uint32_t bits, uint32_t wanted) { return (bits & wanted) == wanted; }

/* Bits of leaf 1's ecx. */
enum {
  SSE3 = 1 << 0,
  SSSE3 = 1 << 9,
  FMA = 1 << 12,
  CX16 = 1 << 13,
  SSE41 = 1 << 19,
  SSE42 = 1 << 20,
  MOVBE = 1 << 22,
  POPCNT = 1 << 23,
  OSXSAVE = 1 << 27,
  AVX = 1 << 28,
  F16C = 1 << 29
};
/* Of leaf 7's ebx. */
enum {
  BMI1 = 1 << 3,
  AVX2 = 1 << 5,
  BMI2 = 1 << 8,
  AVX512F = 1 << 16,
  AVX512DQ = 1 << 17,
  AVX512CD = 1 << 28,
  AVX512BW = 1 << 30
};
/* Of leaf 0x80000001's ecx. */
enum { LAHF = 1 << 0, LZCNT = 1 << 5 };
/* Of XCR0. */
enum { XMM_YMM = 3 << 1, OPMASK_ZMM = 7 << 5 };

/* x86-64-v2 spelt out, as the next two do with x86-64-v3 and x86-64-v4; each takes the one before for granted. */
static int has_sse41(uint32_t leaf1, uint32_t extended) {
  return has_all(leaf1, SSE3 | SSSE3 | CX16 | SSE41 | SSE42 | POPCNT) && has_all(extended, LAHF);
}

static int has_avx2(uint32_t leaf1, uint32_t leaf7, uint32_t extended) {
  return has_all(leaf1, FMA | MOVBE | OSXSAVE | AVX | F16C) && has_all(leaf7, BMI1 | AVX2 | BMI2) &&
         has_all(extended, LZCNT) && has_all(saved_state(), XMM_YMM);
}

static int has_avx512(uint32_t leaf7) {
  const uint32_t avx512vl = 1u << 31;
  return has_all(leaf7, AVX512F | AVX512DQ | AVX512CD | AVX512BW | avx512vl) &&
         has_all(saved_state(), XMM_YMM | OPMASK_ZMM);
}

static int32_t highest_level(void) {
  enum { LEAF = 1, LEAF_OF_VECTORS = 7 };
  const uint32_t extended_leaf = 0x80000001u;
  if (actinide_highest_leaf(0) < LEAF || actinide_highest_leaf(0x80000000u) < extended_leaf) return NO_LEVEL;
  const uint32_t leaf1 = actinide_cpuid(LEAF, 0).ecx, extended = actinide_cpuid(extended_leaf, 0).ecx;
  if (!has_sse41(leaf1, extended)) return NO_LEVEL;
  if (actinide_highest_leaf(0) < LEAF_OF_VECTORS) return ACTINIDE_LEVEL_SSE41;
  const uint32_t leaf7 = actinide_cpuid(LEAF_OF_VECTORS, 0).ebx;
  if (!has_avx2(leaf1, leaf7, extended)) return ACTINIDE_LEVEL_SSE41;
  return has_avx512(leaf7) ? ACTINIDE_LEVEL_AVX512 : ACTINIDE_LEVEL_AVX2;
}

static int is_in_archive(int32_t level) { return (actinide_archive_levels >> (uint32_t)level & 1u) != 0; }

/* Several threads may find it at once; they find the same. A level set meanwhile by actn_set_cpu_level stays. */
int32_t actinide_find_level(void) {
  int32_t found = highest_level();
  while (found >= 0 && !is_in_archive(found)) --found;
  int32_t expected = ACTINIDE_LEVEL_UNKNOWN;
  const int stored =
      __atomic_compare_exchange_n(&actinide_level_in_use, &expected, found, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
  return stored ? found : expected;
}

static int is_same(const char *a, const char *b) {
  while (*a != '\0' && *a == *b) {
    ++a;
    ++b;
  }
  return *a == *b;
}

/* As in schedules/target_table.cpp: a level's own name, and the psABI's. */
static const char *const names[LEVEL_COUNT][2] = {
    {"x86-64-sse41", "x86-64-v2"}, {"x86-64-avx2", "x86-64-v3"}, {"x86-64-avx512", "x86-64-v4"}};

static int32_t level_of_name(const char *name) {
  int32_t level = LEVEL_COUNT - 1;
  while (level >= 0 && !is_same(name, names[level][0]) && !is_same(name, names[level][1])) --level;
  return level;
}

const char *actn_cpu_level(void) {
  const int32_t level = actinide_level();
  return level >= 0 ? names[level][0] : "unsupported";
}

int32_t actn_set_cpu_level(const char *name) {
  const int32_t level = name == NULL ? ACTINIDE_LEVEL_UNKNOWN : level_of_name(name);
  if (level == NO_LEVEL) return ACTINIDE_INVALID_PARAMETER;
  if (level >= 0 && (level > highest_level() || !is_in_archive(level))) return ACTINIDE_UNSUPPORTED_CPU;
  __atomic_store_n(&actinide_level_in_use, level, __ATOMIC_RELAXED);
  return ACTINIDE_OK;
}
