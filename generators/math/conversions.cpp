#include "generators/math/conversions.h"

#include "generators/math/float_bits.h"

namespace actinide::math {

using Halide::Expr;

namespace {

Expr word(uint32_t value) {
    return Halide::Internal::make_const(Halide::UInt(32), value);
}

}  // namespace

Expr from_float16(const Expr &bits) {
    return Halide::cast<float>(Halide::reinterpret(Halide::Float(16), bits));
}

Expr to_float16(const Expr &a) {
    return Halide::reinterpret(Halide::UInt(16), Halide::cast(Halide::Float(16), a));
}

Expr from_bfloat16(const Expr &bits) {
    return float_of_bits(Halide::cast<uint32_t>(bits) << 16);
}

Expr to_bfloat16(const Expr &a) {
    const Expr bits = bits_of(a);
    // Half a place, or a little less where the last kept bit is even: ties go to even, and the carry makes infinity of
    // what lies beyond the largest number.
    const Expr rounded = bits + word(0x7fff) + ((bits >> 16) & word(1));
    const Expr quiet = bits | word(0x00400000);
    const Expr is_nan = (bits & word(0x7fffffff)) > word(0x7f800000);
    return Halide::cast<uint16_t>(Halide::select(is_nan, quiet, rounded) >> 16);
}

}  // namespace actinide::math
