/* Instead of a pool, on platforms whose threads this package does not make; a pool of the caller's serves there
 * (actn_set_parallel_for). */
#include "runtime/parallel.h"

int32_t actn_set_num_threads(size_t threads) {
  (void)actinide_use_pool(NULL, NULL, 1, NULL);
  return threads == 1 ? ACTINIDE_OK : ACTINIDE_NO_THREADS;
}
