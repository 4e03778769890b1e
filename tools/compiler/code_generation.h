// LLVM's code generator: machines, attributes, objects, assembly.
#pragma once

#include <llvm/IR/Module.h>
#include <llvm/Target/TargetMachine.h>

#include <memory>
#include <set>
#include <string>

#include "schedules/target.h"

namespace actinide {

/// The machine for a target's triple and CPU. Position-independent, nothing contracted.
std::unique_ptr<llvm::TargetMachine> make_machine(const Target &target);

/// Gives the module the machine's triple and layout, and every function of it the machine's CPU.
void aim(llvm::Module &module, const llvm::TargetMachine &machine);

/// Compiles `function` for `cpu`, with whole vector registers and no call formed of a loop.
void set_cpu(llvm::Function &function, const std::string &cpu);

std::string emit_object(llvm::Module &module, llvm::TargetMachine &machine);
std::string emit_assembly(llvm::Module &module, llvm::TargetMachine &machine);

/// Bytes of the code and data that a program loads with an object.
size_t loaded_bytes(const std::string &object);

/// The names that an object wants from elsewhere.
std::set<std::string> undefined_symbols(const std::string &object);

}  // namespace actinide
