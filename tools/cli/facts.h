// What there is to know about an activation, derived from its definition: what `list` and `show` print.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "generators/catalogue/signature.h"
#include "generators/formula/rewrite.h"
#include "tools/cli/kinks.h"

namespace actinide::cli {

struct PassFacts {
    Pass pass;
    std::string why_unsupported;     ///< empty if the pass exists
    std::string function;            ///< without prefix: "elu_backward_f32"
    std::vector<std::string> needs;  ///< what must be kept from the forward pass: {"x"}, {"y"} or nothing
    std::string valid_when;          ///< condition on the parameters; empty: always
    size_t bytes_kept = 0;           ///< per f32 element, for `needs`
    size_t bytes_saved = 0;          ///< per f32 element, since x need not be kept
};

struct InputFacts {
    std::string name;
    std::string meaning;
    std::string gradient;  ///< dy/dinput; empty where the backward pass returns none of its own
};

struct ParameterFacts {
    std::string name;
    double default_value = 0;
    std::string range;  ///< "any" or what the definition asks of it
    std::string meaning;
    bool learned = false;
    std::string gradient;  ///< dy/dparameter
};

/// What a recorded run found out about one pass in one type.
struct AccuracyFacts {
    Pass pass;
    DType dtype;
    std::string text;  ///< "at most 0.882 ULP, proven over all 4294967296 inputs"
};

/// The transcendental calls of a pass, each once: what it costs besides arithmetic.
struct CallFacts {
    Pass pass;
    std::vector<std::string> calls;
    std::vector<std::string> spare;  ///< "sech2(x) could be had as 1 - tanh(x) * tanh(x), but the difference cancels"
};

struct ActivationFacts {
    std::string forward, computed_as;
    std::string gradient, gradient_computed_as, gradient_from_output, gradient_from_output_computed_as;
    std::vector<InputFacts> inputs;
    std::vector<ParameterFacts> parameters;
    std::vector<Kink> kinks;
    std::vector<PassFacts> passes;
    std::vector<AccuracyFacts> accuracy;
    std::vector<CallFacts> calls;
    std::vector<Rewriting::Step> safer;  ///< parts of a user's formula that have a safer form
    std::string safer_definition;        ///< the user's definition with all of them; empty without any
};

ActivationFacts describe(const Activation &activation);
PassFacts describe(const Activation &activation, Pass pass);

/// "alpha=1", or "weight[channels]=0.25" for a learned one.
std::string describe_briefly(const Parameter &parameter);

}  // namespace actinide::cli
