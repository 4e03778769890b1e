// CPUs without a fused multiply-add: the same bits by other operations.
#pragma once

#include <llvm/IR/Function.h>

#include <string>
#include <vector>

namespace actinide {

/// Replaces the fmas of functions of one module and one CPU, for all floats, infinities, signed zeros and subnormals
/// included. Those of float32 by float64: the exact product plus the addend, rounded to odd (Boldo and Melquiond 2008),
/// so that the second rounding, to float32, meets no tie that the first has made. Those of float64, unless their
/// product is exact, by the runtime's function `float64_fma` (runtime/fma.h), number by number.
void replace_fma(const std::vector<llvm::Function *> &functions, const std::string &float64_fma);

}  // namespace actinide
