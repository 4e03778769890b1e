#include "generators/math/quarter_turns.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "generators/math/float_bits.h"

namespace actinide::math {

using Halide::Expr;

namespace {

// coefficients/quarter_turns.py computes all of these. The words are the bits of 2 / pi after 55 zeros.
constexpr double half_pi_high = 0x1.921fb54442d18p+0;
constexpr double half_pi_low = 0x1.1a62633145c07p-54;
constexpr double sin_0 = -0x1.5555555555548p-3;
constexpr double sin_1 = 0x1.111111110f73p-7;
constexpr double sin_2 = -0x1.a01a019be9282p-13;
constexpr double sin_3 = 0x1.71de35553722cp-19;
constexpr double sin_4 = -0x1.ae5e4b912e4d4p-26;
constexpr double sin_5 = 0x1.5d8b5a608dc16p-33;
constexpr double cos_0 = 0x1.555555555554bp-5;
constexpr double cos_1 = -0x1.6c16c16c15015p-10;
constexpr double cos_2 = 0x1.a01a019c8f256p-16;
constexpr double cos_3 = -0x1.27e4f7f191b09p-22;
constexpr double cos_4 = 0x1.1ee9dbcf918ecp-29;
constexpr double cos_5 = -0x1.8fa685026a9efp-37;
constexpr uint64_t word_0 = 0x0000000000000145;
constexpr uint64_t word_1 = 0xf306dc9c882a53f8;
constexpr uint64_t word_2 = 0x4eafa3ea69bb81b6;
constexpr uint64_t word_3 = 0xc52b3278872083fc;
constexpr uint64_t word_4 = 0xa2c757bd778ac36e;
constexpr uint64_t word_5 = 0x48dc74849ba5c00c;
constexpr uint64_t word_6 = 0x925dd413a32439fc;
constexpr uint64_t word_7 = 0x3bd63962534e7dd1;
constexpr uint64_t word_8 = 0x046bea5d768909d3;
constexpr uint64_t word_9 = 0x38e04d68befc8273;
constexpr uint64_t word_10 = 0x23ac7306a673e939;
constexpr uint64_t word_11 = 0x08bf177bf250763f;
constexpr uint64_t word_12 = 0xf12fffbc0b301fde;
constexpr uint64_t word_13 = 0x5e2316b414da3eda;
constexpr uint64_t word_14 = 0x6cfd9e4f96136e9e;
constexpr uint64_t word_15 = 0x8c7ecd3cbfd45aea;
constexpr uint64_t word_16 = 0x4f758fd7cbe2f67a;
constexpr uint64_t word_17 = 0x0e73ef14a525d4d7;
constexpr uint64_t word_18 = 0xf6bf623f1aba10ac;

constexpr int word_count = 19;
constexpr std::array<uint64_t, word_count> two_over_pi = {word_0,  word_1,  word_2,  word_3,  word_4,  word_5,  word_6,
                                                          word_7,  word_8,  word_9,  word_10, word_11, word_12, word_13,
                                                          word_14, word_15, word_16, word_17, word_18};

Expr word(uint64_t value) {
    return Halide::Internal::make_const(Halide::UInt(64), value);
}

Expr is_set(const Expr &bits, int position) {
    return Halide::reinterpret(Halide::Int(64), bits << (63 - position)) < 0;
}

Expr low_half(const Expr &bits) {
    return bits & word(UINT32_MAX);
}

Expr high_half(const Expr &bits) {
    return bits >> 32;
}

/// An integer below 2^52 in units of the last place of `above`, a power of 2: exact.
Expr scaled(const Expr &integer, double above) {
    return float_of_bits(integer | bits_of(number(Halide::Float(64), above)));
}

/// A finite size as significand * 2^(exponent - 53); a size below 1/2 as 0 and any exponent.
struct Parts {
    Expr significand;  ///< below 2^54
    Expr exponent;     ///< its low ten bits are meant: 0 for 1/2
};

Parts take_apart(const Expr &size, const Expr &is_small) {
    constexpr int stored_bits = 52;
    constexpr uint64_t exponent_of_half = 1022;
    const Expr stored = bits_of(size) & word((uint64_t{1} << stored_bits) - 1);
    const Expr significand = Halide::select(is_small, word(0), stored | word(uint64_t{1} << stored_bits));
    const Expr exponent = (bits_of(size) >> stored_bits) - word(exponent_of_half);
    // Sizes of 2^1023 and more have 1024, which the window cannot begin at: half of it is in the significand.
    const Expr excess = (exponent >> 10) & word(1);
    return {.significand = significand << excess, .exponent = exponent - excess};
}

/// The bits of 2 / pi that decide about the product with a double: those of 2^(1 - e) and below, where its last place
/// is 2^e. Those above give multiples of 4.
std::vector<Expr> select_window(const Expr &exponent) {
    constexpr int whole_words = 4;
    std::vector<Expr> words(two_over_pi.size());
    std::transform(two_over_pi.begin(), two_over_pi.end(), words.begin(), word);
    for (int step = 8, position = 9; step > 0; step /= 2, --position) {
        const Expr is_further = is_set(exponent, position);
        const size_t needed = whole_words + step - 1;
        for (size_t i = 0; i < needed; ++i) words[i] = Halide::select(is_further, words[i + step], words[i]);
        words.resize(needed);
    }
    const Expr left = exponent & word(63);
    const Expr right = left ^ word(63);
    std::vector<Expr> window;
    // In two steps, as a shift by 64 means nothing.
    for (int i = 0; i + 1 < whole_words; ++i) window.push_back((words[i] << left) | ((words[i + 1] >> 1) >> right));
    return window;
}

/// Quarter turns modulo 4, as integers.
struct FixedPoint {
    Expr whole;   ///< units of 2^-62
    Expr middle;  ///< units of 2^-94, below 2^32
    Expr last;    ///< units of 2^-124, below 2^30
};

/// The product by halves of words, as x86's vectors have it; all but the columns below 2^-124 is exact.
FixedPoint multiply(const Expr &significand, const std::vector<Expr> &window) {
    std::vector<Expr> halves;
    for (const Expr &both : window) {
        halves.push_back(high_half(both));
        halves.push_back(low_half(both));
    }
    const auto low = [&](int i) { return low_half(significand) * halves[i]; };
    const auto high = [&](int i) { return high_half(significand) * halves[i]; };
    // Without the two lowest bits, for which there is no room.
    const Expr carried = high(4) + high_half(low(4)) + high_half(high(5));
    const Expr third = (low(3) >> 2) + (carried >> 2);
    const Expr second = low_half(low(2)) + high(3) + (third >> 30);
    const Expr first = ((low(0) + high(1)) << 32) + low(1) + high(2) + high_half(low(2)) + high_half(second);
    return {.whole = first, .middle = low_half(second), .last = third & word((1 << 30) - 1)};
}

/// An angle less the nearest whole number of quarter turns.
struct Reduced {
    Expr quarters;  ///< UInt(64), its low two bits are meant
    Expr high;      ///< in radians, up to pi / 4 in size; NaN for NaN and infinities
    Expr low;       ///< up to 2^-31 of it
};

Reduced reduce(const Expr &size) {
    const Halide::Type type = size.type();
    const Expr is_small = size < number(type, 0.5);
    const Parts parts = take_apart(size, is_small);
    const FixedPoint turns = multiply(parts.significand, select_window(parts.exponent));
    // Half a quarter more makes the fraction positive. It is cut into 50, 44 and 30 bits.
    const Expr rounded = turns.whole + word(uint64_t{1} << 61);
    const Expr first = scaled((rounded << 2) >> 14, 4) - number(type, 4.5);
    const Expr second = scaled(((rounded << 52) >> 20) | turns.middle, 0x1p-42) - number(type, 0x1p-42);
    // 2^30 times what it stands for, to share second's constant: where LLVM makes one operation of the two, as it does
    // for a single element on CUDA, it stays plain that every lane computes the same.
    const Expr third = scaled(turns.last, 0x1p-42) - number(type, 0x1p-42);
    // first is 0 or not smaller than second, so that nothing is lost.
    const Expr sum = first + second;
    const Expr rest = fma(third, number(type, 0x1p-30), second - (sum - first));
    const Expr high = sum * number(type, half_pi_high);
    const Expr low = fma(rest, number(type, half_pi_high), fma(sum, number(type, half_pi_high), negate(high)));
    return {
        .quarters = rounded >> 62,
        .high = fma(size, number(type, 0), Halide::select(is_small, size, high)),
        .low = fma(sum, number(type, half_pi_low), low),
    };
}

/// A sine or cosine as a sum, of which the first is by far the larger one.
struct Sum {
    Expr large;
    Expr small;
};

struct SineAndCosine {
    Sum sine;
    Sum cosine;
};

/// Those of r.high + r.low. What r.high^2 and its cube lose to rounding is carried along, as is the rounding of the
/// sine without r.low, so that nothing but the last addition rounds near the results' last places.
SineAndCosine evaluate(const Reduced &r) {
    const Halide::Type type = r.high.type();
    const Expr square = r.high * r.high;
    const Expr lost_of_square = fma(r.high, r.high, negate(square));
    const Expr fourth = square * square;
    const Expr parabola = fma(square, number(type, -0.5), number(type, 1));
    const Expr slope = fma(fourth, number(type, cos_0), parabola);

    const Expr cube = r.high * square;
    const Expr lost_of_cube = fma(r.high, lost_of_square, fma(r.high, square, negate(cube)));
    const Expr p = polynomial(square, {sin_0, sin_1, sin_2, sin_3, sin_4, sin_5});
    const Expr sine = fma(cube, p, r.high);
    const Expr lost_of_sine = fma(cube, p, r.high - sine);
    const Expr correction_of_sine = fma(lost_of_cube, number(type, sin_0), r.low * slope);

    const Expr lost_of_parabola = fma(square, number(type, -0.5), number(type, 1) - parabola);
    const Expr correction_of_cosine = fma(lost_of_square, number(type, -0.5), lost_of_parabola) - sine * r.low;
    const Expr q = polynomial(square, {cos_0, cos_1, cos_2, cos_3, cos_4, cos_5});
    return {
        .sine = {.large = sine, .small = lost_of_sine + correction_of_sine},
        .cosine = {.large = parabola, .small = fma(fourth, q, correction_of_cosine)},
    };
}

}  // namespace

Expr sine_of_quarter_turns(const Expr &a, int offset) {
    const Reduced r = reduce(magnitude(a));
    const SineAndCosine values = evaluate(r);
    const Expr quarters = offset == 0 ? r.quarters : r.quarters + word(1);
    const Expr is_cosine = is_set(quarters, 0);
    const Expr result = Halide::select(is_cosine, values.cosine.large, values.sine.large) +
                        Halide::select(is_cosine, values.cosine.small, values.sine.small);
    // Of -a, the sine has the other sign.
    const Expr half_turns = quarters << 62;
    const Expr sign = offset == 0 ? half_turns ^ bits_of(a) : half_turns;
    return float_of_bits(bits_of(result) ^ (sign & word(uint64_t{1} << 63)));
}

}  // namespace actinide::math
