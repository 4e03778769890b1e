// Device functions around a tile: which elements a thread has, and the tile's call (runtime/cuda.h lists their
// arguments).
#pragma once

#include <llvm/IR/Module.h>

#include <string>

#include "generators/catalogue/signature.h"

namespace actinide {

struct DeviceKernel {
    std::string name;
    const Signature &signature;
    DType dtype;
    int threads_per_block = 0;
};

/// n elements, `elements` of them a thread by `vector`, which may assume pointers aligned to 16 bytes; what is left at
/// the end one by one by `scalar`. With one element a thread there is no `vector`.
void add_elementwise_kernel(llvm::Module &module, const DeviceKernel &kernel, int elements, llvm::Function *vector,
                            llvm::Function *scalar);

/// One element of rows x columns a thread, each array with a stride of its own.
void add_rows_kernel(llvm::Module &module, const DeviceKernel &kernel, llvm::Function *tile);

/// Elements of packed arrays: one a thread, or as many as share a byte of an output of bits. `tile` takes one element
/// of `unpacked` arrays (block_function.h). Returns how many a thread has.
int add_packed_kernel(llvm::Module &module, const DeviceKernel &kernel, llvm::Function *tile);

/// `elements` of one channel's row of outer x channels x inner a thread. For more than one, inner has to be a multiple
/// of them.
void add_channelwise_kernel(llvm::Module &module, const DeviceKernel &kernel, int elements, llvm::Function *tile);

/// One lane of runtime/fold.h a thread; its sums go to partials[thread] of each learned parameter.
void add_lane_sums_kernel(llvm::Module &module, const DeviceKernel &kernel, llvm::Function *tile);

}  // namespace actinide
