// What kinds of instructions a piece of machine code is made of.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tools/compiler/machine_code.h"

namespace actinide {

enum class InstructionKind {
    fma,
    multiply,
    add,
    divide,
    extremum,
    rounding,
    compare,
    blend,
    bits,
    shuffle,
    convert,
    load,
    store,
    spill,
    reload,
    constant,
    move,
    control,
    other,
};

/// In words: "multiply", "blend or mask", "spill to the stack".
std::string to_string(InstructionKind kind);

enum class MemoryUse { none, load, store, spill, reload, constant };
MemoryUse memory_use(const MachineInstruction &instruction, const MachineTables &tables);

/// An instruction that takes an operand from memory has the kind of its arithmetic.
InstructionKind kind_of(const MachineInstruction &instruction, const MachineTables &tables);

/// How many there are of each kind.
std::map<InstructionKind, int> instruction_mix(const std::vector<MachineInstruction> &instructions,
                                               const MachineTables &tables);

/// How many of each use of memory, arithmetic's operands included.
std::map<MemoryUse, int> memory_uses(const std::vector<MachineInstruction> &instructions, const MachineTables &tables);

}  // namespace actinide
