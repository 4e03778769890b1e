/* Lookups in a table of 256 bytes, for CPUs of which nothing more is known. */
#include "runtime/table.h"

static void look_up_each(const unsigned char *x, unsigned char *y, size_t n, const unsigned char *table) {
  actinide_look_up_each(x, y, n, table);
}

static int32_t look_up(const void *x, void *y, size_t n, const void *table) {
  const int32_t status = actinide_check_lookup(x, y, n, table);
  if (status == ACTINIDE_OK) actinide_share_lookup(look_up_each, x, y, n, table);
  return status;
}

int32_t actn_lookup_s8(const void *x, void *y, size_t n, const void *table) { return look_up(x, y, n, table); }
int32_t actn_lookup_u8(const void *x, void *y, size_t n, const void *table) { return look_up(x, y, n, table); }
