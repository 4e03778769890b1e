// The loops of machine code.
#pragma once

#include <vector>

#include "tools/compiler/machine_code.h"

namespace actinide {

struct MachineLoop {
    size_t entry = 0;                  ///< the instruction that each round begins with
    size_t depth = 1;                  ///< this loop and those around it
    std::vector<size_t> instructions;  ///< in the order of their addresses
};

/// The natural loops between two instructions that hold no other.
std::vector<MachineLoop> innermost_loops(const MachineCode &code, size_t begin, size_t end,
                                         const MachineTables &tables);

}  // namespace actinide
