// The loop in which a tile spends its time: its machine code, and what one round of it does to memory.
#pragma once

#include <llvm/IR/Function.h>

#include <optional>

#include "tools/compiler/machine_code.h"

namespace actinide {

struct HotLoop {
    std::string label;
    std::vector<MachineInstruction> instructions;  ///< the jump back included
};

/// Of the loops of `function` that hold no other the deepest, then the one with the most stores to arrays, then with
/// the most instructions; nothing where there is none. `function` is named as in the assembly.
std::optional<HotLoop> find_hot_loop(const MachineCode &code, const std::string &function, const MachineTables &tables);

/// Bytes of the caller's arrays that one round of the same loop loads and stores.
struct LoopTraffic {
    size_t loaded = 0;
    size_t stored = 0;
};
LoopTraffic traffic_of_hot_loop(llvm::Function &function);

}  // namespace actinide
