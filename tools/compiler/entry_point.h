// The C function of a kernel: packs its arguments and calls the runtime.
#pragma once

#include <llvm/IR/Module.h>

#include <string>

#include "generators/catalogue/signature.h"

namespace actinide {

/// Of scalar parameters: float, or double in kernels of float64.
llvm::Type *parameter_type(DType dtype, llvm::LLVMContext &context);

/// Only the function's name and type, for callers in another module.
llvm::Function *declare_entry_point(llvm::Module &module, const Signature &signature, DType dtype,
                                    const std::string &symbol);

/// Adds `symbol` to the module, which holds the runtime's entry module and the constant `kernel`.
void add_cpu_entry_point(llvm::Module &module, const Signature &signature, DType dtype, const std::string &symbol,
                         llvm::GlobalVariable *kernel);

/// Likewise on device pointers, with workspace and stream behind. Returns all symbols that it added: a kernel with a
/// parameter's gradient also has `<symbol>_workspace_bytes`.
std::vector<std::string> add_cuda_entry_points(llvm::Module &module, const Signature &signature, DType dtype,
                                               const std::string &symbol, llvm::GlobalVariable *kernel);

}  // namespace actinide
