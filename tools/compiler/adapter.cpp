#include "tools/compiler/adapter.h"

#include <llvm/IR/IRBuilder.h>

#include "tools/compiler/entry_point.h"

namespace actinide {

std::string adapter_name(const std::string &symbol) {
    return symbol + ".adapter";
}

llvm::Function *add_adapter(llvm::Module &module, const KernelKey &key, const std::string &symbol) {
    const Signature called = signature(*key.activation, key.pass, key.dtype);
    llvm::LLVMContext &context = module.getContext();
    llvm::Type *pointer = llvm::PointerType::get(context, 0);
    llvm::Function *function = declare_entry_point(module, called, key.dtype, symbol);
    auto *type = llvm::FunctionType::get(llvm::Type::getInt32Ty(context), {pointer, pointer, pointer, pointer}, false);
    auto *adapter = llvm::Function::Create(type, llvm::GlobalValue::ExternalLinkage, adapter_name(symbol), module);
    llvm::IRBuilder<> builder(llvm::BasicBlock::Create(context, "", adapter));

    std::map<Argument::Role, unsigned> counts;
    const auto next = [&](Argument::Role role, unsigned list, llvm::Type *element) {
        llvm::Value *place = builder.CreateConstInBoundsGEP1_32(element, adapter->getArg(list), counts[role]++);
        return builder.CreateLoad(element, place);
    };
    std::vector<llvm::Value *> arguments;
    for (const Argument &argument : called.arguments) {
        llvm::Type *wanted = function->getArg(static_cast<unsigned>(arguments.size()))->getType();
        llvm::Value *value = nullptr;
        switch (argument.role) {
            case Argument::Role::input:
                value = next(argument.role, 0, pointer);
                break;
            case Argument::Role::output:
                value = next(argument.role, 1, pointer);
                break;
            case Argument::Role::size:
                value = next(argument.role, 2, wanted);
                break;
            case Argument::Role::parameter:
                value = builder.CreateFPCast(next(argument.role, 3, builder.getDoubleTy()), wanted);
                break;
        }
        arguments.push_back(value);
    }
    builder.CreateRet(builder.CreateCall(function, arguments));
    return adapter;
}

}  // namespace actinide
