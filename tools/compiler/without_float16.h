// CPUs that convert no float16: the same bits by integers.
#pragma once

#include <llvm/IR/Function.h>

namespace actinide {

/// Replaces the function's conversions between float16 and float32, to nearest, ties to even, and gives all else that
/// LLVM has made an operation of float16 back to float32, which is exact where LLVM has done so. NaN stays NaN.
/// Whatever only moves float16 stays as it is.
void replace_float16(llvm::Function &function);

}  // namespace actinide
