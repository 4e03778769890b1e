#include "tools/verify/definition_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <mutex>

#include "generators/formula/differentiate.h"
#include "generators/formula/evaluate.h"
#include "generators/formula/exact.h"
#include "schedules/target.h"
#include "tools/compiler/failure.h"
#include "tools/compiler/loaded_kernels.h"
#include "tools/compiler/worker_threads.h"
#include "tools/verify/kernel_sweep.h"
#include "tools/verify/number_format.h"
#include "tools/verify/random_cases.h"

namespace actinide {
namespace {

using math::Real;

// ---- gradients ------------------------------------------------------------------------------------------------------

/// Of a difference quotient. Where a finer one differs, the step is too long for the formula or its rounding decides,
/// and nothing is known.
struct Fineness {
    int precision;
    int step_bits;  ///< the step is 2^-step_bits
};
constexpr Fineness rough = {1500, 400};
constexpr Fineness fine = {3000, 800};
constexpr int agreeing_bits = 100;

/// `values` with one of them moved by a step, in the direction of `sign`.
Values moved(const Values &values, const std::string &name, int sign, const Fineness &fineness) {
    Real step(sign, fineness.precision);
    mpfr_mul_2si(step.get(), step.get(), -fineness.step_bits, MPFR_RNDN);
    Values result = values;
    Real argument(fineness.precision);
    mpfr_add(argument.get(), values.at(name).get(), step.get(), MPFR_RNDN);
    result.insert_or_assign(name, argument);
    return result;
}

bool switches_between(const Formula &formula, const Values &a, const Values &b) {
    const auto side = [](const Formula &condition, const Values &values) {
        return evaluate(where(condition, 1, 0), values, fine.precision).to_double();
    };
    const std::vector<Formula> all = conditions(formula);
    return std::any_of(all.begin(), all.end(),
                       [&](const Formula &condition) { return side(condition, a) != side(condition, b); });
}

/// Nothing where the formula is no number or switches within the step.
std::optional<Real> difference_quotient(const Formula &formula, const std::string &variable, const Values &values,
                                        const Fineness &fineness) {
    const int precision = fineness.precision;
    const Values above = moved(values, variable, 1, fineness);
    const Values below = moved(values, variable, -1, fineness);
    const Real high = evaluate(formula, above, precision);
    const Real low = evaluate(formula, below, precision);
    if (mpfr_number_p(high.get()) == 0 || mpfr_number_p(low.get()) == 0) return std::nullopt;
    if (switches_between(formula, below, values) || switches_between(formula, values, above)) return std::nullopt;
    Real quotient(precision);
    mpfr_sub(quotient.get(), high.get(), low.get(), MPFR_RNDN);
    mpfr_mul_2si(quotient.get(), quotient.get(), fineness.step_bits - 1, MPFR_RNDN);
    return quotient;
}

bool agree(const Real &a, const Real &b) {
    Real difference(fine.precision);
    mpfr_sub(difference.get(), a.get(), b.get(), MPFR_RNDN);
    if (mpfr_zero_p(difference.get()) != 0) return true;
    return mpfr_regular_p(b.get()) != 0 && mpfr_get_exp(difference.get()) <= mpfr_get_exp(b.get()) - agreeing_bits;
}

/// A difference that even the second precision rounds away is 0, whatever the gradient; one that is not tiny would
/// show.
bool is_rounded_away(const Real &quotient, const Real &gradient) {
    constexpr int tiny = -1000;
    return mpfr_zero_p(quotient.get()) != 0 && mpfr_regular_p(gradient.get()) != 0 &&
           mpfr_get_exp(gradient.get()) < tiny;
}

std::vector<double> points_to_try() {
    std::vector<double> points;
    // Off every round number, where kinks and zeros like to be.
    for (int i = 0; i <= 81; ++i) {
        points.push_back(std::exp2(-20 + 0.37 * i) * 1.000213);
        points.push_back(-points.back());
    }
    return points;
}

}  // namespace

GradientCheck check_gradient(const Formula &formula, const Formula &gradient, const std::string &variable,
                             const std::map<std::string, double> &fixed, const std::string &varied) {
    GradientCheck check;
    Values values;
    for (const auto &[name, value] : fixed) values.emplace(name, Real(value, fine.precision));
    for (const double x : points_to_try()) {
        values.insert_or_assign(varied, Real(x, fine.precision));
        const std::optional<Real> first = difference_quotient(formula, variable, values, rough);
        const std::optional<Real> second = difference_quotient(formula, variable, values, fine);
        const Real derived = evaluate(gradient, values, fine.precision);
        if (!first || !second || !agree(*first, *second) || mpfr_number_p(derived.get()) == 0) continue;
        if (is_rounded_away(*second, derived)) continue;
        ++check.points;
        if (agree(derived, *second)) continue;
        check.mismatch = {variable, x, derived.to_double(), second->to_double()};
        return check;
    }
    return check;
}

GradientCheck check_gradients(const Activation &activation) {
    const std::map<std::string, double> fixed = inputs_at(activation, 0);
    GradientCheck all;
    const auto check = [&](const std::string &name, const Formula &gradient) {
        if (all.mismatch) return;
        const GradientCheck one =
            check_gradient(activation.forward, gradient, name, fixed, main_input(activation).name);
        all.points += one.points;
        all.mismatch = one.mismatch;
    };
    for (const Input &input : activation.inputs) check(input.name, derivative(activation, input));
    for (const Parameter &parameter : activation.parameters) check(parameter.name, derivative(activation, parameter));
    return all;
}

namespace {

// ---- samples --------------------------------------------------------------------------------------------------------

constexpr double tolerated_ulp = 8;
constexpr uint64_t sampled_f32_inputs = uint64_t{1} << 18;
constexpr uint64_t sampled_f64_inputs = uint64_t{1} << 15;  // MPFR decides every one
constexpr size_t inputs_per_piece = size_t{1} << 13;

/// Where on the line an input lies: far out and near zero, on either side, something else tends to go wrong.
size_t region_of(double x) {
    return (x < 0 ? 1U : 0U) + (std::fabs(x) < 1 ? 2U : 0U);
}
constexpr size_t regions = 4;

std::vector<uint64_t> sampled_inputs(DType dtype, const KernelSweep &sweep) {
    if (bytes_per_element(dtype) == 2) {
        std::vector<uint64_t> all(count_of_inputs(dtype));
        for (size_t i = 0; i < all.size(); ++i) all[i] = i;
        return all;
    }
    const uint64_t count = dtype == DType::f64 ? sampled_f64_inputs : sampled_f32_inputs;
    std::vector<uint64_t> inputs = sweep.special_inputs();
    const std::vector<uint64_t> random = random_inputs(dtype, count - inputs.size(), 1);
    inputs.insert(inputs.end(), random.begin(), random.end());
    // Of equally bad inputs the first is named: the one nearest to 0.
    std::sort(inputs.begin(), inputs.end());
    return inputs;
}

/// Inputs of one region.
struct Piece {
    size_t region;
    std::vector<uint64_t> inputs;
};

std::vector<Piece> cut_into_pieces(DType dtype, const std::vector<uint64_t> &inputs) {
    std::array<std::vector<uint64_t>, regions> by_region;
    for (const uint64_t bits : inputs) by_region.at(region_of(decoded(dtype, bits))).push_back(bits);
    std::vector<Piece> pieces;
    for (size_t region = 0; region < regions; ++region) {
        const std::vector<uint64_t> &all = by_region.at(region);
        for (size_t begin = 0; begin < all.size(); begin += inputs_per_piece) {
            const size_t end = std::min(all.size(), begin + inputs_per_piece);
            pieces.push_back(
                {region, {all.begin() + static_cast<ptrdiff_t>(begin), all.begin() + static_cast<ptrdiff_t>(end)}});
        }
    }
    return pieces;
}

/// Whether the pass's first output changes its sign within a 32nd of x.
bool passes_through_zero(const KernelKey &key, double x) {
    const Formula exact = output_formulas(*key.activation, key.pass).front().exact;
    const auto value = [&](double at) {
        Inputs inputs = inputs_at(*key.activation, 0);
        inputs["dy"] = 1;
        inputs[varied_input(key)] = at;
        return exact_to(float64_format, exact, inputs);
    };
    const double below = value(x * (1 - 0x1p-5));
    const double above = value(x * (1 + 0x1p-5));
    return (below < 0 && above > 0) || (below > 0 && above < 0);
}

WeakSpot weak_spot(const KernelKey &key, const KernelSweep &sweep, const ErrorStatistics &found) {
    const SpecialPoint point = sweep.at(found.worst_input);
    const double x = decoded(key.dtype, point.input);
    return {.x = x,
            .ours = decoded(key.dtype, point.ours),
            .exact = decoded(key.dtype, point.exact),
            .ulp = found.max_ulp,
            .is_near_zero = passes_through_zero(key, x)};
}

bool is_wrong_kind(const WeakSpot &spot) {
    return !std::isfinite(spot.ours) || !std::isfinite(spot.exact);
}

/// Of each kind the worst.
std::vector<WeakSpot> worst_of(const std::vector<WeakSpot> &spots) {
    std::vector<WeakSpot> worst;
    for (const bool wrong_kind : {true, false}) {
        const WeakSpot *found = nullptr;
        for (const WeakSpot &spot : spots) {
            if (is_wrong_kind(spot) == wrong_kind && (found == nullptr || spot.ulp > found->ulp)) found = &spot;
        }
        if (found != nullptr) worst.push_back(*found);
    }
    return worst;
}

SampledKernel sample_kernel(const CompiledKernel &kernel, const CompileOptions &options) {
    const KernelKey &key = kernel.key;
    const LoadedKernels loaded({kernel}, key.target, options.prefix);
    const KernelSweep sweep(loaded.function(0), key, {});
    const std::vector<uint64_t> inputs = sampled_inputs(key.dtype, sweep);
    const std::vector<Piece> pieces = cut_into_pieces(key.dtype, inputs);
    std::array<ErrorStatistics, regions> found;
    std::mutex mutex;
    share_pieces(options.jobs, pieces.size(), [&](size_t i) {
        const ErrorStatistics statistics = sweep.run_scattered(pieces[i].inputs);
        const std::scoped_lock lock(mutex);
        found.at(pieces[i].region).merge(statistics);
        return true;
    });

    SampledKernel sampled{key, {}, {}};
    ErrorStatistics whole;
    std::vector<WeakSpot> spots;
    for (const ErrorStatistics &statistics : found) {
        whole.merge(statistics);
        if (statistics.max_ulp > tolerated_ulp) spots.push_back(weak_spot(key, sweep, statistics));
    }
    sampled.weak_spots = worst_of(spots);
    Evidence &evidence = sampled.evidence;
    evidence.max_ulp = whole.max_ulp;
    evidence.worst_input = in_hexadecimal(key.dtype, whole.worst_input);
    evidence.is_exhaustive = bytes_per_element(key.dtype) == 2;
    evidence.inputs = (evidence.is_exhaustive ? "all " : "") + std::to_string(inputs.size()) + " inputs";
    evidence.input_count = whole.count;
    evidence.not_correctly_rounded = whole.not_correctly_rounded;
    return sampled;
}

bool is_same_function(const KernelKey &a, const KernelKey &b) {
    return a.activation == b.activation && a.pass == b.pass && a.dtype == b.dtype;
}

/// Each function once.
std::vector<KernelKey> own_functions(const std::vector<KernelKey> &keys, const Target &target) {
    std::vector<KernelKey> own;
    for (const KernelKey &key : keys) {
        if (!is_users_own(*key.activation) || has_special_arrays(key.pass)) continue;
        const auto is_known = [&](const KernelKey &other) { return is_same_function(key, other); };
        if (std::any_of(own.begin(), own.end(), is_known)) continue;
        own.push_back({key.activation, key.pass, key.dtype, target});
    }
    return own;
}

}  // namespace

DefinitionSamples sample_definitions(const std::vector<KernelKey> &keys, const CompileOptions &options) {
    DefinitionSamples samples;
    const TargetLookup host = find_target("host");
    if (!host.target) return samples;
    CompileOptions here = options;
    here.emit.clear();
    here.autoscheduler.clear();
    here.autoscheduler_parameters.clear();
    here.optimize_size = false;
    // As most packages have it, so that the kernels are compiled already.
    const Target archive = *find_target("x86-64").target;
    const CompileResult compiled = compile(own_functions(keys, archive), here, {});
    if (compiled.error) {
        samples.error = compiled.error;
        return samples;
    }
    try {
        for (const CompiledKernel &kernel : compiled.kernels) samples.kernels.push_back(sample_kernel(kernel, here));
    } catch (const CompileFailure &failure) {
        samples.error = CompileError{failure.what(), failure.exit_code()};
    }
    return samples;
}

const SampledKernel *find_sample(const DefinitionSamples &samples, const KernelKey &key) {
    const auto found = std::find_if(samples.kernels.begin(), samples.kernels.end(),
                                    [&](const SampledKernel &sampled) { return is_same_function(sampled.key, key); });
    return found == samples.kernels.end() ? nullptr : &*found;
}

}  // namespace actinide
