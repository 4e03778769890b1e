// Linking executables by LLVM's linker.
#pragma once

#include <string>
#include <vector>

namespace actinide {

/// Links ELF objects and archives to a static executable that begins at `_start`, and that needs no C library. Throws
/// CompileFailure.
void link_executable(const std::vector<std::string> &files, const std::string &executable);

}  // namespace actinide
