#include "tools/compiler/code_generation.h"

#include <llvm/IR/LegacyPassManager.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Object/ELFObjectFile.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Support/raw_ostream.h>

#include <mutex>

#include "tools/compiler/failure.h"

namespace actinide {
namespace {

void initialize_llvm_once() {
    static std::once_flag once;
    std::call_once(once, [] {
        llvm::InitializeAllTargetInfos();
        llvm::InitializeAllTargets();
        llvm::InitializeAllTargetMCs();
        llvm::InitializeAllAsmPrinters();
        llvm::InitializeAllAsmParsers();  // the runtime's cpuid is inline assembly
    });
}

std::string emit(llvm::Module &module, llvm::TargetMachine &machine, llvm::CodeGenFileType kind) {
    llvm::SmallString<0> bytes;
    llvm::raw_svector_ostream stream(bytes);
    llvm::legacy::PassManager passes;
    if (machine.addPassesToEmitFile(passes, stream, nullptr, kind)) {
        throw CompileFailure("LLVM cannot write such a file for " + machine.getTargetTriple().str());
    }
    passes.run(module);
    return bytes.str().str();
}

}  // namespace

std::unique_ptr<llvm::TargetMachine> make_machine(const Target &target) {
    initialize_llvm_once();
    const llvm::Triple triple(llvm::Triple::normalize(target.triple));  // or "armv7-none-eabihf" is soft-float
    std::string error;
    const llvm::Target *backend = llvm::TargetRegistry::lookupTarget(triple, error);
    if (backend == nullptr) {
        throw CompileFailure("this LLVM cannot compile for " + target.triple + " (" + error +
                                 "); build Actinide with an LLVM that has all of its targets",
                             exit_missing_component);
    }
    llvm::TargetOptions options;
    options.AllowFPOpFusion = llvm::FPOpFusion::Strict;
    options.UseInitArray = true;  // lld drops what runs at exit in the older form
    if (triple.isRISCV()) options.MCOptions.ABIName = "lp64d";
    // Position-independent WebAssembly is a format of its own, which few hosts load.
    const llvm::Reloc::Model relocation = triple.isWasm() ? llvm::Reloc::Static : llvm::Reloc::PIC_;
    return std::unique_ptr<llvm::TargetMachine>(
        backend->createTargetMachine(triple, target.llvm_cpu, target.llvm_features, options, relocation));
}

void aim(llvm::Module &module, const llvm::TargetMachine &machine) {
    module.setTargetTriple(machine.getTargetTriple());
    module.setDataLayout(machine.createDataLayout());
    module.setPICLevel(llvm::PICLevel::BigPIC);
    for (llvm::Function &function : module) {
        if (!function.isDeclaration()) set_cpu(function, machine.getTargetCPU().str());
    }
}

void set_cpu(llvm::Function &function, const std::string &cpu) {
    for (const char *name :
         {"target-features", "tune-cpu", "frame-pointer", "stack-protector-buffer-size", "reciprocal-estimates"}) {
        function.removeFnAttr(name);
    }
    function.addFnAttr("target-cpu", cpu);
    // LLVM would rather use half of AVX-512's registers, to be kind to clocks that dropped on CPUs before 2020.
    function.addFnAttr("prefer-vector-width", "512");
    function.addFnAttr("min-legal-vector-width", "512");
    function.addFnAttr("no-builtins");
    function.addFnAttr(llvm::Attribute::NoUnwind);
    // Windows walks the stack by tables alone, also where an access of the caller's fails.
    const bool needs_table = function.getParent()->getTargetTriple().isOSWindows();
    function.setUWTableKind(needs_table ? llvm::UWTableKind::Async : llvm::UWTableKind::None);
}

std::string emit_object(llvm::Module &module, llvm::TargetMachine &machine) {
    return emit(module, machine, llvm::CodeGenFileType::ObjectFile);
}

std::string emit_assembly(llvm::Module &module, llvm::TargetMachine &machine) {
    return emit(module, machine, llvm::CodeGenFileType::AssemblyFile);
}

namespace {

std::unique_ptr<llvm::object::ObjectFile> read_object(const std::string &object) {
    auto file = llvm::object::ObjectFile::createObjectFile(llvm::MemoryBufferRef(object, "object"));
    if (!file) throw CompileFailure("LLVM cannot read back its object: " + llvm::toString(file.takeError()));
    return std::move(*file);
}

bool is_loaded(const llvm::object::SectionRef &section) {
    if (section.getObject()->isELF()) {
        return (llvm::object::ELFSectionRef(section).getFlags() & llvm::ELF::SHF_ALLOC) != 0;
    }
    return section.isText() || section.isData() || section.isBSS();
}

}  // namespace

size_t loaded_bytes(const std::string &object) {
    const auto file = read_object(object);
    size_t bytes = 0;
    for (const llvm::object::SectionRef &section : file->sections()) {
        if (is_loaded(section)) bytes += section.getSize();
    }
    return bytes;
}

std::set<std::string> undefined_symbols(const std::string &object) {
    const auto file = read_object(object);
    std::set<std::string> names;
    for (const llvm::object::SymbolRef &symbol : file->symbols()) {
        auto flags = symbol.getFlags();
        auto name = symbol.getName();
        if (!flags || !name) throw CompileFailure("LLVM cannot read back its object's symbols");
        if ((*flags & llvm::object::SymbolRef::SF_Undefined) != 0 && !name->empty()) names.insert(name->str());
    }
    return names;
}

}  // namespace actinide
