// CPUs without a fused multiply-add: the same bits by other operations.
#pragma once

#include <llvm/IR/Module.h>

namespace actinide {

/// Whether every fma of the function can be replaced: all of float32, and of float64 those whose product is exact.
bool can_do_without_fma(const llvm::Function &function);

/// Replaces the module's fmas. Of float32 by float64: the exact product plus the addend, rounded to odd (Boldo and
/// Melquiond 2008), so that the second rounding, to float32, meets no tie that the first has made. For all floats,
/// infinities, signed zeros and subnormals included.
void replace_fma(llvm::Module &module);

}  // namespace actinide
