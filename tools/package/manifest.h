// What a package says about itself to programs.
#pragma once

#include <string>
#include <vector>

#include "tools/package/c_function.h"

namespace actinide {

/// share/<name>/manifest.json, as share/<name>/manifest.schema.json describes it. `paths` are the other files.
std::string manifest(const Package &package, const std::vector<CFunction> &functions,
                     const std::vector<std::string> &paths);

/// share/<name>/sbom.spdx.json: SPDX 2.3, what the archives contain and what made them.
std::string spdx_document(const Package &package);

/// The path of an archive inside the package: lib/x86_64-linux/libactinide_kernels_cuda.a.
std::string archive_path(const Package &package, const std::string &folder, bool cuda);

}  // namespace actinide
