#include "generators/math/gaussian_tail.h"

#include "generators/math/float_bits.h"
#include "generators/math/gaussian.h"

namespace actinide::math {

using Halide::Expr;

namespace {

/// What a - b c is, rounded once.
Expr minus_product(const Expr &a, const Expr &b, const Expr &c) {
    return fma(negate(b), c, a);
}

/// The bits of 1 / d are nearly a constant less those of d.
Expr guess_reciprocal(const Expr &d) {
    if (d.type().bits() == 64)
        return float_of_bits(Halide::Internal::make_const(Halide::UInt(64), uint64_t{0x7fde623822fc16e6}) - bits_of(d));
    return float_of_bits(Halide::Internal::make_const(Halide::UInt(32), uint64_t{0x7ef311c3}) - bits_of(d));
}

/// y (1 + e + e^2) where y = (1 - e) / d: an error of e becomes one of e^3.
Expr newton_step(const Expr &y, const Expr &error) {
    return fma(y, fma(error, error, error), y);
}

/// y without its lowest 5 bits.
Expr shortened(const Expr &y) {
    const uint64_t mask = y.type().bits() == 64 ? ~uint64_t{31} : 0xffffffe0;
    return float_of_bits(bits_of(y) & Halide::Internal::make_const(Halide::UInt(y.type().bits()), mask));
}

/// 1 / (t + shift), with t + shift not rounded.
Pair reciprocal(const Expr &t, double shift) {
    const Expr one = number(t.type(), 1);
    const Expr c = number(t.type(), shift);
    const Expr d = t + c;
    Expr y = guess_reciprocal(d);
    y = newton_step(y, minus_product(one, y, d));
    if (t.type().bits() == 64) y = newton_step(y, minus_product(one, y, d));
    y = shortened(y);
    // 1 - c y is exact, as y is short.
    const Expr error = minus_product(minus_product(one, y, c), y, t);
    const Expr step = y * fma(error, error, error);
    const Expr high = y + step;
    return {.high = high, .low = step - (high - y)};
}

}  // namespace

Expr gaussian_tail(const Expr &t, const TailSeries &series, int upscaled_by) {
    const auto constant = [&](double value) { return number(t.type(), value); };
    const ReducedSquare square = reduce_square(t, series.divisor, upscaled_by);
    const Pair y = reciprocal(t, series.shift);
    const Expr z = y.high - constant(series.centre);
    const Expr first = constant(series.coefficients[0]);
    const Expr second = constant(series.coefficients[1]);
    const Expr rest = polynomial(z, {series.coefficients.begin() + 2, series.coefficients.end()});
    const Expr slope = fma(rest, z, second);
    const Expr slope_low = fma(rest, z, second - slope);
    const Expr h = fma(slope, z, first);
    const Expr h_low = fma(slope_low, z, fma(slope, z, first - h));
    const Expr g = y.high * h;
    // The series' derivative is nearly slope.
    Expr g_low = fma(y.high, h, negate(g));
    g_low = fma(y.high, h_low, g_low);
    g_low = fma(y.low, fma(y.high, slope, h), g_low);
    // e^-r = power + lower; r = main + rest.
    const Expr minus_divided = constant(-1.0 / series.divisor);
    const Expr power = fma(square.main, minus_divided, constant(1));
    Expr lower = fma(square.main, minus_divided, constant(1) - power);
    lower = fma(square.rest, minus_divided, lower);
    const Expr &r = square.remainder;
    lower = fma(r * r, second_order_of_exp(r, series.divisor), lower);
    const Expr scaled = fma(g, power, fma(g, lower, g_low * power));
    return scaled * square.power * constant(square.downscale);
}

Expr erfc_for_autodiff(const Expr &a) {
    const Expr z = Halide::abs(a);
    const Expr t = 1.0f / (1.0f + 0.5f * z);
    Expr p = 0.17087277f;
    for (const float c :
         {-0.82215223f, 1.48851587f, -1.13520398f, 0.27886807f, -0.18628806f, 0.09678418f, 0.37409196f, 1.00002368f}) {
        p = c + t * p;
    }
    const Expr tail = t * Halide::exp(t * p - 1.26551223f - z * z);
    return Halide::select(a < 0.0f, 2.0f - tail, tail);
}

}  // namespace actinide::math
