#include <fmt/format.h>

#include <cstdint>
#include <nlohmann/json.hpp>

#include "tools/package/manifest.h"

namespace actinide {

namespace {

using Json = nlohmann::ordered_json;

/// FNV-1a over everything that tells this package from another: SPDX wants a name of its own for every document.
std::string fingerprint(const Package &package) {
    uint64_t hash = 0xcbf29ce484222325U;
    const auto add = [&](const std::string &text) {
        for (const unsigned char c : text + '\n') hash = (hash ^ c) * 0x100000001b3U;
    };
    add(package.name);
    add(package.prefix);
    add(package.version);
    for (const auto &[component, version] : package.versions) add(component + version);
    for (const PackagedKernel &kernel : package.kernels) add(kernel.target + kernel.symbol + kernel.hash);
    return fmt::format("{:016x}", hash);
}

Json element(const std::string &id, const std::string &name, const std::string &version, const std::string &licence,
             const std::string &comment) {
    return {{"SPDXID", "SPDXRef-" + id},  {"name", name},
            {"versionInfo", version},     {"downloadLocation", "NOASSERTION"},
            {"filesAnalyzed", false},     {"licenseConcluded", licence},
            {"licenseDeclared", licence}, {"copyrightText", "NOASSERTION"},
            {"comment", comment}};
}

Json relationship(const std::string &from, const std::string &kind, const std::string &to) {
    return {{"spdxElementId", "SPDXRef-" + from}, {"relationshipType", kind}, {"relatedSpdxElement", "SPDXRef-" + to}};
}

std::string version_of(const Package &package, const std::string &component) {
    const auto found = package.versions.find(component);
    return found == package.versions.end() ? "unknown" : found->second;
}

}  // namespace

std::string spdx_document(const Package &package) {
    const std::string own = "Apache-2.0 WITH LLVM-exception";
    const Json json = {
        {"spdxVersion", "SPDX-2.3"},
        {"dataLicense", "CC0-1.0"},
        {"SPDXID", "SPDXRef-DOCUMENT"},
        {"name", package.name},
        {"documentNamespace", "urn:actinide:spdx:" + package.name + ":" + fingerprint(package)},
        // Fixed, so that equal builds have equal bytes.
        {"creationInfo", {{"created", "1970-01-01T00:00:00Z"}, {"creators", {"Tool: actinide-" + package.version}}}},
        {"packages",
         {element("Package", package.name, package.version, own, "Headers, build files and static libraries."),
          element("Kernels", package.name + " kernels", package.version, own,
                  "Machine code and PTX generated from formulas."),
          element("Runtime", "actinide runtime", version_of(package, "actinide"), own,
                  "Freestanding: argument checks, choice of the CPU level, the CUDA launcher."),
          element("Halide", "Halide", version_of(package, "halide"), "MIT", "A tool; no code of it is in the package."),
          element("LLVM", "LLVM", version_of(package, "llvm"), own, "A tool; no code of it is in the package.")}},
        {"relationships",
         {relationship("DOCUMENT", "DESCRIBES", "Package"), relationship("Package", "CONTAINS", "Kernels"),
          relationship("Package", "CONTAINS", "Runtime"), relationship("Halide", "BUILD_TOOL_OF", "Kernels"),
          relationship("LLVM", "BUILD_TOOL_OF", "Package")}}};
    return json.dump(2) + "\n";
}

}  // namespace actinide
