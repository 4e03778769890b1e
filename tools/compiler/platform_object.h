// Objects that need nothing of their platform's C library.
#pragma once

#include <llvm/IR/Module.h>
#include <llvm/Target/TargetMachine.h>

#include <set>
#include <string>

#include "schedules/target.h"

namespace actinide {

/// Adds to a package's support what its objects need where a program has no C library: on Windows a stand-in for
/// _fltused.
void add_platform_symbols(llvm::Module &module, const Target &target);

/// The object of a finished module. On Windows with a private __chkstk if it needs one, and told where _fltused is if
/// nobody else has it.
std::string emit_platform_object(llvm::Module &module, llvm::TargetMachine &machine, const Target &target);

/// The names, as C has them, that an object wants from elsewhere, but for what linkers and _fltused's stand-in give.
std::set<std::string> undefined_names(const std::string &object, const llvm::TargetMachine &machine);

}  // namespace actinide
