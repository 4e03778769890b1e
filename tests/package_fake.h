// A package of every activation without a compiler behind it: the archives hold text.
#pragma once

#include <string>

#include "generators/catalogue/catalogue.h"
#include "tools/package/package.h"

namespace actinide {

inline PackagedKernel fake_kernel(const Activation &activation, Pass pass, const std::string &target,
                                  const std::string &prefix) {
    PackagedKernel kernel;
    kernel.activation = &activation;
    kernel.pass = pass;
    kernel.dtype = DType::f32;
    kernel.target = target;
    kernel.cuda = target == "cuda";
    kernel.folder = target == "aarch64-neon" ? "aarch64-linux" : "x86_64-linux";
    kernel.levels = target == "x86-64" ? std::vector<std::string>{"x86-64-avx2", "x86-64-avx512"}
                                       : std::vector<std::string>{target};
    kernel.symbol = prefix + "_" + signature(activation, pass, DType::f32).function + (kernel.cuda ? "_cuda" : "");
    kernel.symbols = {kernel.symbol};
    kernel.brief_accuracy = "0.5 ULP";
    kernel.hash = "00112233445566778899aabbccddeeff";
    for (const std::string &level : kernel.levels) {
        kernel.tiles.push_back({to_string(pass), level, R"({"by": "hand", "vector_widths": {"y": 8}})"});
    }
    return kernel;
}

inline Package fake_package(const std::string &name = "actinide_kernels", const std::string &prefix = "actn") {
    Package package;
    package.name = name;
    package.prefix = prefix;
    package.version = "0.1.0";
    package.command = "actinide build all --name " + name;
    package.versions = {{"actinide", "0.1.0"}, {"halide", "21.0.0"}, {"llvm", "22.1.8"}};
    for (const Activation &activation : catalogue()) {
        for (const Pass pass : all_passes()) {
            if (!why_unsupported(activation, pass).empty()) continue;
            for (const char *target : {"x86-64", "aarch64-neon", "cuda"}) {
                package.kernels.push_back(fake_kernel(activation, pass, target, prefix));
            }
        }
    }
    package.archives = {{"x86_64-linux", "Linux", "x86_64", false, "!<arch>\nx86"},
                        {"x86_64-linux", "Linux", "x86_64", true, "!<arch>\ncuda"},
                        {"aarch64-linux", "Linux", "aarch64", false, "!<arch>\narm", "aarch64-linux-gnu-gcc"}};
    return package;
}

}  // namespace actinide
