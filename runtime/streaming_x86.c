/* From how many bytes on calls stream: those of the largest cache that the CPU names. */
#include "runtime/cpuid.h"
#include "runtime/streaming.h"
#include "runtime/support.h"

ACTINIDE_INTERNAL size_t actinide_streaming_bytes_in_use = 0;

/* The leaf of "deterministic cache parameters": Intel's and AMD's have the same form. 0: the CPU has neither. */
static uint32_t leaf_of_caches(void) {
  enum { INTEL_LEAF = 4, TYPE = 31 };
  const uint32_t amd_leaf = 0x8000001Du;
  if (actinide_highest_leaf(0) >= INTEL_LEAF && (actinide_cpuid(INTEL_LEAF, 0).eax & TYPE) != 0) return INTEL_LEAF;
  return actinide_highest_leaf(0x80000000u) >= amd_leaf ? amd_leaf : 0;
}

static uint32_t bits(uint32_t number, uint32_t first, uint32_t count) { return number >> first & ((1u << count) - 1); }

static size_t largest_cache(void) {
  enum { NO_MORE = 0, MOST_CACHES = 16 };
  const uint32_t leaf = leaf_of_caches();
  size_t largest = 0;
  for (uint32_t i = 0; leaf != 0 && i < MOST_CACHES; ++i) {
    const struct actinide_registers cache = actinide_cpuid(leaf, i);
    if (bits(cache.eax, 0, 5) == NO_MORE) break;
    const size_t line = bits(cache.ebx, 0, 12) + 1, partitions = bits(cache.ebx, 12, 10) + 1;
    const size_t ways = bits(cache.ebx, 22, 10) + 1, sets = (size_t)cache.ecx + 1;
    const size_t bytes = line * partitions * ways * sets;
    if (bytes > largest) largest = bytes;
  }
  return largest;
}

/* Several threads may find it at once; they find the same. What actn_set_streaming_bytes said meanwhile stays. A CPU
 * that names no cache never streams. */
size_t actinide_find_streaming_bytes(void) {
  const size_t cache = largest_cache();
  const size_t found = cache == 0 ? SIZE_MAX : cache;
  size_t expected = 0;
  const int stored = __atomic_compare_exchange_n(&actinide_streaming_bytes_in_use, &expected, found, 0,
                                                 __ATOMIC_RELAXED, __ATOMIC_RELAXED);
  return stored ? found : expected;
}

void actn_set_streaming_bytes(size_t bytes) {
  __atomic_store_n(&actinide_streaming_bytes_in_use, bytes, __ATOMIC_RELAXED);
}
