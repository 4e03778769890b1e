// links: actinide_verify actinide_compiler
// Every kernel keeps its promise where it can be tried in seconds, and the recorded evidence is about today's bits.
#include "tools/verify/verify.h"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <random>

#include "generators/catalogue/catalogue.h"
#include "generators/catalogue/elementary.h"
#include "generators/catalogue/evidence.h"
#include "generators/formula/evaluate.h"
#include "generators/formula/exact.h"
#include "generators/math/function.h"
#include "tools/compiler/plan.h"
#include "tools/verify/evidence_check.h"
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
    options.samples = GetParam() == DType::f64 ? 5'000 : 50'000;  // of float64 MPFR computes every one
    const VerifyResult result = run(keys_of(GetParam()), options);
    ASSERT_FALSE(result.error) << result.error->message;
    ASSERT_FALSE(result.reports.empty());
    for (const KernelReport &report : result.reports) {
        EXPECT_EQ(report.failure, "") << to_string(report.key) << " at " << report.level;
        EXPECT_LE(report.statistics.max_ulp, report.bound) << to_string(report.key);
        EXPECT_GE(report.statistics.count, std::min<uint64_t>(options.samples, 65536)) << to_string(report.key);
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

/// The elementary functions alone; of those that `max_ulp` does not compute in another form than usual, with 0 only.
std::vector<KernelKey> function_keys(DType dtype, double max_ulp) {
    std::vector<KernelKey> keys;
    for (const Activation &function : elementary_functions()) {
        if (!why_unsupported(function, Pass::forward, dtype).empty()) continue;
        const std::string usual = evidence_key(function, Pass::forward, dtype, usual_function_ulp(dtype));
        if (max_ulp == 0 || evidence_key(function, Pass::forward, dtype, function_ulp(dtype, max_ulp)) != usual)
            keys.push_back({&function, Pass::forward, dtype, *find_target("host").target});
    }
    return keys;
}

class VerifyFunctions : public testing::TestWithParam<double> {};

INSTANTIATE_TEST_SUITE_P(MaxUlp, VerifyFunctions, testing::Values(0, 1, 4));

TEST_P(VerifyFunctions, FindsEachAsExactAsTheChosenFormPromises) {
    for (const DType dtype : all_dtypes()) {
        VerifyOptions options;
        options.samples = dtype == DType::f64 ? 4'000 : 50'000;
        options.compile.max_ulp = GetParam();
        const std::vector<KernelKey> keys = function_keys(dtype, GetParam());
        EXPECT_GE(keys.size(), GetParam() == 0 ? 15u : dtype == DType::f32 ? 1u : 0u);
        const VerifyResult result = run(keys, options);
        ASSERT_FALSE(result.error) << result.error->message;
        ASSERT_EQ(result.reports.size(), keys.size());
        for (const KernelReport &report : result.reports) {
            EXPECT_EQ(report.failure, "") << to_string(report.key);
            EXPECT_LE(report.statistics.max_ulp, report.bound) << to_string(report.key);
            EXPECT_LT(report.bound, 4) << to_string(report.key);
        }
    }
}

/// Formerly two lines of other slopes met as infinities of unlike signs.
TEST(VerifyParameters, MakeNoNansOfFarNumbers) {
    VerifyOptions options;
    options.samples = 50'000;
    options.random_parameters = 6;
    std::vector<KernelKey> keys;
    for (const Pass pass : {Pass::forward, Pass::backward}) {
        keys.push_back({find_activation("acon_c"), pass, DType::bf16, *find_target("host").target});
    }
    const VerifyResult result = run(keys, options);
    ASSERT_FALSE(result.error) << result.error->message;
    for (const KernelReport &report : result.reports) EXPECT_EQ(report.failure, "") << to_string(report.key);
}

TEST(VerifyBound, IsTheChosenFormsWhereTheFormulaIsAFunctionAlone) {
    const KernelKey tanh{find_activation("math_tanh"), Pass::forward, DType::f32, *find_target("host").target};
    EXPECT_EQ(promised_ulp(tanh, 0), 0.927);
    EXPECT_EQ(promised_ulp(tanh, 4), 2.83);
}

TEST(FunctionUlp, IsThatOfTheTypeWhateverIsAskedOf16Bits) {
    EXPECT_EQ(function_ulp(DType::f32, 0), math::usual_ulp);
    EXPECT_EQ(function_ulp(DType::f64, 0), math::usual_ulp);
    EXPECT_EQ(function_ulp(DType::f32, 10), 9);
    for (const DType dtype : {DType::f16, DType::bf16}) {
        EXPECT_GT(function_ulp(dtype, 0), math::usual_ulp);
        EXPECT_EQ(function_ulp(dtype, 1), function_ulp(dtype, 0));
    }
}

TEST(EvidenceKey, NamesTheFormsThatAreNotTheUsualOnes) {
    const Activation &elu = *find_activation("elu");
    const Activation &tanh = *find_activation("math_tanh");
    EXPECT_EQ(evidence_key(elu, Pass::forward, DType::f32, 0.9), "forward/f32");
    EXPECT_EQ(evidence_key(tanh, Pass::forward, DType::f32, math::usual_ulp), "forward/f32");
    EXPECT_EQ(evidence_key(tanh, Pass::forward, DType::f32, 3.6), "forward/f32 with tanh within 2.83 ULP");
    EXPECT_EQ(evidence_key(tanh, Pass::forward, DType::f64, 3.6), "forward/f64");
}

/// Of the catalogue and of the functions, in the usual forms and in the others that have evidence.
std::vector<CompiledKernel> kernels_with_evidence(const std::vector<KernelKey> &candidates, double max_ulp) {
    std::vector<KernelKey> keys;
    for (const KernelKey &key : candidates) {
        if (find_evidence(*key.activation, key.pass, key.dtype, function_ulp(key.dtype, max_ulp))) keys.push_back(key);
    }
    CompileOptions options;
    options.max_ulp = max_ulp;
    CompileResult compiled = compile(keys, options, [](size_t, size_t, const std::string &) {});
    EXPECT_FALSE(compiled.error) << compiled.error->message;
    return std::move(compiled.kernels);
}

class EvidenceOfForms : public testing::TestWithParam<double> {};

INSTANTIATE_TEST_SUITE_P(MaxUlp, EvidenceOfForms, testing::Values(0, 1, 4));

TEST_P(EvidenceOfForms, IsAboutTheBitsThatTheKernelGivesToday) {
    for (const std::vector<KernelKey> &keys : {keys_of(DType::f32), function_keys(DType::f32, GetParam())}) {
        const std::vector<CompiledKernel> kernels = kernels_with_evidence(keys, GetParam());
        ASSERT_FALSE(kernels.empty()) << "no evidence is built in";
        for (const CompiledKernel &kernel : kernels) {
            const KernelKey &key = kernel.key;
            EXPECT_TRUE(is_about(
                *find_evidence(*key.activation, key.pass, key.dtype, function_ulp(key.dtype, GetParam())), kernel))
                << to_string(key) << " has changed: record it again with actinide verify "
                << (key.activation->name.starts_with(elementary_prefix) ? "--functions " : "") << key.activation->name
                << " --exhaustive --record, into the folder of evidence that has it";
        }
    }
}

/// What a run with --digests reports of a kernel whose outputs have this digest.
KernelReport report_of_digest(uint64_t digest) {
    Measurement measurement;
    measurement.key = {find_activation("elu"), Pass::forward, DType::f16, *find_target("host").target};
    measurement.parts[0].digest = digest;
    VerifyOptions options;
    options.exhaustive = true;
    options.only_digests = true;
    return add_up(measurement, options);
}

TEST(Evidence, MakesAnotherDigestAFailure) {
    const auto evidence =
        find_evidence(*find_activation("elu"), Pass::forward, DType::f16, usual_function_ulp(DType::f16));
    const KernelReport other = report_of_digest(1);
    EXPECT_NE(other.failure.find(evidence->digest), std::string::npos) << other.failure;
}

TEST(Evidence, IsNotAboutAnotherKernelsBits) {
    const Target host = *find_target("host").target;
    const std::vector<KernelKey> keys = {{find_activation("relu"), Pass::forward, DType::f32, host},
                                         {find_activation("elu"), Pass::forward, DType::f32, host}};
    const std::vector<CompiledKernel> kernels = kernels_with_evidence(keys, 0);
    ASSERT_EQ(kernels.size(), 2u);
    const auto of_elu = find_evidence(*keys[1].activation, Pass::forward, DType::f32, math::usual_ulp);
    EXPECT_FALSE(is_about(*of_elu, kernels[0]));
    EXPECT_TRUE(is_about(*of_elu, kernels[1]));
}

/// The reference itself: never further from the exact value than it says. An infinity without doubt stands for numbers
/// that no double reaches.
/// In far more bits than a double has; what is rounded in it is rounded to float32.
math::Real exact_of(const Formula &formula, const Inputs &at) {
    Values values;
    for (const auto &[variable, value] : at) values.emplace(variable, math::Real(value, 53));
    if (formula.operation() == Operation::call && formula.operands()[0].operation() == Operation::rounded) {
        const double argument = exact_to_float(formula.operands()[0], at);
        return evaluate(call(*formula.function(), {x}), {{"x", math::Real(argument, 53)}}, 300);
    }
    return evaluate(formula, values, 300);
}

void expect_honest(const FastReference &reference, const std::vector<double> &inputs, const std::string &name) {
    const Approximation found = reference.evaluate(inputs);
    for (size_t i = 0; i < inputs.size(); ++i) {
        if (std::isinf(found.errors[i])) continue;
        math::Real exact = exact_of(reference.formula(), reference.at(inputs[i]));
        if (!std::isfinite(found.values[i])) {
            EXPECT_EQ(std::isnan(exact.to_double()), std::isnan(found.values[i])) << name << " at " << inputs[i];
            if (!std::isnan(found.values[i])) EXPECT_EQ(exact.to_double(), found.values[i]) << name;
            continue;
        }
        mpfr_sub_d(exact.get(), exact.get(), found.values[i], MPFR_RNDN);
        EXPECT_LE(std::fabs(exact.to_double()), found.errors[i]) << name << " at " << inputs[i];
    }
}

TEST(FastReference, KnowsHowFarItIsFromTheExactValue) {
    std::mt19937 random(3);
    std::vector<double> inputs = {0.0, -0.0, 0x1p-149, -0x1p-149, 1.0, -1.0, 88.0, -88.0, 800.0, -800.0, 1e30, -1e30};
    for (int i = 0; i < 4000; ++i) {
        const auto value = std::bit_cast<float>(static_cast<uint32_t>(random()));
        if (std::isfinite(value)) inputs.push_back(value);
    }
    for (const std::vector<Activation> *list : {&catalogue(), &elementary_functions()}) {
        for (const Activation &activation : *list) {
            std::map<std::string, double> fixed;
            for (const Parameter &parameter : activation.parameters) {
                fixed[parameter.name] = static_cast<float>(parameter.default_value);
            }
            for (const Input &input : activation.inputs) {
                if (input.held_at) fixed[input.name] = static_cast<float>(*input.held_at);
            }
            expect_honest(FastReference(activation.forward, main_input(activation).name, fixed), inputs,
                          activation.name);
        }
    }
}

/// e^800 is no double, and yet a factor may bring it back; an infinity minus an infinity is anything.
TEST(FastReference, DoubtsWhatAnOverflowMayHide) {
    const auto error_of = [](const Formula &formula, double input) {
        return FastReference(formula, "x", {}).evaluate(std::vector<double>{input}).errors[0];
    };
    const Formula power = call("exp", {x});
    EXPECT_EQ(error_of(power, 800), 0);
    EXPECT_EQ(error_of(power + 5, 800), 0);
    EXPECT_TRUE(std::isinf(error_of(power * constant("1e-300"), 800)));
    EXPECT_TRUE(std::isinf(error_of(power / x, 800)));
    EXPECT_TRUE(std::isinf(error_of(power - power, 800)));
    EXPECT_TRUE(std::isinf(error_of(call("log", {power}), 800)));
    EXPECT_TRUE(std::isinf(error_of(call("sin", {power}), 800)));
    EXPECT_TRUE(std::isinf(error_of(where(power < power * 2, 1, 2), 800)));
    EXPECT_GE(error_of(constant("1e38") / power, 800), 1e38 / 1.7e308);
    EXPECT_GT(error_of(1 / power, 800), 0);
    EXPECT_EQ(error_of(call("log", {x}), -1), 0);
    EXPECT_TRUE(std::isinf(error_of(call("log", {x / 3 - x / 3 - 1}), 1)));
}

}  // namespace
}  // namespace actinide
