// The floating-point reading of a formula, as Halide expressions.
#pragma once

#include <Halide.h>
#include <map>
#include <string>

#include "generators/formula/formula.h"
#include "generators/math/function.h"

namespace actinide {

/// What each variable stands for in the kernel. All expressions have one type, Float(32) or Float(64).
using Bindings = std::map<std::string, Halide::Expr>;

/// Lowers to strict floating point. Sums with a product become one fma by a fixed rule (the leftmost product is fused),
/// the same for every target; what has no variable is one constant; comparisons and `where` become `select`; negation
/// flips the sign bit; calls go to generators/math. Uses none of Halide's max, min, clamp, round, unary minus or fast_
/// functions. Equal subtrees are lowered to one expression, so forward and derivative share their exponentials.
/// `function_ulp` says how far the functions' own results may be off (see math::choose_form).
Halide::Expr lower(const Formula &formula, const Bindings &bindings, double function_ulp = math::usual_ulp);

/// The oracle's form of the same formula: fma written as a*b + c and functions as Halide's own exp, log …, which
/// Halide::propagate_adjoints and the autoschedulers understand. For tests, never for kernels.
Halide::Expr lower_for_autodiff(const Formula &formula, const Bindings &bindings);

}  // namespace actinide
