// links: actinide_verify actinide_compiler
// Every kernel keeps its promise where it can be tried in seconds, and the recorded evidence is about today's bits.
#include "tools/verify/verify.h"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <random>

#include "generators/catalogue/catalogue.h"
#include "generators/catalogue/evidence.h"
#include "generators/formula/evaluate.h"
#include "tools/verify/fast_reference.h"

namespace actinide {
namespace {

/// Every kernel of `dtype` whose errors verify counts, for the archive of this machine's levels.
std::vector<KernelKey> keys_of(DType dtype) {
    std::vector<KernelKey> keys;
    const TargetLookup host = find_target("host");
    for (const Activation &activation : catalogue()) {
        for (const Pass pass : all_passes()) {
            if (why_unsupported(activation, pass, dtype).empty())
                keys.push_back({&activation, pass, dtype, *host.target});
        }
    }
    return keys;
}

VerifyResult run(const std::vector<KernelKey> &keys, const VerifyOptions &options) {
    return verify(keys, options, [](uint64_t, uint64_t, const std::string &, double) {});
}

class Verify : public testing::TestWithParam<DType> {};

INSTANTIATE_TEST_SUITE_P(All, Verify, testing::ValuesIn(all_dtypes()),
                         [](const auto &info) { return to_string(info.param); });

TEST_P(Verify, FindsEveryKernelAsExactAsItsDefinitionPromises) {
    VerifyOptions options;
    options.samples = 300'000;
    const VerifyResult result = run(keys_of(GetParam()), options);
    ASSERT_FALSE(result.error) << result.error->message;
    ASSERT_FALSE(result.reports.empty());
    for (const KernelReport &report : result.reports) {
        EXPECT_EQ(report.failure, "") << to_string(report.key) << " at " << report.level;
        EXPECT_LE(report.statistics.max_ulp, report.bound) << to_string(report.key);
        EXPECT_GE(report.statistics.count, 65536u) << to_string(report.key);
    }
}

TEST(VerifyBound, IsBrokenByAKernelWithoutRoom) {
    // A bound below half a unit in the last place cannot be kept by any kernel that rounds.
    KernelKey elu{find_activation("elu"), Pass::forward, DType::f32, *find_target("host").target};
    VerifyOptions options;
    options.samples = 100'000;
    options.compile.max_ulp = 0.25;
    const VerifyResult result = run({elu}, options);
    const bool is_refused = result.error || !result.reports.at(0).failure.empty();
    EXPECT_TRUE(is_refused);
}

TEST(Evidence, IsAboutTheBitsThatTheKernelGivesToday) {
    std::vector<KernelKey> keys;
    for (const KernelKey &key : keys_of(DType::f32)) {
        if (find_evidence(*key.activation, key.pass, key.dtype)) keys.push_back(key);
    }
    ASSERT_GE(keys.size(), 10u) << "no evidence is built in";
    const CompileResult compiled = compile(keys, {}, [](size_t, size_t, const std::string &) {});
    ASSERT_FALSE(compiled.error) << compiled.error->message;
    for (const CompiledKernel &kernel : compiled.kernels) {
        const KernelKey &key = kernel.key;
        EXPECT_EQ(fmt::format("{:016x}", sampled_digest(kernel)),
                  find_evidence(*key.activation, key.pass, key.dtype)->sampled_digest)
            << to_string(key) << " has changed: record it again with actinide verify " << key.activation->name
            << " --exhaustive --record generators/catalogue/evidence";
    }
}

/// The reference itself: never further from the exact value than it says.
TEST(FastReference, KnowsHowFarItIsFromTheExactValue) {
    std::mt19937 random(3);
    std::vector<double> inputs = {0.0, -0.0, 0x1p-149, -0x1p-149, 1.0, -1.0, 88.0, -88.0, 1e30, -1e30};
    for (int i = 0; i < 4000; ++i) {
        const auto value = std::bit_cast<float>(static_cast<uint32_t>(random()));
        if (std::isfinite(value)) inputs.push_back(value);
    }
    for (const Activation &activation : catalogue()) {
        std::map<std::string, double> fixed;
        for (const Parameter &parameter : activation.parameters) {
            fixed[parameter.name] = static_cast<float>(parameter.default_value);
        }
        const FastReference reference(activation.forward, "x", fixed);
        const Approximation found = reference.evaluate(inputs);
        for (size_t i = 0; i < inputs.size(); ++i) {
            if (std::isinf(found.errors[i])) continue;
            Values values;
            for (const auto &[name, value] : reference.at(inputs[i])) values.emplace(name, math::Real(value, 53));
            math::Real difference = evaluate(activation.forward, values, 300);
            mpfr_sub_d(difference.get(), difference.get(), found.values[i], MPFR_RNDN);
            EXPECT_LE(std::fabs(difference.to_double()), found.errors[i]) << activation.name << " at " << inputs[i];
        }
    }
}

}  // namespace
}  // namespace actinide
