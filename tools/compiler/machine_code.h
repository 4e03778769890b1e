// Assembly read back as instructions, with what LLVM knows of the CPU that runs them.
#pragma once

#include <llvm/MC/MCAsmInfo.h>
#include <llvm/MC/MCInst.h>
#include <llvm/MC/MCInstrInfo.h>
#include <llvm/MC/MCRegisterInfo.h>
#include <llvm/MC/MCSubtargetInfo.h>
#include <llvm/MC/MCTargetOptions.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/TargetParser/Triple.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "schedules/target.h"

namespace actinide {

/// The tables of one architecture and one of its CPUs.
struct MachineTables {
    const llvm::Target *backend;
    llvm::Triple triple;
    llvm::MCTargetOptions options;
    std::unique_ptr<llvm::MCRegisterInfo> registers;
    std::unique_ptr<llvm::MCAsmInfo> assembly;
    std::unique_ptr<llvm::MCInstrInfo> instructions;
    std::unique_ptr<llvm::MCSubtargetInfo> cpu;
};
MachineTables machine_tables(const Target &target, const std::string &cpu);

struct MachineInstruction {
    llvm::MCInst code;
    std::string text;           ///< as the assembler takes it, one blank between words
    std::string jump_target;    ///< the label of a jump; empty for all others
    bool names_memory = false;  ///< an operand is the address of a constant
};

/// A whole file of assembly. Labels stand before the instruction at their index.
struct MachineCode {
    std::vector<MachineInstruction> instructions;
    std::map<std::string, size_t> labels;
};

/// Throws CompileFailure where `text` is no assembly of the target.
MachineCode read_assembly(const std::string &text, const MachineTables &tables);

}  // namespace actinide
