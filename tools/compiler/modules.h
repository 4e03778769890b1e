// LLVM modules: read, joined, renamed, printed.
#pragma once

#include <llvm/IR/Module.h>

#include <memory>
#include <string>
#include <string_view>

#include "schedules/target.h"

namespace actinide {

/// `name` is for messages. The module has no flags of its own left, so that modules of different origin join.
std::unique_ptr<llvm::Module> read_module(std::string_view bitcode, const std::string &name,
                                          llvm::LLVMContext &context);

/// One of the runtime's modules (runtime/bitcode.h).
std::unique_ptr<llvm::Module> read_runtime(const std::string &name, llvm::LLVMContext &context);

/// Whether the archive of the target asks the CPU which of its levels to run.
bool chooses_level(const Target &target);
/// The row whose CPU all but the tiles is compiled for: where the CPU is asked for its level, code must run on any.
Target around_tiles(const Target &target);
/// The target's "entry", "support", "lookup" …; where its platform has two forms, the one that fits chooses_level.
std::unique_ptr<llvm::Module> read_cpu_runtime(const Target &target, const std::string &part,
                                               llvm::LLVMContext &context);

void join(llvm::Module &into, std::unique_ptr<llvm::Module> from);

/// Makes every definition private to the module but those called `name`, and drops what nothing uses then.
void keep_only(llvm::Module &module, const std::string &name);

/// `actn_` becomes `<prefix>_`, and `actinide_`, which stays inside an archive, `actinide_<prefix>_`: two packages can
/// meet in one program.
void give_prefix(llvm::Module &module, const std::string &prefix);
/// The name that give_prefix gives.
std::string with_prefix(std::string_view name, const std::string &prefix);

std::string to_text(const llvm::Module &module);

}  // namespace actinide
