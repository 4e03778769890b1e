// How a kernel's elements are stored, seen from outside: any dtype as bits, and each of its numbers as a double.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "generators/catalogue/signature.h"

namespace actinide {

/// 2^32 for f32, 2^16 for the 16-bit types; 0 for f64, whose inputs nobody can count through.
uint64_t count_of_inputs(DType dtype);

/// The bits of element `index`, as they lie in memory, in the low end of the result.
uint64_t bits_at(DType dtype, const void *elements, size_t index);
/// Writes `bits` as element `index`.
void store_bits(DType dtype, void *elements, size_t index, uint64_t bits);

/// Every number of every dtype is a double exactly; NaN stays NaN.
double decoded(DType dtype, uint64_t bits);
void decode(DType dtype, const void *elements, std::span<double> numbers);

/// The bits of a number that the dtype has, or of the nearest one that it has.
uint64_t encoded(DType dtype, double number);

/// The bits of one element, with all their digits: "3f800000".
std::string in_hexadecimal(DType dtype, uint64_t bits);

/// A digest as reports and evidence write it: sixteen hexadecimal digits.
std::string digest_text(uint64_t digest);

}  // namespace actinide
