// One activation, defined once.
#pragma once

#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "generators/formula/formula.h"

namespace actinide {

/// The names that definitions write: the input, the two of a gated activation, the saved output, the incoming gradient.
extern const Formula x;
extern const Formula gate;
extern const Formula value;
extern const Formula y;
extern const Formula dy;

/// A parameter of an activation: a scalar argument of its C function or, if `learned`, an array with one value per
/// channel (or one for all) whose gradient the backward pass returns.
struct Parameter {
    std::string name;  ///< as in torch.nn.functional
    double default_value = 0;
    std::string meaning = {};  ///< one line for headers and `show`
    bool learned = false;
    /// Of a learned one: how d forward / d parameter is computed, where the derived form cancels or overflows in
    /// floats.
    std::optional<Formula> derivative_computed_as = {};
};

/// An array with one value per element, besides dy.
struct Input {
    std::string name;
    std::string meaning = "input of the forward pass";
    /// Of all inputs but one, the main input: what measurements hold it at while they vary that one.
    std::optional<double> held_at = {};
    bool has_gradient = true;  ///< the backward pass returns one of its own
    /// Of all but the main input: how d forward / d input is computed, where the derived form loses accuracy in floats.
    std::optional<Formula> derivative_computed_as = {};
};

/// Inputs between two numbers.
struct Interval {
    double low;
    double high;
};

/// The gradient taken from the output, so that the input need not be kept.
struct FromOutput {
    std::optional<Formula> derivative =
        {};  ///< in y and the parameters; none: the output does not determine the gradient
    std::optional<Formula> computed_as = {};  ///< how, where the plain form loses accuracy in floats
    std::optional<Formula> valid_when = {};   ///< what this pass asks besides; none: nothing
    std::string why_not = {};                 ///< where there is no derivative: the reason, a sentence for the user
};

/// Whose constants, defaults and slopes at kinks are meant. What a definition says itself is PyTorch's.
enum class Profile { torch, tensorflow, jax, onnx, keras };

/// All that a definition says of its formula, where a framework has another one; the fields are Activation's.
struct Formulas {
    Formula forward;
    std::string summary = {};  ///< empty: that of the definition
    std::string source = {};   ///< likewise
    std::optional<Formula> computed_as = {};
    std::optional<Formula> derivative_computed_as = {};
    std::optional<Formula> computed_beside_derivative = {};
    FromOutput from_output = {};
    double forward_ulp = 1;
    double gradient_ulp = 1.5;
    std::optional<Interval> derivative_zero = {};
    std::optional<Formula> dead_when = {};
};

/// What other frameworks have otherwise than the definition; conventions.h applies it.
struct Convention {
    std::vector<Profile> profiles;
    std::string why = {};                   ///< whose function it is and what follows; needed unless it only names
    std::vector<std::string> aliases = {};  ///< what these frameworks call the activation
    std::map<std::string, double> default_values = {};  ///< of parameters
    std::vector<std::string> without = {};              ///< parameters that these frameworks do not have
    std::optional<Formulas> formulas = {};
};

/// How an activation in a profile's conventions differs from PyTorch's.
struct Difference {
    std::string what;  ///< "negative_slope = 0.2 instead of 0.01"
    std::string why;
};

// Every field has a default but those that a definition cannot be without, so that definitions name what they need.
struct Activation {
    std::string name;
    std::vector<std::string> aliases = {};
    std::string summary;
    std::string source;                           ///< paper and equation, or the library whose definition this is
    std::vector<Input> inputs = {{.name = "x"}};  ///< in the order of the C function
    std::vector<Parameter> parameters = {};
    Formula forward;                                     ///< what it is: reference, text and gradients come from this
    std::optional<Formula> computed_as = {};             ///< how, where the plain form cancels or overflows in floats
    std::optional<Formula> derivative_computed_as = {};  ///< likewise for the derivative in the main input
    /// `forward` again, from the calls that its derivative makes anyway: what the backward pass of a gated activation
    /// takes for the gradient in the value.
    std::optional<Formula> computed_beside_derivative = {};
    /// What every pass asks of the parameters: comparisons joined by &&; none: anything. A part about a learned
    /// parameter cannot be checked when a function is called, and its documentation says so.
    std::optional<Formula> valid_when = {};
    FromOutput from_output = {};
    double forward_ulp = 1;     ///< what the float32 kernel's error may be at default parameters, in ULP
    double gradient_ulp = 1.5;  ///< likewise of the derivative in x, with dy = 1
    /// Around a zero of the derivative that is not one of its factors', at default parameters: errors of the derivative
    /// in x count there in ULP of 1/4 at least, as its parts cancel.
    std::optional<Interval> derivative_zero = {};
    /// The formula and its derivative add terms that parameters make free to cancel: errors count in ULP of the largest
    /// term (largest_term in formula/exact.h) instead of the sum, and at infinities nothing is promised.
    bool terms_may_cancel = false;
    /// Which outputs forward_counted counts: where the slope is below about 1 % of its largest; of a gated activation,
    /// where hardly any gradient comes through to either input. None: where the derivative is literally 0.
    std::optional<Formula> dead_when = {};
    std::vector<Convention> conventions = {};  ///< of other frameworks than PyTorch, applied in this order
    bool in_default_set = false;
    std::string fused_with = {};               ///< "bias" where it is a fused form (fused.h); empty: none
    std::string definition = {};               ///< the text it was read from, if a user defined it (definition_text.h)
    std::string plugin = {};                   ///< the file that defined it, if a plugin did (plugin.h)
    Profile profile = Profile::torch;          ///< whose conventions changed it (conventions.h)
    std::vector<Difference> differences = {};  ///< what they changed; none: it is as the definition has it
};

/// Whether a user defined it, by text or plugin, rather than the catalogue.
bool is_users_own(const Activation &activation);

/// In units of which number's last place an error counts at least, where derivatives cancel.
constexpr double cancelled_size = 0.25;

/// The input that measurements vary and whose derivative is the activation's: x, or the gate of a gated activation.
const Input &main_input(const Activation &activation);

/// Of how many inputs the backward pass returns the gradient.
size_t count_gradients(const Activation &activation);
bool mentions_an_input(const Formula &formula, const Activation &activation);

/// What measurements of its formulas put in: `at` for the main input, held_at for the others, parameters' defaults.
std::map<std::string, double> inputs_at(const Activation &activation, double at);

/// d forward / d main input, simplified.
Formula derivative(const Activation &activation);
/// d forward / d input, simplified; and as it is computed.
Formula derivative(const Activation &activation, const Input &input);
Formula computed_derivative(const Activation &activation, const Input &input);
/// d forward / d parameter, simplified.
Formula derivative(const Activation &activation, const Parameter &parameter);
/// Likewise as it is computed.
Formula computed_derivative(const Activation &activation, const Parameter &parameter);

/// 1 where an output is dead, else 0; the constant 0 where none ever is.
Formula dead_indicator(const Activation &activation);

/// A derivative that takes one of at most four values that no input changes: which one is a bit or two.
struct Slopes {
    std::vector<Formula> values;  ///< each once, in the parameters; 0 first and 1 last
    Formula index = 0;            ///< into values, from the inputs
};
/// None where the derivative is no such one.
std::optional<Slopes> find_slopes(const Activation &activation);
/// How many bits an index has.
int index_bits(const Slopes &slopes);
/// The value at `index`.
Formula value_at(const Slopes &slopes, const Formula &index);

}  // namespace actinide
