#include "tools/compiler/loaded_kernels.h"

#include <llvm/ExecutionEngine/Orc/LLJIT.h>
#include <llvm/IR/IRBuilder.h>

#include "runtime/status.h"
#include "tools/compiler/code_generation.h"
#include "tools/compiler/entry_point.h"
#include "tools/compiler/failure.h"

namespace actinide {
namespace {

template <typename Value>
Value taken(llvm::Expected<Value> value) {
    if (!value) throw CompileFailure("kernels cannot be loaded: " + llvm::toString(value.takeError()));
    return std::move(*value);
}

void expect_success(llvm::Error error) {
    if (error) throw CompileFailure("kernels cannot be loaded: " + llvm::toString(std::move(error)));
}

std::string adapter_name(const std::string &symbol) {
    return symbol + ".adapter";
}

/// `i32 name(ptr inputs, ptr outputs, ptr sizes, ptr parameters)`, which calls the kernel's own function.
void add_adapter(llvm::Module &module, const CompiledKernel &kernel) {
    const Signature called = signature(*kernel.key.activation, kernel.key.pass, kernel.key.dtype);
    llvm::LLVMContext &context = module.getContext();
    llvm::Type *pointer = llvm::PointerType::get(context, 0);
    llvm::Function *function = declare_entry_point(module, called, kernel.key.dtype, kernel.symbol);
    auto *type = llvm::FunctionType::get(llvm::Type::getInt32Ty(context), {pointer, pointer, pointer, pointer}, false);
    auto *adapter =
        llvm::Function::Create(type, llvm::GlobalValue::ExternalLinkage, adapter_name(kernel.symbol), module);
    llvm::IRBuilder<> builder(llvm::BasicBlock::Create(context, "", adapter));

    std::map<Argument::Role, unsigned> counts;
    const auto next = [&](Argument::Role role, unsigned list, llvm::Type *element) {
        llvm::Value *place = builder.CreateConstInBoundsGEP1_32(element, adapter->getArg(list), counts[role]++);
        return builder.CreateLoad(element, place);
    };
    std::vector<llvm::Value *> arguments;
    for (const Argument &argument : called.arguments) {
        llvm::Value *value = nullptr;
        switch (argument.role) {
            case Argument::Role::input:
                value = next(argument.role, 0, pointer);
                break;
            case Argument::Role::output:
                value = next(argument.role, 1, pointer);
                break;
            case Argument::Role::size:
                value = next(argument.role, 2, builder.getInt64Ty());
                break;
            case Argument::Role::parameter:
                value = builder.CreateFPCast(next(argument.role, 3, builder.getDoubleTy()),
                                             function->getArg(static_cast<unsigned>(arguments.size()))->getType());
                break;
        }
        arguments.push_back(value);
    }
    builder.CreateRet(builder.CreateCall(function, arguments));
}

}  // namespace

struct LoadedKernels::Linked {
    std::unique_ptr<llvm::orc::LLJIT> jit;
    int32_t (*set_level)(const char *name) = nullptr;

    void add_object(const std::string &bytes, const std::string &name) const {
        expect_success(jit->addObjectFile(llvm::MemoryBuffer::getMemBufferCopy(bytes, name)));
    }

    template <typename Pointer>
    Pointer find(const std::string &name) const {
        return taken(jit->lookup(name)).toPtr<Pointer>();
    }
};

LoadedKernels::LoadedKernels(const std::vector<CompiledKernel> &kernels, const Target &target,
                             const std::string &prefix)
    : linked_(std::make_unique<Linked>()) {
    const auto machine = make_machine(target);  // also wakes LLVM
    linked_->jit = taken(llvm::orc::LLJITBuilder().create());
    auto context = std::make_unique<llvm::LLVMContext>();
    auto adapters = std::make_unique<llvm::Module>("adapters", *context);
    adapters->setDataLayout(linked_->jit->getDataLayout());
    // A kernel does not say whether it was made for size.
    for (const ArchiveMember &member : runtime_objects(target, prefix, {.blocks = true}))
        linked_->add_object(member.content, member.name);
    for (const CompiledKernel &kernel : kernels) {
        linked_->add_object(kernel.object, kernel.symbol);
        add_adapter(*adapters, kernel);
    }
    expect_success(linked_->jit->addIRModule(llvm::orc::ThreadSafeModule(std::move(adapters), std::move(context))));
    for (const CompiledKernel &kernel : kernels) {
        functions_.push_back(linked_->find<Function>(adapter_name(kernel.symbol)));
    }
    linked_->set_level = linked_->find<int32_t (*)(const char *)>(prefix + "_set_cpu_level");
}

LoadedKernels::~LoadedKernels() = default;

bool LoadedKernels::set_level(const std::string &name) const {
    return linked_->set_level(name.c_str()) == ACTINIDE_OK;
}

}  // namespace actinide
