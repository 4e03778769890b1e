#include "tools/compiler/cuda_tile_kernels.h"

#include <llvm/IR/IRBuilder.h>

#include <cstddef>

#include "runtime/device/lanes.h"
#include "runtime/kernel.h"
#include "tools/compiler/entry_point.h"
#include "tools/compiler/failure.h"
#include "tools/compiler/kernel_constant.h"
#include "tools/compiler/tile_function.h"

namespace actinide {
namespace {

using llvm::Value;
using Role = Argument::Role;

static_assert(sizeof(actinide_lane) == 32 && offsetof(actinide_lane, steps) == 16);

/// Members of struct actinide_lane.
enum LaneMember { lane_offset, lane_channel, lane_steps, lane_stride };

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
        types.insert(types.end(), names_of_role(signature_, Role::parameter).size(), parameter_type(dtype_, context_));
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
    Value *size(unsigned index) {
        return function_->getArg(static_cast<unsigned>(input_count() + written_.size()) + index);
    }
    llvm::BasicBlock *new_block(const char *name) { return llvm::BasicBlock::Create(context_, name, function_); }

    Value *call_device(const char *name, const std::vector<Value *> &arguments) {
        llvm::Function *callee = module_.getFunction(name);
        if (callee == nullptr) throw CompileFailure(std::string("the device's runtime has no function ") + name);
        return builder_.CreateCall(callee, arguments);
    }
    /// As wide as an element in memory; addresses need no more.
    llvm::Type *element_type() { return builder_.getIntNTy(8 * static_cast<unsigned>(bytes_per_element(dtype_))); }
    Value *thread() { return call_device("actinide_thread_index", {}); }

    /// Points the tile at the elements from `offset` on, and at the value of `channel` where there is one per channel.
    void aim(Value *offset, Value *channel) {
        unsigned index = 0;
        for (const Argument &argument : signature_.arguments) {
            if (argument.role != Role::input) continue;
            store(tile_inputs, index,
                  element(function_->getArg(index), element_type(), argument.per_channel ? channel : offset));
            ++index;
        }
    }
    void aim_output(unsigned index, llvm::Type *type, Value *offset) {
        store(tile_outputs, index,
              element(function_->getArg(static_cast<unsigned>(input_count()) + index), type, offset));
    }

    /// Points every array at `column` of `row`, by the stride that the sizes from 2 on give it.
    void aim_at_row(Value *row, Value *column) {
        const auto arrays = static_cast<unsigned>(input_count() + written_.size());
        for (unsigned i = 0; i < arrays; ++i) {
            Value *offset = builder_.CreateAdd(builder_.CreateMul(row, size(2 + i)), column);
            Value *place = element(function_->getArg(i), element_type(), offset);
            const bool is_input = i < input_count();
            store(is_input ? tile_inputs : tile_outputs, is_input ? i : i - static_cast<unsigned>(input_count()),
                  place);
        }
    }

    void shape(const std::vector<Value *> &extents, const std::vector<Value *> &strides) {
        for (unsigned i = 0; i < extents.size(); ++i) {
            store(tile_extent, i, extents[i]);
            store(tile_stride, i, strides[i]);
        }
    }

    void run(llvm::Function *tile) { builder_.CreateCall(tile, {tile_}); }

