// Every kernel of the built package beside its definition, as the parameter of a suite.
#pragma once

#include <actinide_kernels/kernels.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <string>
#include <vector>

#include "generators/catalogue/signature.h"
#include "schedules/target.h"
#include "tests/kernels_reference.h"
#include "tests/kernels_sweep.h"
#include "tests/tested_activations.h"

namespace actinide::kernels {

struct KernelCase {
    const kernel_entry *entry;
    const Activation *activation;
    Pass pass;
    Signature signature;
    std::vector<OutputFormula> outputs;

    /// "x" or "gate" or, taken from the output, "y".
    std::string saved() const { return pass == Pass::backward_from_output ? "y" : main_input(*activation).name; }
    bool is_backward() const { return pass != Pass::forward; }
    bool is_elementwise() const { return entry->pattern == KERNEL_ELEMENTWISE; }
    bool has_parameter_gradient() const { return outputs.back().summed_over_channel; }
    /// Where the C function has an input or one of `outputs`.
    size_t index_of_input(const std::string &name) const { return index_of(name, entry->inputs, entry->input_count); }
    size_t index_of(const OutputFormula &output) const {
        return index_of(output.output, entry->outputs, entry->output_count);
    }

private:
    static size_t index_of(const std::string &name, const kernel_array *arrays, int count) {
        const auto *found = std::find_if(arrays, arrays + count, [&](const kernel_array &a) { return a.name == name; });
        EXPECT_NE(found, arrays + count) << name;
        return static_cast<size_t>(found - arrays);
    }
};

inline std::vector<KernelCase> all_kernel_cases() {
    std::vector<KernelCase> cases;
    for (size_t i = 0; i < kernel_count; ++i) {
        const kernel_entry &entry = kernel_table[i];
        const Activation *activation = find_activation(entry.activation);
        const Pass pass = pass_from_name(entry.pass).value();
        cases.push_back(
            {&entry, activation, pass, signature(*activation, pass, DType::f32), output_formulas(*activation, pass)});
    }
    return cases;
}

/// Whether the definition allows these parameters for the pass, learned ones too.
inline bool accepts(const KernelCase &each, const Inputs &parameters) {
    const ErrorBound reading(parameters);
    const auto holds = [&](const std::optional<Formula> &condition) { return !condition || reading.holds(*condition); };
    return holds(each.activation->valid_when) && holds(each.signature.valid_when);
}

template <typename Wanted>
std::vector<KernelCase> kernel_cases_with(const Wanted &is_wanted) {
    std::vector<KernelCase> cases;
    for (const KernelCase &each : all_kernel_cases()) {
        if (is_wanted(each)) cases.push_back(each);
    }
    return cases;
}

inline void PrintTo(const KernelCase &each, std::ostream *out) {
    *out << each.entry->symbol;
}
inline std::string name_of(const testing::TestParamInfo<KernelCase> &info) {
    return std::string(info.param.entry->activation) + "_" + info.param.entry->pass;
}

/// Of all passes and types, on a CPU.
inline size_t kernels_in_package() {
    size_t count = 0;
    for (const Activation *activation : tested_activations()) {
        for (const Pass pass : all_passes()) {
            for (const DType dtype : all_dtypes()) count += why_unsupported(*activation, pass, dtype).empty() ? 1 : 0;
        }
    }
    return count;
}

/// The levels of the archive that this machine can run, lowest first.
inline const std::vector<std::string> &machine_levels() {
    static const std::vector<std::string> all = [] {
        std::vector<std::string> levels;
        const Target archive = find_target("x86-64").target.value();
        for (const std::string &level : archive.levels) {
            if (actn_set_cpu_level(level.c_str()) == ACTN_OK) levels.push_back(level);
        }
        actn_set_cpu_level(nullptr);
        return levels;
    }();
    return all;
}

/// Kernels use the level as long as this lives.
class LevelInUse {
public:
    explicit LevelInUse(const std::string &level) { EXPECT_EQ(actn_set_cpu_level(level.c_str()), ACTN_OK) << level; }
    ~LevelInUse() { actn_set_cpu_level(nullptr); }
    LevelInUse(const LevelInUse &) = delete;
    LevelInUse &operator=(const LevelInUse &) = delete;
};

/// Sizes under which n elements are one row: of one channel, where there are channels.
inline Sizes one_row(const KernelCase &each, size_t n) {
    return each.is_elementwise() ? Sizes{n, 1, 1} : Sizes{1, 1, n};
}

}  // namespace actinide::kernels
