#include "tools/compiler/modules.h"

#include <llvm/Bitcode/BitcodeReader.h>
#include <llvm/Linker/Linker.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Transforms/IPO/GlobalDCE.h>

#include "runtime/bitcode.h"
#include "tools/compiler/failure.h"

namespace actinide {
namespace {

void drop_flags(llvm::Module &module) {
    for (const char *name : {"llvm.module.flags", "llvm.ident", "llvm.commandline", "llvm.dbg.cu"}) {
        if (llvm::NamedMDNode *node = module.getNamedMetadata(name)) node->eraseFromParent();
    }
}

void drop_unused(llvm::Module &module) {
    llvm::ModuleAnalysisManager analyses;
    llvm::GlobalDCEPass().run(module, analyses);
}

}  // namespace

std::unique_ptr<llvm::Module> read_module(std::string_view bitcode, const std::string &name,
                                          llvm::LLVMContext &context) {
    auto parsed = llvm::parseBitcodeFile(llvm::MemoryBufferRef({bitcode.data(), bitcode.size()}, name), context);
    if (!parsed)
        throw CompileFailure("LLVM cannot read the bitcode of " + name + ": " + llvm::toString(parsed.takeError()));
    drop_flags(**parsed);
    return std::move(*parsed);
}

std::unique_ptr<llvm::Module> read_runtime(const std::string &name, llvm::LLVMContext &context) {
    const std::string_view bitcode = runtime_bitcode(name);
    if (bitcode.empty()) throw CompileFailure("the runtime has no module " + name);
    return read_module(bitcode, name, context);
}

bool chooses_level(const Target &target) {
    return target.architecture == Architecture::x86 && (target.level >= 0 || !target.levels.empty());
}

Target around_tiles(const Target &target) {
    return chooses_level(target) ? host_of(target.folder) : target;
}

std::unique_ptr<llvm::Module> read_cpu_runtime(const Target &target, const std::string &part,
                                               llvm::LLVMContext &context) {
    const bool is_second_form = target.architecture == Architecture::x86 && !chooses_level(target);
    return read_runtime(target.folder + "/" + part + (is_second_form ? "_single" : ""), context);
}

void join(llvm::Module &into, std::unique_ptr<llvm::Module> from) {
    from->setTargetTriple(into.getTargetTriple());
    from->setDataLayout(into.getDataLayout());
    const std::string name = from->getName().str();
    if (llvm::Linker::linkModules(into, std::move(from))) throw CompileFailure("LLVM cannot link " + name);
}

void keep_only(llvm::Module &module, const std::string &name) {
    for (llvm::GlobalValue &value : module.global_values()) {
        if (value.isDeclaration() || value.getName() == name) continue;
        value.setVisibility(llvm::GlobalValue::DefaultVisibility);
        value.setLinkage(llvm::GlobalValue::InternalLinkage);
    }
    drop_unused(module);
}

std::string with_prefix(std::string_view name, const std::string &prefix) {
    const auto behind = [&](std::string_view start) { return std::string(name.substr(start.size())); };
    if (name.starts_with("actn_")) return prefix + "_" + behind("actn_");
    if (name.starts_with("actinide_")) return "actinide_" + prefix + "_" + behind("actinide_");
    return std::string(name);
}

void give_prefix(llvm::Module &module, const std::string &prefix) {
    for (llvm::GlobalValue &value : module.global_values()) {
        if (value.hasLocalLinkage()) continue;
        const std::string name = with_prefix(value.getName(), prefix);
        if (name != value.getName()) value.setName(name);
    }
}

std::string to_text(const llvm::Module &module) {
    std::string text;
    llvm::raw_string_ostream stream(text);
    module.print(stream, nullptr);
    return text;
}

}  // namespace actinide
