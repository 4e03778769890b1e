/* Lookups in a table of 256 bytes: NEON's table of 64 bytes, four times, each of which leaves the bytes of the others
 * alone. */
#include <arm_neon.h>

#include "runtime/table.h"

static size_t look_up_vectors(const unsigned char *x, unsigned char *y, size_t n, const unsigned char *table) {
  enum { WIDTH = 16, QUARTER = 64 };
  const uint8x16x4_t first = vld1q_u8_x4(table);
  const uint8x16x4_t second = vld1q_u8_x4(table + QUARTER);
  const uint8x16x4_t third = vld1q_u8_x4(table + (ptrdiff_t)2 * QUARTER);
  const uint8x16x4_t fourth = vld1q_u8_x4(table + (ptrdiff_t)3 * QUARTER);
  size_t i = 0;
  for (; n - i >= WIDTH; i += WIDTH) {
    const uint8x16_t indices = vld1q_u8(x + i);
    const uint8x16_t quarter = vdupq_n_u8(QUARTER);
    uint8x16_t found = vqtbl4q_u8(first, indices);
    uint8x16_t place = vsubq_u8(indices, quarter);
    found = vqtbx4q_u8(found, second, place);
    place = vsubq_u8(place, quarter);
    found = vqtbx4q_u8(found, third, place);
    place = vsubq_u8(place, quarter);
    vst1q_u8(y + i, vqtbx4q_u8(found, fourth, place));
  }
  return i;
}

static void look_up_all(const unsigned char *x, unsigned char *y, size_t n, const unsigned char *table) {
  const size_t done = look_up_vectors(x, y, n, table);
  actinide_look_up_each(x + done, y + done, n - done, table);
}

static int32_t look_up(const unsigned char *x, unsigned char *y, size_t n, const unsigned char *table) {
  const int32_t status = actinide_check_lookup(x, y, n, table);
  if (status == ACTINIDE_OK && n != 0) actinide_share_lookup(look_up_all, x, y, n, table);
  return status;
}

int32_t actn_lookup_s8(const void *x, void *y, size_t n, const void *table) { return look_up(x, y, n, table); }
int32_t actn_lookup_u8(const void *x, void *y, size_t n, const void *table) { return look_up(x, y, n, table); }
