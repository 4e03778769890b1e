// What the device functions around a tile have in common, while they are written.
#pragma once

#include <llvm/IR/IRBuilder.h>

#include <string>
#include <vector>

#include "runtime/kernel.h"
#include "tools/compiler/cuda_tile_kernels.h"
#include "tools/compiler/entry_point.h"
#include "tools/compiler/failure.h"
#include "tools/compiler/kernel_constant.h"
#include "tools/compiler/tile_function.h"

namespace actinide {

/// One device function while it is written. Its arguments: the kernel's inputs, then `written` pointers, then `sizes`,
/// then the parameters.
class DeviceKernelWriter {
public:
    DeviceKernelWriter(llvm::Module &module, const DeviceKernel &kernel, std::vector<std::string> written,
                       unsigned size_count)
        : module_(module),
          context_(module.getContext()),
          builder_(context_),
          signature_(kernel.signature),
          dtype_(kernel.dtype),
          written_(std::move(written)),
          size_count_(size_count) {
        std::vector<llvm::Type *> types(input_count() + written_.size(), builder_.getPtrTy());
        types.insert(types.end(), size_count, builder_.getInt64Ty());
        types.insert(types.end(), names_of_role(signature_, Argument::Role::parameter).size(),
                     parameter_type(dtype_, context_));
        auto *type = llvm::FunctionType::get(builder_.getVoidTy(), types, false);
        function_ = llvm::Function::Create(type, llvm::GlobalValue::ExternalLinkage, kernel.name, module);
        function_->setCallingConv(llvm::CallingConv::PTX_Kernel);
        function_->addFnAttr("nvvm.maxntid", std::to_string(kernel.threads_per_block));
        builder_.SetInsertPoint(new_block("entry"));
        tile_ = builder_.CreateAlloca(tile_type(context_));
        store_parameters();
    }

    llvm::IRBuilder<> &builder() { return builder_; }
    llvm::LLVMContext &context() { return context_; }
    llvm::Value *size(unsigned index) {
        return function_->getArg(static_cast<unsigned>(input_count() + written_.size()) + index);
    }
    llvm::BasicBlock *new_block(const char *name) { return llvm::BasicBlock::Create(context_, name, function_); }

    llvm::Value *call_device(const char *name, const std::vector<llvm::Value *> &arguments) {
        llvm::Function *callee = module_.getFunction(name);
        if (callee == nullptr) throw CompileFailure(std::string("the device's runtime has no function ") + name);
        return builder_.CreateCall(callee, arguments);
    }
    /// As wide as an element in memory; addresses need no more.
    llvm::Type *element_type() { return builder_.getIntNTy(8 * static_cast<unsigned>(bytes_per_element(dtype_))); }
    llvm::Value *thread() { return call_device("actinide_thread_index", {}); }

    /// Points the tile at the elements from `offset` on, and at the value of `channel` where there is one per channel.
    void aim(llvm::Value *offset, llvm::Value *channel) {
        unsigned index = 0;
        for (const Argument &argument : signature_.arguments) {
            if (argument.role != Argument::Role::input) continue;
            store(tile_inputs, index,
                  element(function_->getArg(index), element_type(), argument.per_channel ? channel : offset));
            ++index;
        }
    }
    void aim_output(unsigned index, llvm::Type *type, llvm::Value *offset) {
        store(tile_outputs, index,
              element(function_->getArg(static_cast<unsigned>(input_count()) + index), type, offset));
    }

    /// Points every array at `column` of `row`, by the stride that the sizes from 2 on give it.
    void aim_at_row(llvm::Value *row, llvm::Value *column) {
        const auto arrays = static_cast<unsigned>(input_count() + written_.size());
        for (unsigned i = 0; i < arrays; ++i) {
            llvm::Value *offset = builder_.CreateAdd(builder_.CreateMul(row, size(2 + i)), column);
            llvm::Value *place = element(function_->getArg(i), element_type(), offset);
            const bool is_input = i < input_count();
            store(is_input ? tile_inputs : tile_outputs, is_input ? i : i - static_cast<unsigned>(input_count()),
                  place);
        }
    }

    void shape(const std::vector<llvm::Value *> &extents, const std::vector<llvm::Value *> &strides) {
        for (unsigned i = 0; i < extents.size(); ++i) {
            store(tile_extent, i, extents[i]);
            store(tile_stride, i, strides[i]);
        }
    }

    /// Points one array of the tile anywhere.
    void aim_at(TileMember where, unsigned index, llvm::Value *place) { store(where, index, place); }
    /// The pointer at `index` among inputs and written arrays.
    llvm::Value *array(unsigned index) { return function_->getArg(index); }

    void run(llvm::Function *tile) { builder_.CreateCall(tile, {tile_}); }

    /// Leaves the thread where the condition holds.
    void leave_if(llvm::Value *condition) {
        llvm::BasicBlock *leave = new_block("leave");
        llvm::BasicBlock *stay = new_block("stay");
        builder_.CreateCondBr(condition, leave, stay);
        builder_.SetInsertPoint(leave);
        builder_.CreateRetVoid();
        builder_.SetInsertPoint(stay);
    }

private:
    llvm::Module &module_;
    llvm::LLVMContext &context_;
    llvm::IRBuilder<> builder_;
    const Signature &signature_;
    DType dtype_;
    std::vector<std::string> written_;
    unsigned size_count_;
    llvm::Function *function_ = nullptr;
    llvm::Value *tile_ = nullptr;

    size_t input_count() const { return names_of_role(signature_, Argument::Role::input).size(); }

    llvm::Value *element(llvm::Value *array, llvm::Type *type, llvm::Value *index) {
        return builder_.CreateInBoundsGEP(type, array, {index});
    }

    void store(TileMember where, unsigned index, llvm::Value *value) {
        llvm::StructType *type = tile_type(context_);
        llvm::Value *member = builder_.CreateStructGEP(type, tile_, where);
        builder_.CreateStore(value, builder_.CreateConstInBoundsGEP2_32(type->getElementType(where), member, 0, index));
    }

    void store_parameters() {
        const size_t count = names_of_role(signature_, Argument::Role::parameter).size();
        if (count == 0) return;
        llvm::Type *array = llvm::ArrayType::get(parameter_slot_type(context_), count);
        llvm::Value *parameters = builder_.CreateAlloca(array);
        const unsigned first = static_cast<unsigned>(input_count() + written_.size()) + size_count_;
        for (unsigned i = 0; i < count; ++i) {
            builder_.CreateStore(function_->getArg(first + i),
                                 builder_.CreateConstInBoundsGEP2_32(array, parameters, 0, i));
        }
        builder_.CreateStore(parameters, builder_.CreateStructGEP(tile_type(context_), tile_, tile_parameters));
    }
};

}  // namespace actinide
