// Functions of one shape for kernels of any.
#pragma once

#include <llvm/IR/Module.h>

#include <string>

#include "tools/compiler/compiler.h"

namespace actinide {

/// Of the adapter of the kernel called `symbol`.
std::string adapter_name(const std::string &symbol);

/// Adds `i32 (ptr inputs, ptr outputs, ptr sizes, ptr parameters)`, which calls the kernel `symbol` of another object:
/// arrays and sizes in the order of the C function, parameters as doubles.
llvm::Function *add_adapter(llvm::Module &module, const KernelKey &key, const std::string &symbol);

}  // namespace actinide
