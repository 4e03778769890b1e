#include "tools/compiler/cuda_tile_kernels.h"

#include <cstddef>

#include "runtime/device/lanes.h"
#include "tools/compiler/device_kernel_writer.h"

namespace actinide {
namespace {

using llvm::Value;
using Role = Argument::Role;

static_assert(sizeof(actinide_lane) == 32 && offsetof(actinide_lane, steps) == 16);

/// Members of struct actinide_lane.
enum LaneMember { lane_offset, lane_channel, lane_steps, lane_stride };

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

void add_channelwise_kernel(llvm::Module &module, const DeviceKernel &kernel, int elements, llvm::Function *tile) {
    const std::vector<std::string> outputs = outputs_per_element(kernel.signature);
    DeviceKernelWriter writer(module, kernel, outputs, 3);
    llvm::IRBuilder<> &builder = writer.builder();
    Value *outer = writer.size(0);
    Value *channels = writer.size(1);
    Value *inner = writer.size(2);
    Value *first = builder.CreateMul(writer.thread(), builder.getInt64(static_cast<uint64_t>(elements)));
    writer.leave_if(builder.CreateICmpUGE(first, builder.CreateMul(builder.CreateMul(outer, channels), inner)));
    Value *channel = builder.CreateURem(builder.CreateUDiv(first, inner), channels);
    run_elements(writer, tile, static_cast<unsigned>(outputs.size()), first, channel, elements);
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
