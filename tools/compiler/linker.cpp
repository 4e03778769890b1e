#include "tools/compiler/linker.h"

#include <lld/Common/Driver.h>
#include <llvm/Support/raw_ostream.h>

#include "tools/compiler/failure.h"

LLD_HAS_DRIVER(elf)

namespace actinide {

void link_executable(const std::vector<std::string> &files, const std::string &executable) {
    std::vector<const char *> words = {"ld.lld", "-static", "--gc-sections",   "--build-id=none", "--threads=1", "-e",
                                       "_start", "-o",      executable.c_str()};
    for (const std::string &file : files) words.push_back(file.c_str());
    std::string said;
    llvm::raw_string_ostream stream(said);
    const lld::Result result = lld::lldMain(words, stream, stream, {{lld::Gnu, &lld::elf::link}});
    if (result.retCode != 0) throw CompileFailure("LLVM cannot link " + executable + ": " + said);
}

}  // namespace actinide
