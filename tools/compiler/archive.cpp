#include <llvm/Object/ArchiveWriter.h>
#include <llvm/Support/MemoryBuffer.h>

#include "tools/compiler/compiler.h"
#include "tools/compiler/failure.h"

namespace actinide {
namespace {

llvm::object::Archive::Kind kind_of(const Platform &platform) {
    switch (platform.format) {
        case ObjectFormat::elf:
        case ObjectFormat::wasm:
            break;
        case ObjectFormat::mach_o:
            return llvm::object::Archive::K_DARWIN;
        case ObjectFormat::coff:
            return llvm::object::Archive::K_COFF;
    }
    return llvm::object::Archive::K_GNU;
}

}  // namespace

std::string make_archive(const std::vector<ArchiveMember> &members, const Target &target) {
    std::vector<llvm::NewArchiveMember> entries;
    entries.reserve(members.size());
    for (const ArchiveMember &member : members) {
        entries.emplace_back(llvm::MemoryBufferRef(member.content, member.name));
    }
    auto archive = llvm::writeArchiveToBuffer(entries, llvm::SymtabWritingMode::NormalSymtab, kind_of(*target.platform),
                                              /*Deterministic=*/true, /*Thin=*/false);
    if (!archive) throw CompileFailure("LLVM cannot write the archive: " + llvm::toString(archive.takeError()));
    return (*archive)->getBuffer().str();
}

}  // namespace actinide
