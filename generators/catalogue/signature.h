// What a kernel is called and takes: derived from the definition, shared by compiler, header writer and tests.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "generators/catalogue/activation.h"
#include "generators/formula/float_format.h"

namespace actinide {

/// What is computed; over dense arrays, over rows that lie a stride apart, or with a count beside it.
enum class Pass {
    forward,
    backward,
    backward_from_output,
    forward_rows,
    backward_rows,
    backward_from_output_rows,
    forward_counted
};
enum class DType { f32, f16, bf16, f64 };

/// How a kernel walks over memory. One Halide generator family each.
enum class Pattern {
    elementwise,  ///< n independent elements
    channelwise,  ///< outer x channels x inner, with one learned value per channel
    rows,         ///< rows x columns, each array with a stride of its own from row to row
};

/// Those that a package has unless it is told otherwise.
const std::vector<Pass> &all_passes();
/// Those that have to be asked for: over rows, and with counts.
const std::vector<Pass> &further_passes();
/// The one of all_passes whose results per element it gives.
Pass plain_pass(Pass pass);
const std::vector<DType> &all_dtypes();
std::string to_string(Pass pass);
std::string to_string(DType dtype);
std::optional<Pass> pass_from_name(std::string_view name);
std::optional<DType> dtype_from_name(std::string_view name);
size_t bytes_per_element(DType dtype);
FloatFormat format_of(DType dtype);
/// Of gradients that are summed over many elements: a 16-bit type would lose them.
DType dtype_of_sums(DType dtype);
/// Of scalar parameters: f64 for f64, else f32.
DType dtype_of_parameters(DType dtype);

/// Of the numbers that a kernel computes with: 64 for f64, else 32.
int arithmetic_bits(DType dtype);

/// One argument of a C function, in the order of the C ABI.
struct Argument {
    enum class Role { input, output, size, parameter };
    Role role;
    std::string name;          ///< "x", "weight", "dy", "dweight", "n", "outer", "alpha"
    std::string meaning;       ///< one line: shape, unit, range
    bool per_channel = false;  ///< an array of `channels` values instead of one per element
};

struct Signature {
    std::string function;  ///< without the prefix: "elu_forward_f32"
    Pattern pattern;
    std::vector<Argument> arguments;    ///< inputs, outputs, sizes, parameters
    std::optional<Formula> valid_when;  ///< condition on the scalar parameters; otherwise ACTN_INVALID_PARAMETER
};

/// Why a pass does not exist for an activation; empty if it does. A sentence for the user.
std::string why_unsupported(const Activation &activation, Pass pass);
/// Likewise in one type: a function that the pass calls may not be there.
std::string why_unsupported(const Activation &activation, Pass pass, DType dtype);

/// The parts of a condition that mention the parameter: "a > 0 && finite(a)"; empty if there are none.
std::string asked_of(const Parameter &parameter, const std::optional<Formula> &condition);

/// Precondition: why_unsupported is empty.
Signature signature(const Activation &activation, Pass pass, DType dtype);

/// What each output holds as a formula of the inputs, per element and before any sum over elements: for forward {y},
/// for backward the gradient in the main input, those in the others, and then one term per learned parameter. `Exact`
/// is what is meant, `computed` what is lowered.
struct OutputFormula {
    std::string output;  ///< the argument's name
    Formula exact;
    Formula computed;
    bool summed_over_channel = false;  ///< the output is the sum of these terms over each channel
};
std::vector<OutputFormula> output_formulas(const Activation &activation, Pass pass);

}  // namespace actinide
