/* What relu and elu compute on a device, as one number: forward and backward, in three types, over inputs of all
 * magnitudes, in arrays that begin and end anywhere. Freestanding, for every target of the table. */
#include "tests/devices/digest.h"

#include <devices/kernels.h>
#include <stddef.h>

#include "tools/verify/output_digest.h"

enum { COUNT = 4099, LONGEST_MISALIGNMENT = 5 };

static float x32[COUNT + LONGEST_MISALIGNMENT], dy32[COUNT + LONGEST_MISALIGNMENT], y32[COUNT + LONGEST_MISALIGNMENT];
static uint16_t x16[COUNT + LONGEST_MISALIGNMENT], dy16[COUNT + LONGEST_MISALIGNMENT],
    y16[COUNT + LONGEST_MISALIGNMENT];

/* A sign, an exponent of `lowest` to `highest` (biased) and a fraction, all from one number. */
static uint32_t number(uint32_t i, uint32_t lowest, uint32_t highest) {
  const uint32_t mixed = i * 2654435761u ^ i >> 3;
  return (mixed & 0x80000000u) | (lowest + mixed / 7 % (highest - lowest + 1)) << 23 | (mixed & 0x7fffffu);
}

static void fill(enum device_inputs inputs) {
  for (uint32_t i = 0; i < COUNT + LONGEST_MISALIGNMENT; ++i) {
    /* From 2^-40 to 64, so that no intermediate of elu is subnormal. */
    const uint32_t x = inputs == ONLY_NORMAL ? number(i, 87, 132) : number(i, 0, 255);
    const uint32_t dy = inputs == ONLY_NORMAL ? number(i + 7919, 120, 134) : number(i + 7919, 0, 255);
    __builtin_memcpy(&x32[i], &x, sizeof x);
    __builtin_memcpy(&dy32[i], &dy, sizeof dy);
    x16[i] = (uint16_t)(x >> 16);
    dy16[i] = (uint16_t)(dy >> 16);
  }
}

enum { FLOAT32, FLOAT16 = 0x7c00, BFLOAT16 = 0x7f80 }; /* of the short types, the bits of infinity */

/* The statuses too, so that a refusal shows. */
static void add(struct actinide_digest *digest, const void *y, size_t n, int type, devices_status status) {
  if (type == FLOAT32) {
    actinide_digest_add_32(digest, y, n);
  } else {
    actinide_digest_add_16(digest, y, n, (uint16_t)type);
  }
  digest->lanes[0] = actinide_digest_step(digest->lanes[0], (uint64_t)status);
}

static void compute(struct actinide_digest *digest, size_t at, size_t n) {
  const float alpha = 1.5f;
  float *y = y32 + at;
  uint16_t *y_16 = y16 + at;
  add(digest, y, n, FLOAT32, devices_relu_forward_f32(x32 + at, y, n));
  add(digest, y, n, FLOAT32, devices_relu_backward_f32(x32 + at, dy32 + at, y, n));
  add(digest, y, n, FLOAT32, devices_elu_forward_f32(x32 + at, y, n, alpha));
  add(digest, y, n, FLOAT32, devices_elu_backward_f32(x32 + at, dy32 + at, y, n, alpha));
  add(digest, y_16, n, BFLOAT16, devices_relu_forward_bf16(x16 + at, y_16, n));
  add(digest, y_16, n, BFLOAT16, devices_relu_backward_bf16(x16 + at, dy16 + at, y_16, n));
  add(digest, y_16, n, BFLOAT16, devices_elu_forward_bf16(x16 + at, y_16, n, alpha));
  add(digest, y_16, n, BFLOAT16, devices_elu_backward_bf16(x16 + at, dy16 + at, y_16, n, alpha));
  add(digest, y_16, n, FLOAT16, devices_relu_forward_f16(x16 + at, y_16, n));
  add(digest, y_16, n, FLOAT16, devices_relu_backward_f16(x16 + at, dy16 + at, y_16, n));
  add(digest, y_16, n, FLOAT16, devices_elu_forward_f16(x16 + at, y_16, n, alpha));
  add(digest, y_16, n, FLOAT16, devices_elu_backward_f16(x16 + at, dy16 + at, y_16, n, alpha));
}

/* Channels with a gradient of their own, whose sums take pages of the stack. */
static void compute_channels(struct actinide_digest *digest) {
  enum { OUTER = 3, CHANNELS = 5, INNER = 19, ELEMENTS = OUTER * CHANNELS * INNER };
  static const float weight[CHANNELS] = {0.25f, -0.5f, 0.0f, 3.0f, 0.01f};
  static float dweight[CHANNELS];
  add(digest, y32, ELEMENTS, FLOAT32,
      devices_prelu_backward_f32(x32, weight, dy32, y32, dweight, OUTER, CHANNELS, INNER));
  add(digest, dweight, CHANNELS, FLOAT32, 0);
  add(digest, y32, ELEMENTS, FLOAT32,
      devices_prelu_backward_f32(x32, weight, dy32, y32, dweight, ELEMENTS / 5, CHANNELS, 1));
  add(digest, dweight, CHANNELS, FLOAT32, 0);
}

uint64_t device_digest(enum device_inputs inputs) {
  struct actinide_digest digest = actinide_digest_start();
  fill(inputs);
  for (size_t at = 0; at < LONGEST_MISALIGNMENT; ++at) {
    for (size_t n = 0; n < 40; ++n) compute(&digest, at, n);
    compute(&digest, at, COUNT);
  }
  compute_channels(&digest);
  /* A null pointer and an overlap are refused everywhere alike. */
  add(&digest, y32, 0, FLOAT32, devices_relu_forward_f32(NULL, y32, 3));
  add(&digest, y32, 0, FLOAT32, devices_relu_forward_f32(y32, y32 + 1, 3));
  return actinide_digest_end(&digest);
}
