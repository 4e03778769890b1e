#include "tools/compiler/entry_point.h"

#include <llvm/IR/IRBuilder.h>

#include <algorithm>
#include <cstddef>

#include "runtime/kernel.h"
#include "tools/compiler/failure.h"
#include "tools/compiler/tile_function.h"

namespace actinide {
namespace {

using llvm::Value;
using Role = Argument::Role;

static_assert(sizeof(actinide_call) == 248 && offsetof(actinide_call, sizes) == 120 &&
              offsetof(actinide_call, parameters) == 184);

/// Members of struct actinide_call.
enum CallMember { call_inputs, call_outputs, call_sizes, call_parameters };

/// C's size_t.
llvm::Type *size_type(const llvm::Module &module) {
    return module.getDataLayout().getIntPtrType(module.getContext());
}

llvm::StructType *call_type(const llvm::Module &module) {
    llvm::LLVMContext &context = module.getContext();
    llvm::Type *pointer = llvm::PointerType::get(context, 0);
    return llvm::StructType::get(
        context,
        {llvm::ArrayType::get(pointer, ACTINIDE_MAX_INPUTS), llvm::ArrayType::get(pointer, ACTINIDE_MAX_OUTPUTS),
         llvm::ArrayType::get(size_type(module), ACTINIDE_MAX_SIZES),
         llvm::ArrayType::get(parameter_slot_type(context), ACTINIDE_MAX_PARAMETERS)});
}

CallMember member_of(Role role) {
    switch (role) {
        case Role::input:
            return call_inputs;
        case Role::output:
            return call_outputs;
        case Role::size:
            return call_sizes;
        case Role::parameter:
            return call_parameters;
    }
    return call_inputs;
}

llvm::Type *type_of(Role role, DType dtype, const llvm::Module &module) {
    llvm::LLVMContext &context = module.getContext();
    if (role == Role::size) return size_type(module);
    if (role == Role::parameter) return parameter_type(dtype, context);
    return llvm::PointerType::get(context, 0);
}

size_t count_parameter_gradients(const Signature &signature) {
    return static_cast<size_t>(
        std::count_if(signature.arguments.begin(), signature.arguments.end(),
                      [](const Argument &argument) { return argument.role == Role::output && argument.per_channel; }));
}

/// Of the runtime's functions for the signature's access pattern.
std::string with_pattern(const std::string &base, const Signature &signature) {
    if (signature.pattern == Pattern::elementwise) return base + "elementwise";
    if (signature.pattern == Pattern::rows) return base + "rows";
    if (signature.pattern == Pattern::packed) return base + "packed";
    if (signature.pattern == Pattern::table) return base + "table";
    return base + (count_parameter_gradients(signature) > 0 ? "channelwise_gradient" : "channelwise");
}

std::string runner_name(const Signature &signature, bool cuda) {
    return with_pattern(cuda ? "actinide_cuda_run_" : "actinide_run_", signature);
}

llvm::Function *find_runner(llvm::Module &module, const std::string &name) {
    llvm::Function *function = module.getFunction(name);
    if (function == nullptr) throw CompileFailure("the runtime has no function " + name);
    return function;
}

class EntryPointWriter {
public:
    EntryPointWriter(llvm::Module &module, const Signature &signature, DType dtype, const std::string &symbol,
                     const std::vector<llvm::Type *> &further_types)
        : context_(module.getContext()), signature_(signature) {
        std::vector<llvm::Type *> types;
        types.reserve(signature.arguments.size() + further_types.size());
        for (const Argument &argument : signature.arguments) types.push_back(type_of(argument.role, dtype, module));
        types.insert(types.end(), further_types.begin(), further_types.end());
        auto *type = llvm::FunctionType::get(llvm::Type::getInt32Ty(context_), types, false);
        function_ = llvm::Function::Create(type, llvm::GlobalValue::ExternalLinkage, symbol, module);
        for (unsigned i = 0; i < signature.arguments.size(); ++i)
            function_->getArg(i)->setName(signature.arguments[i].name);
    }

    llvm::Function *function() const { return function_; }

    /// The runtime's function gets the kernel, the packed call and the arguments that C's caller gave behind.
    void write(llvm::Function *runner, llvm::GlobalVariable *kernel) {
        llvm::IRBuilder<> builder(llvm::BasicBlock::Create(context_, "", function_));
        std::vector<Value *> arguments{kernel, pack_call(builder)};
        for (size_t i = signature_.arguments.size(); i < function_->arg_size(); ++i) {
            arguments.push_back(function_->getArg(static_cast<unsigned>(i)));
        }
        builder.CreateRet(builder.CreateCall(runner, arguments));
    }

private:
    llvm::LLVMContext &context_;
    const Signature &signature_;
    llvm::Function *function_ = nullptr;

