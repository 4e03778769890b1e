#include "tools/compiler/platform_object.h"

#include <llvm/Transforms/Utils/Cloning.h>

#include "tools/compiler/code_generation.h"
#include "tools/compiler/modules.h"

namespace actinide {
namespace {

constexpr const char *stack_probe = "__chkstk";

/// LLVM wants it in every object with floating-point numbers, so that MSVC's library loads what prints them.
constexpr const char *float_marker = "_fltused";
/// What stands for it in a program without a C library: the same in all packages, because linkers take one only.
constexpr const char *own_float_marker = "__actinide_fltused";

void name_own_float_marker(llvm::Module &module) {
    llvm::LLVMContext &context = module.getContext();
    const std::string option = std::string("/alternatename:") + float_marker + "=" + own_float_marker;
    module.getOrInsertNamedMetadata("llvm.linker.options")
        ->addOperand(llvm::MDNode::get(context, llvm::MDString::get(context, option)));
}

void add_stack_probe(llvm::Module &module, const llvm::TargetMachine &machine, const Target &target) {
    join(module, read_runtime(target.folder + "/stack_probe", module.getContext()));
    llvm::Function *function = module.getFunction(stack_probe);
    function->setLinkage(llvm::GlobalValue::InternalLinkage);
    set_cpu(*function, machine.getTargetCPU().str());
    function->setUWTableKind(llvm::UWTableKind::None);
}

}  // namespace

void add_platform_symbols(llvm::Module &module, const Target &target) {
    if (target.platform->format != ObjectFormat::coff) return;
    auto *marker = new llvm::GlobalVariable(
        module, llvm::Type::getInt32Ty(module.getContext()), /*isConstant=*/true, llvm::GlobalValue::WeakODRLinkage,
        llvm::ConstantInt::get(llvm::Type::getInt32Ty(module.getContext()), 1), own_float_marker);
    marker->setComdat(module.getOrInsertComdat(own_float_marker));
}

std::string emit_platform_object(llvm::Module &module, llvm::TargetMachine &machine, const Target &target) {
    if (target.platform->format != ObjectFormat::coff) return emit_object(module, machine);
    name_own_float_marker(module);
    const auto with_probe = llvm::CloneModule(module);
    std::string object = emit_object(module, machine);
    if (!undefined_names(object, machine).contains(stack_probe)) return object;
    add_stack_probe(*with_probe, machine, target);
    return emit_object(*with_probe, machine);
}

std::set<std::string> undefined_names(const std::string &object, const llvm::TargetMachine &machine) {
    const char prefix = machine.createDataLayout().getGlobalPrefix();
    std::set<std::string> names;
    for (const std::string &symbol : undefined_symbols(object)) {
        if (machine.getTargetTriple().isOSWindows() && symbol == float_marker) continue;
        const bool is_prefixed = prefix != '\0' && symbol.front() == prefix;
        names.insert(is_prefixed ? symbol.substr(1) : symbol);
    }
    return names;
}

}  // namespace actinide
