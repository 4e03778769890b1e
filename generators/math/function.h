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

/// One elementary function of one or more real arguments.
struct Function {
    std::string name;                      ///< as written in formulas, for example "expm1"
    std::vector<std::string> arguments;    ///< names of the arguments, for example {"a"}
    std::string summary;                   ///< what it computes, one line: "e^a - 1"
    std::vector<std::string> derivatives;  ///< per argument, as formula text over the arguments: "exp(a)"
    std::string bound;                     ///< proven or measured error bound, in words: "0.86 ULP over all f32 inputs"
    /// The exact value, rounded to `precision` bits.
    Real (*evaluate)(const std::vector<Real> &arguments, int precision);
    /// Float(32) in, Float(32) out; strict, vectorisable, no calls.
    Halide::Expr (*lower)(const std::vector<Halide::Expr> &arguments);
    /// In Halide's own vocabulary, for autodiff and autoschedulers only.
    Halide::Expr (*lower_for_autodiff)(const std::vector<Halide::Expr> &arguments);
};

/// All functions, in alphabetical order.
const std::vector<const Function *> &functions();

/// Null if there is none of that name.
const Function *find_function(std::string_view name);

}  // namespace actinide::math
