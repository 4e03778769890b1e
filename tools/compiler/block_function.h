// Tiles over packed arrays: pairs of numbers and bits in memory, one number or byte an element inside.
#pragma once

#include <llvm/IR/Module.h>

#include <string>

#include "generators/catalogue/signature.h"

namespace actinide {

/// What the Halide tile of a kernel takes: arrays of one value an element, those of a pair by their own names, and for
/// a table the input and the output of what fills it.
Signature unpacked(const Signature &packed);

/// A private `void name(const struct actinide_tile *)` whose extent is a multiple of `block`: for each block it spreads
/// pairs and bits into arrays on its stack, runs `tile`, which takes `unpacked(packed)`, and packs what that gave.
llvm::Function *add_block_function(llvm::Module &module, llvm::Function *tile, const Signature &packed, DType dtype,
                                   int block, const std::string &name);

}  // namespace actinide
