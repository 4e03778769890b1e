#include "tools/compiler/loaded_kernels.h"

#include <llvm/ExecutionEngine/Orc/LLJIT.h>

#include "runtime/status.h"
#include "tools/compiler/adapter.h"
#include "tools/compiler/code_generation.h"
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
        add_adapter(*adapters, kernel.key, kernel.symbol);
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
