#include <llvm/IR/Constants.h>

#include <algorithm>
#include <utility>

#include "tools/compiler/code_generation.h"
#include "tools/compiler/compiler.h"
#include "tools/compiler/failure.h"
#include "tools/compiler/modules.h"
#include "tools/compiler/optimize.h"
#include "tools/compiler/platform_object.h"

namespace actinide {
namespace {

/// Replaces what a weak constant of the runtime holds.
void define(llvm::Module &module, const std::string &name, llvm::Constant *value) {
    llvm::GlobalVariable *constant = module.getNamedGlobal(name);
    if (constant == nullptr || constant->getValueType() != value->getType()) {
        throw CompileFailure("the runtime has no constant " + name + " of the expected type");
    }
    constant->setInitializer(value);
    constant->setLinkage(llvm::GlobalValue::InternalLinkage);
    constant->setVisibility(llvm::GlobalValue::DefaultVisibility);
}

/// Bit i: the archive has kernels of level i.
uint32_t level_mask(const Target &target) {
    if (target.levels.empty()) return 1U << static_cast<unsigned>(target.level);
    uint32_t mask = 0;
    for (const std::string &name : target.levels) mask |= 1U << static_cast<unsigned>(find_target(name).target->level);
    return mask;
}

llvm::Constant *text_of_size(llvm::LLVMContext &context, const std::string &text, size_t size) {
    std::string padded = text.substr(0, size - 1);
    padded.resize(size, '\0');
    return llvm::ConstantDataArray::getString(context, padded, /*AddNull=*/false);
}

/// Whether the target, or one of its levels, has no fma.
bool needs_fma(const Target &target) {
    if (target.levels.empty()) return !target.has_fma;
    return std::any_of(target.levels.begin(), target.levels.end(),
                       [](const std::string &name) { return !find_target(name).target->has_fma; });
}

std::unique_ptr<llvm::Module> cpu_support(const Target &target, llvm::LLVMContext &context) {
    auto module = read_cpu_runtime(target, "support", context);
    if (chooses_level(target)) {
        define(*module, "actinide_archive_levels",
               llvm::ConstantInt::get(llvm::Type::getInt32Ty(context), level_mask(target)));
    } else {
        constexpr size_t longest_name = 64;  // runtime/level_single.c
        define(*module, "actinide_level_name", text_of_size(context, target.name, longest_name));
    }
    return module;
}

/// Functions that run on some CPUs only say so by their names.
void set_cpus_by_name(llvm::Module &module) {
    constexpr std::pair<const char *, const char *> cpus[] = {{"lookup_for_avx2", "x86-64-v3"},
                                                              {"lookup_for_avx512vbmi", "icelake-server"}};
    for (const auto &[name, cpu] : cpus) {
        if (llvm::Function *function = module.getFunction(name)) set_cpu(*function, cpu);
    }
}

ArchiveMember finished(llvm::Module &module, const std::string &name, const std::string &prefix,
                       llvm::TargetMachine &machine, const Target &target, bool for_size = false) {
    module.setModuleIdentifier(name);
    module.setSourceFileName(name);
    give_prefix(module, prefix);
    aim(module, machine);
    set_cpus_by_name(module);
    optimize(module, machine, for_size);
    return {name + ".o", emit_platform_object(module, machine, target)};
}

}  // namespace

std::vector<ArchiveMember> runtime_objects(const Target &target, const std::string &prefix, const RuntimeParts &parts) {
    llvm::LLVMContext context;
    const bool cuda = target.architecture == Architecture::cuda;
    const Target host = cuda ? host_of(target.folder) : target;
    const auto machine = make_machine(around_tiles(host));
    const auto support = cuda ? read_runtime(target.folder + "/cuda_support", context) : cpu_support(target, context);
    if (!cuda) add_platform_symbols(*support, host);
    std::vector<ArchiveMember> members = {
        finished(*support, prefix + (cuda ? "_cuda_support" : "_support"), prefix, *machine, host)};
    if (cuda) return members;
    members.push_back(
        finished(*read_runtime(target.folder + "/threads", context), prefix + "_threads", prefix, *machine, host));
    const auto add = [&](const std::string &part, bool for_size) {
        members.push_back(
            finished(*read_cpu_runtime(target, part, context), prefix + "_" + part, prefix, *machine, host, for_size));
    };
    if (parts.lookup) add("lookup", false);
    if (parts.blocks) add("blocks", true);
    if (needs_fma(target)) add("fma", false);
    return members;
}

}  // namespace actinide