    /// Leaves the thread where the condition holds.
    void leave_if(Value *condition) {
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
    Value *tile_ = nullptr;

    size_t input_count() const { return names_of_role(signature_, Role::input).size(); }

    Value *element(Value *array, llvm::Type *type, Value *index) {
        return builder_.CreateInBoundsGEP(type, array, {index});
    }

    void store(TileMember where, unsigned index, Value *value) {
        llvm::StructType *type = tile_type(context_);
        Value *member = builder_.CreateStructGEP(type, tile_, where);
        builder_.CreateStore(value, builder_.CreateConstInBoundsGEP2_32(type->getElementType(where), member, 0, index));
    }

    void store_parameters() {
        const size_t count = names_of_role(signature_, Role::parameter).size();
        if (count == 0) return;
        llvm::Type *array = llvm::ArrayType::get(parameter_slot_type(context_), count);
        Value *parameters = builder_.CreateAlloca(array);
        const unsigned first = static_cast<unsigned>(input_count() + written_.size()) + size_count_;
        for (unsigned i = 0; i < count; ++i) {
            builder_.CreateStore(function_->getArg(first + i),
                                 builder_.CreateConstInBoundsGEP2_32(array, parameters, 0, i));
        }
        builder_.CreateStore(parameters, builder_.CreateStructGEP(tile_type(context_), tile_, tile_parameters));
    }
};

std::vector<std::string> outputs_with(const Signature &signature, bool per_channel) {
    std::vector<std::string> names;
    for (const Argument &argument : signature.arguments) {
        if (argument.role == Role::output && argument.per_channel == per_channel) names.push_back(argument.name);
    }
    return names;
}

std::vector<std::string> outputs_per_element(const Signature &signature) {
    return outputs_with(signature, false);
}

/// Runs `tile` on the elements from `offset` on.
void run_elements(DeviceKernelWriter &writer, llvm::Function *tile, unsigned outputs, Value *offset, Value *channel,
                  int elements) {
    llvm::IRBuilder<> &builder = writer.builder();
    Value *one = builder.getInt32(1);
    writer.aim(offset, channel);
    for (unsigned i = 0; i < outputs; ++i) writer.aim_output(i, writer.element_type(), offset);
    writer.shape({builder.getInt32(static_cast<uint32_t>(elements)), one, one}, {one, one, one});
    writer.run(tile);
}

}  // namespace

void add_elementwise_kernel(llvm::Module &module, const DeviceKernel &kernel, int elements, llvm::Function *vector,
                            llvm::Function *scalar) {
    const std::vector<std::string> outputs = outputs_per_element(kernel.signature);
    const auto output_count = static_cast<unsigned>(outputs.size());
    DeviceKernelWriter writer(module, kernel, outputs, 1);
    llvm::IRBuilder<> &builder = writer.builder();
    Value *n = writer.size(0);
    Value *first = builder.CreateMul(writer.thread(), builder.getInt64(static_cast<uint64_t>(elements)));
    writer.leave_if(builder.CreateICmpUGE(first, n));
    if (vector == nullptr) {
        run_elements(writer, scalar, output_count, first, first, 1);
        builder.CreateRetVoid();
        return;
    }
    llvm::BasicBlock *full = writer.new_block("full");
    llvm::BasicBlock *rest = writer.new_block("rest");
    llvm::BasicBlock *before = builder.GetInsertBlock();
    Value *left = builder.CreateSub(n, first);
    builder.CreateCondBr(builder.CreateICmpUGE(left, builder.getInt64(static_cast<uint64_t>(elements))), full, rest);
    builder.SetInsertPoint(full);
    run_elements(writer, vector, output_count, first, first, elements);
    builder.CreateRetVoid();

    builder.SetInsertPoint(rest);
    llvm::PHINode *at = builder.CreatePHI(builder.getInt64Ty(), 2);
    run_elements(writer, scalar, output_count, at, at, 1);
    Value *next = builder.CreateAdd(at, builder.getInt64(1));
    llvm::BasicBlock *done = writer.new_block("done");
    at->addIncoming(first, before);
    at->addIncoming(next, builder.GetInsertBlock());
    builder.CreateCondBr(builder.CreateICmpULT(next, n), rest, done);
    builder.SetInsertPoint(done);
    builder.CreateRetVoid();
}

void add_rows_kernel(llvm::Module &module, const DeviceKernel &kernel, llvm::Function *tile) {
    const std::vector<std::string> outputs = outputs_per_element(kernel.signature);
    const auto arrays = static_cast<unsigned>(names_of_role(kernel.signature, Role::input).size() + outputs.size());
    DeviceKernelWriter writer(module, kernel, outputs, 2 + arrays);
    llvm::IRBuilder<> &builder = writer.builder();
    Value *columns = writer.size(1);
    Value *element = writer.thread();
    writer.leave_if(builder.CreateICmpUGE(element, builder.CreateMul(writer.size(0), columns)));
    writer.aim_at_row(builder.CreateUDiv(element, columns), builder.CreateURem(element, columns));
    Value *one = builder.getInt32(1);
    writer.shape({one, one, one}, {one, one, one});
    writer.run(tile);
    builder.CreateRetVoid();
}

void add_channelwise_kernel(llvm::Module &module, const DeviceKernel &kernel, llvm::Function *tile) {
    const std::vector<std::string> outputs = outputs_per_element(kernel.signature);
    DeviceKernelWriter writer(module, kernel, outputs, 3);
    llvm::IRBuilder<> &builder = writer.builder();
    Value *outer = writer.size(0);
    Value *channels = writer.size(1);
    Value *inner = writer.size(2);
    Value *element = writer.thread();
    writer.leave_if(builder.CreateICmpUGE(element, builder.CreateMul(builder.CreateMul(outer, channels), inner)));
    Value *channel = builder.CreateURem(builder.CreateUDiv(element, inner), channels);
    run_elements(writer, tile, static_cast<unsigned>(outputs.size()), element, channel, 1);
    builder.CreateRetVoid();
}

void add_lane_sums_kernel(llvm::Module &module, const DeviceKernel &kernel, llvm::Function *tile) {
    const std::vector<std::string> gradients = outputs_with(kernel.signature, true);
    DeviceKernelWriter writer(module, kernel, gradients, 3);
    llvm::IRBuilder<> &builder = writer.builder();
    llvm::Type *wide = builder.getInt64Ty();
    llvm::StructType *lane_type = llvm::StructType::get(writer.context(), {wide, wide, wide, wide});
    Value *lane = builder.CreateAlloca(lane_type);
    Value *thread = writer.thread();
    Value *is_lane =
        writer.call_device("actinide_lane_of_thread", {thread, writer.size(0), writer.size(1), writer.size(2), lane});
    writer.leave_if(builder.CreateICmpEQ(is_lane, builder.getInt32(0)));
    const auto member = [&](LaneMember index) {
        return builder.CreateLoad(wide, builder.CreateStructGEP(lane_type, lane, index));
    };
    const auto narrow = [&](Value *value) { return builder.CreateTrunc(value, builder.getInt32Ty()); };
    Value *one = builder.getInt32(1);
    writer.aim(member(lane_offset), member(lane_channel));
    for (unsigned i = 0; i < gradients.size(); ++i) writer.aim_output(i, builder.getDoubleTy(), thread);
    writer.shape({one, narrow(member(lane_steps)), one}, {one, narrow(member(lane_stride)), builder.getInt32(0)});
    writer.run(tile);
    builder.CreateRetVoid();
}

}  // namespace actinide
