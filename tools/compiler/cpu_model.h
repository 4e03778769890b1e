// LLVM's model of a CPU running a loop: an estimate of its cycles, not a measurement.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tools/compiler/machine_code.h"

namespace actinide {

struct Simulation {
    double cycles = 0;            ///< per round, once the loop is under way
    double micro_operations = 0;  ///< per round
    int width = 0;                ///< micro-operations that the CPU takes up in a cycle
    std::string busiest;          ///< the unit that works longest
    double busiest_cycles = 0;    ///< per round
    std::string stall;            ///< what kept instructions from being taken up most often; empty if nothing did
};

/// Throws CompileFailure where the CPU cannot run one of the instructions.
Simulation simulate(const std::vector<MachineInstruction> &round, const MachineTables &tables);

/// What a round takes were its work spread evenly over the units that can do it: those that every load or store needs,
/// and the others. What counts and jumps is left out.
struct UnitCycles {
    double arithmetic = 0;
    double memory = 0;
};
UnitCycles unit_cycles(const std::vector<MachineInstruction> &round, const MachineTables &tables);

/// The CPUs that LLVM has a model of and that run the target's instructions.
std::vector<std::string> modelled_cpus(const Target &target);

}  // namespace actinide
