// What is known about a kernel's error, in words.
#pragma once

#include <string>

#include "tools/compiler/compiler.h"

namespace actinide::cli {

/// The bound for headers and manifests; "not yet measured" where there is no evidence.
std::string accuracy_text(const Activation &activation, Pass pass, DType dtype, const Target &target);

}  // namespace actinide::cli
