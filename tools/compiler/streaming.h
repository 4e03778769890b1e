// Stores past the cache: the second form of a tile, for arrays that would not stay in it.
#pragma once

#include <llvm/IR/Function.h>

#include "tools/compiler/plan.h"

namespace actinide {

/// Whether a tile gets a second form with streaming stores on this level: one that writes elements, on a CPU that has
/// such stores for whole vectors.
bool is_worth_streaming(const PlannedTile &tile, const Target &level);

/// Gives `streaming`, a declaration, a copy of an optimised tile whose stores of whole vectors into its outputs are not
/// temporal, and aligned to their own size, which the runtime sees to (runtime/streaming.h). Masked stores stay as they
/// are, as no CPU has them without the cache.
void copy_with_streaming_stores(const llvm::Function &tile, llvm::Function &streaming);

/// Before each load of a whole vector in a loop of `tile`, asks for what lies `bytes` further on. That may be past the
/// array's end, where a prefetch does nothing.
void add_prefetches(llvm::Function &tile, int bytes);

}  // namespace actinide
