#include <llvm/Object/ArchiveWriter.h>
#include <llvm/Support/MemoryBuffer.h>

#include "tools/compiler/compiler.h"
#include "tools/compiler/failure.h"

namespace actinide {

std::string make_archive(const std::vector<ArchiveMember> &members, const Target & /*target*/) {
    std::vector<llvm::NewArchiveMember> entries;
    entries.reserve(members.size());
    for (const ArchiveMember &member : members) {
        entries.emplace_back(llvm::MemoryBufferRef(member.content, member.name));
    }
    auto archive = llvm::writeArchiveToBuffer(entries, llvm::SymtabWritingMode::NormalSymtab,
                                              llvm::object::Archive::K_GNU, /*Deterministic=*/true, /*Thin=*/false);
    if (!archive) throw CompileFailure("LLVM cannot write the archive: " + llvm::toString(archive.takeError()));
    return (*archive)->getBuffer().str();
}

}  // namespace actinide
