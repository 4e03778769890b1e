// From Halide's calling convention to the runtime's: buffers on the stack that vanish when all is inlined.
#pragma once

#include <llvm/IR/Module.h>

#include <string>

#include "tools/compiler/halide_tile.h"

namespace actinide {

/// Adds the tile's bitcode to `module` and around it a private `void name(const struct actinide_tile *)`
/// (runtime/kernel.h). Inputs, outputs and parameters are found by their names in `signature`.
/// `is_of_single_elements`: whatever vectors the bitcode has are of one element's own operations, and are undone.
llvm::Function *add_tile_function(llvm::Module &module, const HalideTile &tile, const Signature &signature,
                                  TileShape::Kind kind, const std::string &name, bool is_of_single_elements = false);

/// The place of a scalar parameter: union actinide_parameter.
llvm::Type *parameter_slot_type(llvm::LLVMContext &context);

/// struct actinide_tile in LLVM's words.
llvm::StructType *tile_type(llvm::LLVMContext &context);
/// Its members, as indices of tile_type.
enum TileMember { tile_inputs, tile_outputs, tile_extent, tile_stride, tile_parameters };

}  // namespace actinide
