// The elementary functions that formulas may call, each with all its readings in one record.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "generators/math/real.h"

namespace Halide {
struct Expr;
}

namespace actinide::math {

/// One way to compute a function in floating point: strict, vectorisable, without calls.
struct Form {
    int bits;    ///< 32 or 64: of the arguments' and the result's type
    double ulp;  ///< what the error is at most over all inputs (32 bits: tried on every one)
    Halide::Expr (*lower)(const std::vector<Halide::Expr> &arguments);
};

/// What a form may cost in exactness unless somebody asks for another bound.
constexpr double usual_ulp = 2;

/// The function for a double on this machine, for exhaustive checks. Null: MPFR does it, a hundred times slower.
struct InDouble {
    double (*function)(double) = nullptr;
    /// Its error at most, in units of a double's last place; of glibc's functions more than it documents.
    double ulp = 8;
};

/// One elementary function of one or more real arguments.
struct Function {
    std::string name;                      ///< as written in formulas, for example "expm1"
    std::vector<std::string> arguments;    ///< names of the arguments, for example {"a"}
    std::string summary;                   ///< what it computes, one line: "e^a - 1"
    std::vector<std::string> derivatives;  ///< per argument, as formula text over the arguments: "exp(a)"
    std::string bound;                     ///< proven or measured error bound, in words: "0.86 ULP over all f32 inputs"
    /// The exact value, rounded to `precision` bits.
    Real (*evaluate)(const std::vector<Real> &arguments, int precision);
    std::vector<Form> forms;  ///< for each type from the cheapest to the most exact
    /// In Halide's own vocabulary, for autodiff and autoschedulers only.
    Halide::Expr (*lower_for_autodiff)(const std::vector<Halide::Expr> &arguments);
    InDouble in_double = {};
};

/// All functions, in alphabetical order.
const std::vector<const Function *> &functions();

/// Null if there is none of that name.
const Function *find_function(std::string_view name);

/// The cheapest form for the arguments' type whose bound is at most `max_ulp`; the most exact one if none is so exact.
const Form &choose_form(const Function &function, int bits, double max_ulp);

}  // namespace actinide::math
