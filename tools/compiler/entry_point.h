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

/// Declares `name`, an actinide_task (runtime/kernel.h), for one part of a call that threads share; null for kernels
/// whose calls they never share. Part of the constant, which it needs itself: define_part gives it a body.
llvm::Function *declare_part(llvm::Module &module, const Signature &signature, const std::string &name);
/// Lets `part` run the runtime's part of the constant `kernel`.
void define_part(llvm::Function &part, const Signature &signature, llvm::GlobalVariable *kernel);

/// Adds `symbol` to the module, which holds the runtime's entry module and the constant `kernel`. `in_blocks`: the
/// tiles of this elementwise kernel take whole blocks.
void add_cpu_entry_point(llvm::Module &module, const Signature &signature, DType dtype, const std::string &symbol,
                         llvm::GlobalVariable *kernel, bool in_blocks = false);

/// Likewise on device pointers, with workspace and stream behind. Returns all symbols that it added: a kernel with a
/// parameter's gradient also has `<symbol>_workspace_bytes`.
std::vector<std::string> add_cuda_entry_points(llvm::Module &module, const Signature &signature, DType dtype,
                                               const std::string &symbol, llvm::GlobalVariable *kernel);

}  // namespace actinide
