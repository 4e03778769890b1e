// What a kernel is called and takes: derived from the definition, shared by compiler, header writer and tests.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "generators/catalogue/activation.h"
#include "generators/catalogue/pass.h"

namespace actinide {

/// How a kernel walks over memory. One Halide generator family each.
enum class Pattern {
    elementwise,  ///< n independent elements
    channelwise,  ///< outer x channels x inner, with one learned value per channel
    rows,         ///< rows x columns, each array with a stride of its own from row to row
    table,        ///< the results for all inputs of an 8-bit type
    packed,       ///< independent elements, of which some arrays hold two values each or a few bits
};

/// One argument of a C function, in the order of the C ABI.
struct Argument {
    enum class Role { input, output, size, parameter };
    Role role;
    std::string name;                           ///< "x", "weight", "dy", "dweight", "n", "outer", "alpha"
    std::string meaning;                        ///< one line: shape, unit, range
    bool per_channel = false;                   ///< an array of `channels` values instead of one per element
    std::vector<std::string> interleaves = {};  ///< of an array of pairs: the arrays whose values it holds in turn
    int bits = 0;                               ///< of an array of bits: those of one element; 0: it holds numbers
};

/// Bits of one element in an array of the kernel: those of a number, of two, or one or two of its own.
int bits_of_element(const Argument &array, DType dtype);

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
    bool is_packed_in_bits = false;    ///< a small integer, of which the output keeps a few bits
};
std::vector<OutputFormula> output_formulas(const Activation &activation, Pass pass);
/// `output.computed` as kernels of that type compute it, whose functions may err by `function_ulp`: without corrections
/// where roundings do not show. What is summed over many elements keeps them.
Formula computed_for(const OutputFormula &output, DType dtype, double function_ulp);

}  // namespace actinide
