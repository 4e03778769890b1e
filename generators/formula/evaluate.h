// The exact reading of a formula, in MPFR: the reference of every test and every error bound.
#pragma once

#include <map>
#include <string>

#include "generators/formula/formula.h"
#include "generators/math/real.h"

namespace actinide {

/// Values of variables, exact in the precision they carry.
using Values = std::map<std::string, math::Real>;

/// The value of `formula` at `values`, each operation rounded to `precision` bits (nearest), so that about 20 of them
/// are lost at worst. Infinities, NaN and signed zeros follow IEEE 754; a comparison with NaN is false.
/// Where the tree's form cancels, raise the precision: exact_to_float in exact.h does so until the result is certain.
/// What the formula has rounded stays a real number.
math::Real evaluate(const Formula &formula, const Values &values, int precision);

struct Evaluation {
    math::Real value;
    bool lost_digits;  ///< rounded numbers cancelled in a sum or comparison: more than a quarter of the bits are noise
};
/// The same value, with a warning that the precision did not suffice.
Evaluation evaluate_watchfully(const Formula &formula, const Values &values, int precision);

}  // namespace actinide
