// What the runtime must know about a kernel (runtime/kernel.h, runtime/cuda.h), as constants of a module.
#pragma once

#include <llvm/IR/Module.h>

#include <array>
#include <string>

#include "generators/catalogue/signature.h"
#include "runtime/cuda.h"

namespace actinide {

/// By level and role; null where there is none.
using TileTable = std::array<std::array<llvm::Function *, ACTINIDE_MAX_TILES>, ACTINIDE_MAX_LEVELS>;

/// struct actinide_kernel. `part` is null where no thread shares the kernel's calls, and `block` the elements that an
/// elementwise kernel's tiles take at once, 0 for any number.
llvm::Constant *kernel_constant(llvm::Module &module, const Signature &signature, DType dtype, size_t split,
                                llvm::Function *part, const TileTable &tiles, int block = 0);

struct DeviceCode {
    std::string ptx;
    std::array<std::string, ACTINIDE_CUDA_ROLES> entries;  ///< empty where the kernel has none
    int threads_per_block = 0;
    int elements_per_thread = 0;
};

/// struct actinide_cuda_kernel, with the state that the launcher keeps for it.
llvm::Constant *cuda_kernel_constant(llvm::Module &module, const Signature &signature, DType dtype,
                                     const DeviceCode &device);

/// A private constant of the module that holds `value`.
llvm::GlobalVariable *add_constant(llvm::Module &module, llvm::Constant *value, const std::string &name);

/// Positions among the signature's arguments of one role.
std::vector<std::string> names_of_role(const Signature &signature, Argument::Role role);

}  // namespace actinide
