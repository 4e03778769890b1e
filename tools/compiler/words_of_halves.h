// 16-bit elements computed in 32 bits, without the shuffles that widening and narrowing whole vectors take.
#pragma once

#include <llvm/IR/Function.h>

namespace actinide {

/// Where vectors of `lanes` 16-bit elements are widened, computed element by element and narrowed again, the elements
/// at even and at odd places become the two registers instead of the lower and the upper half: in memory each pair is a
/// word, from which a shift and a mask take them and into which they go back. For little-endian targets; the results
/// stay the same bits.
void compute_on_words(llvm::Function &function, unsigned lanes);

/// Removes the choice that keeps NaN one when a float is rounded to bfloat16 by integers. Only a NaN with bits set
/// below those that are kept could become another number by the carry. A bfloat16's NaN has none, arithmetic keeps a
/// NaN's bits or makes one with no low bits set (x86, ARM, RISC-V), and so do floats that are loaded one by one, which
/// are parameters, from here on.
void round_without_choice(llvm::Function &function);

}  // namespace actinide
