/* The level functions of an archive that has only one. */
#include "runtime/support.h"

/* The compiler writes the archive's own target here. NOLINTNEXTLINE(misc-use-internal-linkage) */
ACTINIDE_INTERNAL __attribute__((weak)) const char actinide_level_name[64] = "aarch64-neon";

const char *actn_cpu_level(void) { return actinide_level_name; }

int32_t actn_set_cpu_level(const char *name) {
  if (name == NULL) return ACTINIDE_OK;
  for (int i = 0; name[i] == actinide_level_name[i]; ++i) {
    if (name[i] == '\0') return ACTINIDE_OK;
  }
  return ACTINIDE_INVALID_PARAMETER;
}
