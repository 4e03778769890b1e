#include "tools/cli/own_findings.h"

#include "tools/cli/cache_folder.h"

namespace actinide::cli {

void add_samples(const DefinitionSamples &samples, const Activation &activation, ActivationFacts &facts) {
    facts.accuracy.clear();
    for (const SampledKernel &sampled : samples.kernels) {
        facts.accuracy.push_back(
            {sampled.key.pass, sampled.key.dtype, accuracy_text(activation, sampled.key.pass, sampled.evidence)});
    }
}

EvidenceOf evidence_of(const DefinitionSamples &samples) {
    return [&samples](Pass pass, DType dtype) -> std::optional<Evidence> {
        for (const SampledKernel &sampled : samples.kernels) {
            if (sampled.key.pass == pass && sampled.key.dtype == dtype) return sampled.evidence;
        }
        return std::nullopt;
    };
}

OwnFindings find_out(const Activation &activation) {
    OwnFindings found;
    found.gradients = check_gradients(activation);
    CompileOptions options;
    const std::string cache = find_cache_folder("");
    if (!cache.empty() && prepare_cache_folder(cache).empty()) options.cache_folder = cache;
    std::vector<KernelKey> keys;
    for (const Pass pass : all_passes()) {
        if (!why_unsupported(activation, pass, DType::f32).empty()) continue;
        keys.push_back({&activation, pass, DType::f32, *find_target("x86-64").target});
    }
    found.samples = sample_definitions(keys, options);
    return found;
}

}  // namespace actinide::cli
