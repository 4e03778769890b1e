#include "tools/compiler/platform_object.h"

#include <llvm/Analysis/TargetTransformInfo.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/Transforms/Utils/Cloning.h>
#include <llvm/Transforms/Utils/LowerMemIntrinsics.h>

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

/// 64-bit processors of ours write the runtime's small structures by plain stores; others would call a C library.
void expand_memory_intrinsics(llvm::Module &module, llvm::TargetMachine &machine) {
    std::vector<llvm::MemIntrinsic *> intrinsics;
    for (llvm::Function &function : module) {
        for (llvm::Instruction &instruction : llvm::instructions(function)) {
            if (auto *intrinsic = llvm::dyn_cast<llvm::MemIntrinsic>(&instruction)) intrinsics.push_back(intrinsic);
        }
    }
    for (llvm::MemIntrinsic *intrinsic : intrinsics) {
        if (auto *set = llvm::dyn_cast<llvm::MemSetInst>(intrinsic)) {
            llvm::expandMemSetAsLoop(set);
        } else if (auto *copy = llvm::dyn_cast<llvm::MemCpyInst>(intrinsic)) {
            llvm::expandMemCpyAsLoop(copy, machine.getTargetTransformInfo(*copy->getFunction()));
        } else {
            continue;
        }
        intrinsic->eraseFromParent();
    }
}

bool has_other_memory_code(const Target &target) {
    return target.architecture != Architecture::x86 && target.architecture != Architecture::arm;
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
    if (has_other_memory_code(target)) expand_memory_intrinsics(module, machine);
    if (target.platform->format != ObjectFormat::coff) return emit_object(module, machine);
    name_own_float_marker(module);
    const auto with_probe = llvm::CloneModule(module);
    std::string object = emit_object(module, machine);
    if (!undefined_names(object, machine).contains(stack_probe)) return object;
    add_stack_probe(*with_probe, machine, target);
    return emit_object(*with_probe, machine);
}

namespace {

/// Every linker of WebAssembly makes these itself.
bool is_of_wasm_linker(const std::string &symbol) {
    return symbol == "__stack_pointer" || symbol == "__indirect_function_table" || symbol == "__linear_memory";
}

}  // namespace

std::set<std::string> undefined_names(const std::string &object, const llvm::TargetMachine &machine) {
    const char prefix = machine.createDataLayout().getGlobalPrefix();
    std::set<std::string> names;
    for (const std::string &symbol : undefined_symbols(object)) {
        if (machine.getTargetTriple().isOSWindows() && symbol == float_marker) continue;
        if (machine.getTargetTriple().isWasm() && is_of_wasm_linker(symbol)) continue;
        const bool is_prefixed = prefix != '\0' && symbol.front() == prefix;
        names.insert(is_prefixed ? symbol.substr(1) : symbol);
    }
    return names;
}

}  // namespace actinide
