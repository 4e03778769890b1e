#include "generators/math/half_turns.h"

#include "generators/math/float_bits.h"

namespace actinide::math {

using Halide::Expr;

namespace {

// coefficients/half_turns.py computes all of these.
constexpr double high_0 = 0x1.45f306dp-2;
constexpr double middle_0 = 0x1.9391054p-31;
constexpr double low_0 = 0x1.4fe13abe8fa9ap-60;
constexpr double high_1 = 0x1.727220ap-28;
constexpr double middle_1 = 0x1.29fc275p-57;
constexpr double low_1 = 0x1.f47d4d377036ep-87;
constexpr double high_2 = 0x1.4a7f09cp-55;
constexpr double middle_2 = 0x1.5f47d4dp-83;
constexpr double low_2 = 0x1.bb81b6c52b328p-114;
constexpr double high_3 = 0x1.abe8fa9p-80;
constexpr double middle_3 = 0x1.4ddc0dbp-109;
constexpr double low_3 = 0x1.8a5664f10e41p-139;
constexpr double sin_0 = 0x1.921fb51c5fbdcp+1;
constexpr double sin_1 = -0x1.4abbc041cf371p+2;
constexpr double sin_2 = 0x1.46687be50f2ffp+1;
constexpr double sin_3 = -0x1.3247174d5c21fp-1;
constexpr double sin_4 = 0x1.3d4be78470731p-4;

/// An integer, rounded to from a sum.
struct Nearest {
    Expr rest;    ///< the sum less the integer
    Expr parity;  ///< UInt(64): the integer's lowest bit where a double has its sign, below it nothing
};

Nearest take_nearest_integer(const Expr &sum) {
    const Expr shift = number(sum.type(), 0x1.8p52);
    const Expr shifted = sum + shift;
    return {.rest = sum - (shifted - shift), .parity = bits_of(shifted)};
}

/// By the size of a: what belongs below 2^52, 2^78, 2^104 and above.
Expr select_part(const Expr &size, double part_0, double part_1, double part_2, double part_3) {
    const Halide::Type type = Halide::Float(64);
    const Expr above = Halide::select(size < number(type, 0x1p104), number(type, part_2), number(type, part_3));
    const Expr below = Halide::select(size < number(type, 0x1p52), number(type, part_0), number(type, part_1));
    return Halide::select(size < number(type, 0x1p78), below, above);
}

}  // namespace

Expr sine_of_sum(const Expr &a, double offset) {
    const Halide::Type type = Halide::Float(64);
    const Expr x = Halide::cast(type, a);
    const Expr size = magnitude(x);
    const Expr high = select_part(size, high_0, high_1, high_2, high_3);
    const Expr middle = select_part(size, middle_0, middle_1, middle_2, middle_3);
    const Expr low = select_part(size, low_0, low_1, low_2, low_3);
    // All exact, where it matters, but the last.
    const Expr sum = offset == 0 ? x * high : fma(x, high, number(type, offset));
    const Nearest first = take_nearest_integer(sum);
    const Nearest second = take_nearest_integer(fma(x, middle, first.rest));
    const Expr f = fma(x, low, second.rest);
    const Expr sine = f * polynomial(f * f, {sin_0, sin_1, sin_2, sin_3, sin_4});
    // The sign comes last: a kernel for halves would round from the double at once, as Halide joins two narrowings, and
    // by a function of another library.
    const Expr parity = Halide::cast(Halide::UInt(32), first.parity ^ second.parity) << 31;
    return float_of_bits(bits_of(Halide::cast(Halide::Float(32), sine)) ^ parity);
}

}  // namespace actinide::math
