// What a dtype is in a kernel: how elements lie in memory, and in which type they are computed.
#pragma once

#include <Halide.h>

#include "generators/catalogue/signature.h"

namespace actinide {

/// Of arrays: the 16-bit types are integers to Halide.
Halide::Type storage_type(DType dtype);
/// Of arithmetic and of scalar parameters: Float(32) for the 16-bit types.
Halide::Type arithmetic_type(DType dtype);

/// An element as a number, exactly.
Halide::Expr loaded(DType dtype, const Halide::Expr &element);
/// A number as an element, rounded once to nearest even.
Halide::Expr stored(DType dtype, const Halide::Expr &number);

}  // namespace actinide
