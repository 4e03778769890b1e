// One kernel for CPUs: every tile of every level, the runtime's entry path and the C function in one object.
#pragma once

#include <llvm/IR/Module.h>

#include <functional>

#include "tools/compiler/compiler.h"

namespace actinide {

/// Called with the optimised module just before it is inspected; tests change it there to see the inspection object.
using ModuleHook = std::function<void(llvm::Module &)>;

/// Throws CompileFailure.
CompiledKernel compile_cpu_kernel(const KernelKey &key, const CompileOptions &options,
                                  const ModuleHook &before_inspection = {});

}  // namespace actinide
