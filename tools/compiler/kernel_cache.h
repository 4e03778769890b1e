// Kernels that were compiled before, found by everything that decides their bytes.
#pragma once

#include <optional>
#include <string>

#include "tools/compiler/compiler.h"

namespace actinide {

/// Of the program that runs: its generators, schedules, runtime, compiler and reference.
const std::string &program_digest();

class KernelCache {
public:
    /// An empty folder's name: nothing is found and nothing kept.
    explicit KernelCache(std::string folder) : folder_(std::move(folder)) {}

    /// Nothing if there is none, or if its bytes are not those that were kept: then it is as if it were not there.
    std::optional<CompiledKernel> find(const KernelKey &key, const CompileOptions &options) const;

    /// Whole or not at all, whoever else writes. What cannot be kept is no failure: it is compiled again.
    void keep(const CompiledKernel &kernel, const CompileOptions &options) const;

private:
    std::string folder_;

    std::string path_of(const KernelKey &key, const CompileOptions &options) const;
};

}  // namespace actinide
