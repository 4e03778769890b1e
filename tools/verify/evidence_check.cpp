#include "tools/verify/evidence_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <utility>

#include "tools/compiler/failure.h"
#include "tools/compiler/plan.h"
#include "tools/compiler/whole_file.h"
#include "tools/compiler/worker_threads.h"
#include "tools/verify/number_format.h"
#include "tools/verify/verify.h"

namespace actinide {
namespace {

std::string name_of(const KernelKey &key) {
    return fmt::format("{}/{}/{}", key.activation->name, to_string(key.pass), to_string(key.dtype));
}

/// Where of the x86-64 archive's levels this machine or a target stands; nothing for what is not among them.
std::optional<size_t> rank_of(const std::string &level) {
    const std::vector<std::string> levels = level_names(*find_target("x86-64").target);
    const auto found = std::find(levels.begin(), levels.end(), level);
    return found == levels.end() ? std::nullopt : std::optional(static_cast<size_t>(found - levels.begin()));
}

std::optional<size_t> rank_of_host() {
    const TargetLookup host = find_target("host");
    return host.target ? rank_of(host.target->name) : std::nullopt;
}

bool runs_here(const KernelKey &key) {
    const std::optional<size_t> needed = rank_of(level_names(key.target).front());
    const std::optional<size_t> here = rank_of_host();
    return key.target.platform == &linux_platform && needed && here && *needed <= *here;
}

/// One kernel of this machine's for each activation, pass and dtype that has evidence.
struct Candidates {
    std::vector<CompiledKernel> kernels;
    std::vector<Evidence> evidence;
    std::map<std::string, size_t> index;
};

Candidates find_candidates(const std::vector<CompiledKernel> &kernels, const CompileOptions &options) {
    Candidates found;
    std::map<std::string, KernelKey> elsewhere;
    for (const CompiledKernel &kernel : kernels) {
        const KernelKey &key = kernel.key;
        const std::string name = name_of(key);
        if (found.index.contains(name)) continue;
        const auto evidence =
            find_evidence(*key.activation, key.pass, key.dtype, function_ulp(key.dtype, options.max_ulp));
        if (!evidence) continue;
        if (!runs_here(key)) {
            elsewhere.emplace(name, KernelKey{key.activation, key.pass, key.dtype, *find_target("x86-64").target});
            continue;
        }
        found.index.emplace(name, found.kernels.size());
        found.kernels.push_back(kernel);
        found.evidence.push_back(*evidence);
        elsewhere.erase(name);
    }
    if (!rank_of_host()) return found;  // nothing runs on such a CPU, and nothing is known then
    std::vector<KernelKey> keys;
    keys.reserve(elsewhere.size());
    for (const auto &[name, key] : elsewhere) keys.push_back(key);
    CompileOptions here = options;
    here.optimize_size = false;  // the bits are the same, and archives of levels are not made for size
    CompileResult compiled = compile(keys, here, {});
    if (compiled.error) throw CompileFailure(compiled.error->message, compiled.error->exit_code);
    for (CompiledKernel &kernel : compiled.kernels) {
        found.index.emplace(name_of(kernel.key), found.kernels.size());
        const KernelKey &key = kernel.key;
        found.evidence.push_back(
            *find_evidence(*key.activation, key.pass, key.dtype, function_ulp(key.dtype, options.max_ulp)));
        found.kernels.push_back(std::move(kernel));
    }
    return found;
}

/// A kernel found to give the evidence's bits is known by its hash the next time; nothing else is worth keeping.
bool was_about(const Evidence &evidence, const CompiledKernel &kernel, const std::string &cache_folder) {
    if (cache_folder.empty()) return is_about(evidence, kernel);
    const std::filesystem::path file = std::filesystem::path(cache_folder) / "verify" / (kernel.hash + ".digest");
    std::ifstream stream(file);
    std::string known;
    if (stream >> known && known == evidence.sampled_digest) return true;
    const bool holds = is_about(evidence, kernel);
    std::error_code ignored;
    std::filesystem::create_directories(file.parent_path(), ignored);
    if (holds) write_whole_file(file.string(), evidence.sampled_digest + "\n");
    return holds;
}

}  // namespace

bool is_about(const Evidence &evidence, const CompiledKernel &kernel) {
    if (evidence.sampled_digest.empty()) return true;
    return digest_text(sampled_digest(kernel)) == evidence.sampled_digest;
}

EvidenceCheck check_evidence(const std::vector<CompiledKernel> &kernels, const CompileOptions &options) {
    const Candidates candidates = find_candidates(kernels, options);
    std::vector<char> holds(candidates.kernels.size());
    share_pieces(options.jobs, holds.size(), [&](size_t i) {
        holds[i] = static_cast<char>(was_about(candidates.evidence[i], candidates.kernels[i], options.cache_folder));
        return true;
    });
    EvidenceCheck check;
    for (const CompiledKernel &kernel : kernels) {
        const auto found = candidates.index.find(name_of(kernel.key));
        const bool is_known = found != candidates.index.end() && holds[found->second] != 0;
        check.evidence.push_back(is_known ? std::optional(candidates.evidence[found->second]) : std::nullopt);
    }
    for (const auto &[name, index] : candidates.index) {
        if (holds[index] == 0) check.other_bits.push_back(name);
    }
    return check;
}

}  // namespace actinide
