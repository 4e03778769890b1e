#include <Halide.h>
#include <llvm-c/Core.h>

#include "tools/compiler/compiler.h"

namespace actinide {
namespace {

std::string dotted(unsigned major, unsigned minor, unsigned patch) {
    return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(patch);
}

}  // namespace

std::map<std::string, std::string> component_versions() {
    unsigned major = 0;
    unsigned minor = 0;
    unsigned patch = 0;
    LLVMGetVersion(&major, &minor, &patch);
    return {{"actinide", ACTINIDE_VERSION},
            {"halide", dotted(HALIDE_VERSION_MAJOR, HALIDE_VERSION_MINOR, HALIDE_VERSION_PATCH)},
            {"llvm", dotted(major, minor, patch)}};
}

}  // namespace actinide
