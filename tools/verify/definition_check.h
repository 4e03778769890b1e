// What is found out about a user's own activation while it is built: its gradients against difference quotients, and by
// a sample how far its kernels are off and where that is much.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "generators/catalogue/evidence.h"
#include "tools/compiler/compiler.h"

namespace actinide {

/// Where a gradient is not what the difference quotient says.
struct GradientMismatch {
    std::string variable;
    double x;
    double gradient, expected;
};

struct GradientCheck {
    size_t points = 0;  ///< that could be compared
    std::optional<GradientMismatch> mismatch;
};

/// `gradient` against central differences of `formula` in `variable`, both exact (MPFR, steps of 2^-400 and 2^-800), at
/// points of either sign from 2^-20 to 2^10 of `varied` with the other variables fixed. Points where the formula is no
/// number, or where it switches within the step, are left out.
GradientCheck check_gradient(const Formula &formula, const Formula &gradient, const std::string &variable,
                             const std::map<std::string, double> &fixed, const std::string &varied = "x");

/// The gradients in every input and every parameter, each at the parameters' defaults.
GradientCheck check_gradients(const Activation &activation);

/// An input at which a kernel is far off.
struct WeakSpot {
    double x;
    double ours, exact;  ///< `exact` rounded to the kernel's type
    double ulp;          ///< infinite where one of them is NaN or an infinity
    bool is_near_zero;   ///< the exact result passes through 0 nearby, where every sum loses its digits
};

struct SampledKernel {
    KernelKey key;  ///< of this machine
    Evidence evidence;
    std::vector<WeakSpot> weak_spots;  ///< beyond 8 ULP: the worst, and the worst that is a number
};

struct DefinitionSamples {
    std::vector<SampledKernel> kernels;
    std::optional<CompileError> error;
};

/// Runs the kernels of all keys whose activation a user defined, each activation, pass and dtype once, compiled for
/// this machine: all targets of a formula do the same operations. Inputs are all of the 16-bit types, else some hundred
/// thousand of every size and either sign, kinks and their neighbours among them, with parameters at their defaults.
/// Nothing where this machine can run no kernel.
DefinitionSamples sample_definitions(const std::vector<KernelKey> &keys, const CompileOptions &options);

/// What a sample found of a kernel; null for a kernel that it does not hold.
const SampledKernel *find_sample(const DefinitionSamples &samples, const KernelKey &key);

}  // namespace actinide