    Value *pack_call(llvm::IRBuilder<> &builder) {
        llvm::StructType *type = call_type(*function_->getParent());
        Value *call = builder.CreateAlloca(type);
        std::map<Role, unsigned> counts;
        for (unsigned i = 0; i < signature_.arguments.size(); ++i) {
            const Role role = signature_.arguments[i].role;
            Value *member = builder.CreateStructGEP(type, call, member_of(role));
            llvm::Type *array = type->getElementType(member_of(role));
            builder.CreateStore(function_->getArg(i),
                                builder.CreateConstInBoundsGEP2_32(array, member, 0, counts[role]++));
        }
        return call;
    }
};

/// `name`(outer, channels, inner): the bytes for as many learned parameters as the kernel has.
void add_workspace_function(llvm::Module &module, const std::string &name, size_t gradients) {
    llvm::Function *sizes = find_runner(module, "actinide_cuda_gradient_workspace_bytes");
    llvm::Type *size = llvm::Type::getInt64Ty(module.getContext());
    auto *type = llvm::FunctionType::get(size, {size, size, size}, false);
    auto *function = llvm::Function::Create(type, llvm::GlobalValue::ExternalLinkage, name, module);
    llvm::IRBuilder<> builder(llvm::BasicBlock::Create(module.getContext(), "", function));
    std::vector<Value *> arguments;
    for (llvm::Argument &argument : function->args()) arguments.push_back(&argument);
    arguments.push_back(builder.getInt64(gradients));
    builder.CreateRet(builder.CreateCall(sizes, arguments));
}

}  // namespace

llvm::Type *parameter_type(DType dtype, llvm::LLVMContext &context) {
    return dtype_of_parameters(dtype) == DType::f64 ? llvm::Type::getDoubleTy(context)
                                                    : llvm::Type::getFloatTy(context);
}

llvm::Function *declare_entry_point(llvm::Module &module, const Signature &signature, DType dtype,
                                    const std::string &symbol) {
    return EntryPointWriter(module, signature, dtype, symbol, {}).function();
}

llvm::Function *declare_part(llvm::Module &module, const Signature &signature, const std::string &name) {
    if (signature.pattern == Pattern::table) return nullptr;
    llvm::LLVMContext &context = module.getContext();
    auto *type = llvm::FunctionType::get(llvm::Type::getVoidTy(context),
                                         {llvm::PointerType::get(context, 0), llvm::Type::getInt64Ty(context)}, false);
    return llvm::Function::Create(type, llvm::GlobalValue::InternalLinkage, name, module);
}

void define_part(llvm::Function &part, const Signature &signature, llvm::GlobalVariable *kernel) {
    llvm::Function *run = find_runner(*part.getParent(), with_pattern("actinide_part_of_", signature));
    llvm::IRBuilder<> builder(llvm::BasicBlock::Create(part.getContext(), "", &part));
    builder.CreateCall(run, {kernel, part.getArg(0), part.getArg(1)});
    builder.CreateRetVoid();
}

void add_cpu_entry_point(llvm::Module &module, const Signature &signature, DType dtype, const std::string &symbol,
                         llvm::GlobalVariable *kernel, bool in_blocks) {
    const std::string runner = runner_name(signature, false) + (in_blocks ? "_blocks" : "");
    EntryPointWriter(module, signature, dtype, symbol, {}).write(find_runner(module, runner), kernel);
}

std::vector<std::string> add_cuda_entry_points(llvm::Module &module, const Signature &signature, DType dtype,
                                               const std::string &symbol, llvm::GlobalVariable *kernel) {
    llvm::Type *pointer = llvm::PointerType::get(module.getContext(), 0);
    std::vector<llvm::Type *> further{pointer};
    std::vector<std::string> symbols{symbol};
    if (const size_t gradients = count_parameter_gradients(signature); gradients > 0) {
        further = {pointer, llvm::Type::getInt64Ty(module.getContext()), pointer};
        symbols.push_back(symbol + "_workspace_bytes");
        add_workspace_function(module, symbols.back(), gradients);
    }
    EntryPointWriter(module, signature, dtype, symbol, further)
        .write(find_runner(module, runner_name(signature, true)), kernel);
    return symbols;
}

}  // namespace actinide
