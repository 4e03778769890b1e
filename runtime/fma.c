/* A fused multiply-add of float64 by integers: the exact product and the addend in 128 bits, added and rounded. */
#include "runtime/fma.h"

enum {
  FRACTION_BITS = 52,
  LEAST_EXPONENT = -1074, /* of the last place of a number */
  GREATEST_EXPONENT = 971,
  EXPONENT_FIELD = 0x7ff,
  PRODUCT_SHIFT = 20, /* of 106 bits, so that both summands end two bits below the top */
  ADDEND_SHIFT = 72   /* of 53 bits */
};

union number {
  double value;
  uint64_t bits;
};

struct wide {
  uint64_t high, low;
};

/* (-1)^sign * significand * 2^exponent, the significand with all of its 53 bits. */
struct parts {
  uint64_t sign, significand;
  int32_t exponent;
};

/* Of a finite number that is not zero. */
static struct parts parts_of(double value) {
  const union number number = {value};
  const uint64_t hidden = UINT64_C(1) << FRACTION_BITS;
  const int32_t field = (int32_t)(number.bits >> FRACTION_BITS & EXPONENT_FIELD);
  struct parts parts;
  parts.sign = number.bits >> 63;
  parts.significand = number.bits & (hidden - 1);
  parts.exponent = LEAST_EXPONENT;
  if (field != 0) {
    parts.significand |= hidden;
    parts.exponent += field - 1;
  } else {
    const int32_t missing = __builtin_clzll(parts.significand) - (63 - FRACTION_BITS);
    parts.significand <<= missing;
    parts.exponent -= missing;
  }
  return parts;
}

static int is_finite(double value) {
  const union number number = {value};
  return (number.bits >> FRACTION_BITS & EXPONENT_FIELD) != EXPONENT_FIELD;
}

/* By halves, as not every machine multiplies to 128 bits. */
static struct wide product_of(uint64_t a, uint64_t b) {
  const uint64_t half = UINT64_C(0xffffffff);
  const uint64_t low = (a & half) * (b & half);
  const uint64_t middle = (a >> 32) * (b & half) + (low >> 32);
  const uint64_t other = (a & half) * (b >> 32) + (middle & half);
  const struct wide product = {(a >> 32) * (b >> 32) + (middle >> 32) + (other >> 32), other << 32 | (low & half)};
  return product;
}

static struct wide shifted_left(struct wide number, int32_t places) {
  struct wide shifted = number;
  if (places >= 64) {
    shifted.high = number.low << (places - 64);
    shifted.low = 0;
  } else if (places > 0) {
    shifted.high = number.high << places | number.low >> (64 - places);
    shifted.low = number.low << places;
  }
  return shifted;
}

/* What is lost leaves its trace in the last bit, for the rounding. */
static struct wide shifted_right(struct wide number, int32_t places) {
  struct wide shifted = number;
  uint64_t lost = 0;
  if (places >= 128) {
    lost = number.high | number.low;
    shifted.high = shifted.low = 0;
  } else if (places >= 64) {
    lost = (places > 64 ? number.high << (128 - places) : 0) | number.low;
    shifted.high = 0;
    shifted.low = number.high >> (places - 64);
  } else if (places > 0) {
    lost = number.low << (64 - places);
    shifted.high = number.high >> places;
    shifted.low = number.high << (64 - places) | number.low >> places;
  }
  shifted.low |= lost != 0;
  return shifted;
}

static int is_less(struct wide a, struct wide b) { return a.high < b.high || (a.high == b.high && a.low < b.low); }

static struct wide sum_of(struct wide a, struct wide b) {
  const struct wide sum = {a.high + b.high + (a.low + b.low < a.low), a.low + b.low};
  return sum;
}

static struct wide difference_of(struct wide a, struct wide b) {
  const struct wide difference = {a.high - b.high - (a.low < b.low), a.low - b.low};
  return difference;
}

static int32_t leading_zeros(struct wide number) {
  return number.high != 0 ? __builtin_clzll(number.high) : 64 + __builtin_clzll(number.low);
}

/* number * 2^exponent, of a number that is not zero. */
static double rounded(uint64_t sign, struct wide number, int32_t exponent) {
  enum { ROUNDING_BITS = 2 };
  int32_t places = 127 - leading_zeros(number) - FRACTION_BITS;
  if (exponent + places < LEAST_EXPONENT) places = LEAST_EXPONENT - exponent;
  const int32_t kept = places - ROUNDING_BITS;
  const uint64_t bits = kept >= 0 ? shifted_right(number, kept).low : shifted_left(number, -kept).low;
  const uint64_t significand = bits >> ROUNDING_BITS, rest = bits & 3;
  const uint64_t up = rest > 2 || (rest == 2 && (significand & 1) != 0);
  const int32_t last_place = exponent + places;
  union number result;
  /* A carry out of the significand raises the exponent, up to infinity. */
  result.bits = ((uint64_t)(uint32_t)(last_place - LEAST_EXPONENT) << FRACTION_BITS) + significand + up;
  if (last_place > GREATEST_EXPONENT) result.bits = (uint64_t)EXPONENT_FIELD << FRACTION_BITS;
  result.bits |= sign << 63;
  return result.value;
}

double actinide_fma(double a, double b, double c) {
  if (!is_finite(a) || !is_finite(b) || a == 0 || b == 0) return a * b + c;
  if (!is_finite(c)) return c;
  if (c == 0) return a * b;
  const struct parts x = parts_of(a), y = parts_of(b), z = parts_of(c);
  const struct wide significand = {0, z.significand};
  struct wide product = shifted_left(product_of(x.significand, y.significand), PRODUCT_SHIFT);
  struct wide addend = shifted_left(significand, ADDEND_SHIFT);
  const uint64_t sign = x.sign ^ y.sign;
  int32_t exponent = x.exponent + y.exponent - PRODUCT_SHIFT;
  const int32_t ahead = exponent - (z.exponent - ADDEND_SHIFT);
  if (ahead >= 0) {
    addend = shifted_right(addend, ahead);
  } else {
    product = shifted_right(product, -ahead);
    exponent -= ahead;
  }
  if (sign == z.sign) return rounded(sign, sum_of(product, addend), exponent);
  if (is_less(product, addend)) return rounded(z.sign, difference_of(addend, product), exponent);
  if (is_less(addend, product)) return rounded(sign, difference_of(product, addend), exponent);
  return 0;
}
