// The C function of a kernel: packs its arguments and calls the runtime.
#pragma once

#include <llvm/IR/Module.h>

#include <string>

#include "generators/catalogue/signature.h"

namespace actinide {

/// Adds `symbol` to the module, which holds the runtime's entry module and the constant `kernel`.
void add_cpu_entry_point(llvm::Module &module, const Signature &signature, const std::string &symbol,
                         llvm::GlobalVariable *kernel);

/// Likewise on device pointers, with workspace and stream behind. Returns all symbols that it added: a kernel with a
/// parameter's gradient also has `<symbol>_workspace_bytes`.
std::vector<std::string> add_cuda_entry_points(llvm::Module &module, const Signature &signature,
                                               const std::string &symbol, llvm::GlobalVariable *kernel);

}  // namespace actinide
