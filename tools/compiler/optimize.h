// LLVM's optimisations, without those that would choose a schedule of their own.
#pragma once

#include <llvm/IR/Module.h>
#include <llvm/Target/TargetMachine.h>

namespace actinide {

/// Says so in the function's loops: the schedule has chosen how far they are unrolled.
void keep_loops_as_they_are(llvm::Function &function);

/// Has them unrolled after all, `count` times with the rest one by one.
void unroll_loops(llvm::Function &function, unsigned count);

/// Inlines, propagates the kernel's constants and cleans up. Nothing is vectorised, and floating-point arithmetic is
/// never reordered or contracted. The runtime's short loops over constants unroll. `for_size` prefers fewer bytes
/// wherever the two differ.
void optimize(llvm::Module &module, llvm::TargetMachine &machine, bool for_size = false);

/// Takes vectors of a tile of single elements apart again: Halide's LLVM joins like operations of one element, and no
/// GPU has such vectors.
void undo_vectors(llvm::Function &function);

}  // namespace actinide
