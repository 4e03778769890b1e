// Operations that differ between CPUs, and so may not stand in a kernel.
#pragma once

#include <Halide.h>
#include <string>

namespace actinide {

/// A sentence naming the first forbidden operation in `module`'s loops; empty if there is none. Forbidden on floating
/// point: max, min, a subtraction from zero (it loses -0), conversion to integers, round and its kin, and every
/// external call but llvm.fma (Halide's transcendental functions are scalar libm calls).
std::string lint(const Halide::Module &module);

}  // namespace actinide
