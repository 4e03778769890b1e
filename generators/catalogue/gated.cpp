#include <algorithm>
#include <cassert>

#include "generators/catalogue/dead.h"
#include "generators/catalogue/families.h"
#include "generators/catalogue/scaled.h"

namespace actinide {

namespace {

const FromOutput not_from_a_product{.why_not = "a product does not tell its two factors"};

Input gate_input() {
    return {.name = "gate", .meaning = "what goes through the activation"};
}
Input value_input() {
    return {.name = "value", .meaning = "what the gate lets through", .held_at = 1};
}

const Activation &definition_in(const std::vector<Activation> &family, const std::string &name) {
    const auto found =
        std::find_if(family.begin(), family.end(), [&](const Activation &each) { return each.name == name; });
    assert(found != family.end());
    return *found;
}

Formula of_gate(const Formula &formula) {
    return substitute(formula, "x", gate);
}
Formula computed_of_gate(const Activation &inner) {
    return of_gate(inner.computed_as.value_or(inner.forward));
}
Formula computed_slope_of_gate(const Activation &inner) {
    return of_gate(inner.derivative_computed_as.value_or(derivative(inner)));
}

/// What the gradient in the value is computed as.
Formula computed_beside_derivative(const Activation &inner) {
    return inner.computed_beside_derivative ? of_gate(*inner.computed_beside_derivative) : computed_of_gate(inner);
}

/// Where the gate lets nothing through and the gradient hardly anything to itself: where `inner` is dead, if that is
/// only on the side on which it is shut.
std::optional<Formula> shut_of_gate(const Activation &inner) {
    const std::optional<Formula> dead = dead_condition(inner);
    return dead ? std::optional(of_gate(*dead)) : std::nullopt;
}

/// inner(gate) * value. At value = 1 its errors are those of `inner`, whose bounds it takes over.
Activation gated_by(const Activation &inner, const std::string &name, const std::string &summary,
                    const std::string &source) {
    Input passed = value_input();
    passed.derivative_computed_as = computed_beside_derivative(inner);
    return {
        .name = name,
        .summary = summary,
        .source = source,
        .inputs = {gate_input(), passed},
        .forward = of_gate(inner.forward) * value,
        .computed_as = computed_of_gate(inner) * value,
        .derivative_computed_as = computed_slope_of_gate(inner) * value,
        .from_output = not_from_a_product,
        .forward_ulp = inner.forward_ulp,
        .gradient_ulp = inner.gradient_ulp,
        .derivative_zero = inner.derivative_zero,
        .dead_when = shut_of_gate(inner),
    };
}

/// value from -limit to limit, with the slope 1 at both as torch.clamp has it.
Formula clamped_value(const Formula &limit) {
    return within(-limit, value, limit);
}
/// Whether it is the value itself.
Formula is_value_within(const Formula &limit) {
    return value <= limit && value >= -limit;
}
Formula is_value_beyond(const Formula &limit) {
    return value > limit || value < -limit;
}

/// The gated activation with a parameter that limits both arrays.
Activation limited(Activation activation, const std::string &meaning) {
    activation.parameters = {{.name = "limit", .default_value = 7, .meaning = meaning + "; above 0"}};
    activation.valid_when = variable("limit") > 0;
    return activation;
}

/// quick_gelu(min(gate, limit)) (clamp(value) + 1).
Activation swiglu_clamped(const Activation &quick_gelu) {
    const Formula limit = variable("limit");
    const Formula bounded = where(gate > limit, limit, gate);
    const auto of_bounded = [&](const Formula &formula) { return substitute(formula, "x", bounded); };
    const Formula shifted = clamped_value(limit) + 1;
    Activation result = limited(
        gated_by(quick_gelu, "swiglu_clamped",
                 "quick_gelu of a gate that is kept below a limit, times a value that is kept between two, plus 1.",
                 "OpenAI 2025, gpt-oss (model.py, swiglu)"),
        "how far gate and value go");
    result.forward =
        where(gate > limit, substitute(quick_gelu.forward, "x", limit), of_gate(quick_gelu.forward)) * shifted;
    result.computed_as = of_bounded(*quick_gelu.computed_as) * shifted;
    result.derivative_computed_as = where(gate > limit, 0, of_bounded(*quick_gelu.derivative_computed_as) * shifted);
    result.dead_when = *result.dead_when || (gate > limit && is_value_beyond(limit));
    Input &passed = result.inputs.back();
    passed.meaning = "what the gate lets through, 1 added";
    passed.derivative_computed_as =
        where(is_value_within(limit), of_bounded(*quick_gelu.computed_beside_derivative), 0);
    return result;
}

/// Whether silu(gate) passes the limit, as gate - limit > gate sigmoid(-gate): near the limit both sides are small, so
/// that no rounding decides. From 100 on, silu is the identity.
Formula silu_passes(const Formula &limit) {
    const Formula near = within(-1000, gate, 100);
    return (gate > 100 && gate > limit) || near - limit > near * call("sigmoid", {-near});
}

/// min(silu(gate), limit) clamp(value).
Activation swiglu_step(const Activation &silu) {
    const Formula limit = variable("limit");
    const Formula passes = silu_passes(limit);
    const Formula factor = clamped_value(limit);
    Activation result =
        limited(gated_by(silu, "swiglu_step", "silu of the gate up to a limit, times a value that is kept between two.",
                         "StepFun 2026, Step 3.5; vLLM's swiglustep_and_mul"),
                "how far silu and value go");
    result.forward = where(of_gate(silu.forward) > limit, limit, of_gate(silu.forward)) * factor;
    result.computed_as = where(passes, limit, computed_of_gate(silu)) * factor;
    result.derivative_computed_as = where(passes, 0, computed_slope_of_gate(silu) * factor);
    result.dead_when = *result.dead_when || (of_gate(silu.forward) > limit && is_value_beyond(limit));
    result.inputs.back().derivative_computed_as =
        where(is_value_within(limit), where(passes, limit, computed_beside_derivative(silu)), 0);
    return result;
}

/// s(gate) value for the logistic function s. Both gradients come from one call, s(-|gate|), and what it lacks to 1.
Activation siglu(const Activation &sigmoid) {
    const Formula smaller = call("sigmoid", {-absolute(gate)});
    const Formula larger = 1 - smaller;
    Activation result =
        gated_by(sigmoid, "siglu", "The logistic function of the gate times the value: glu with the gate first.",
                 "Shazeer 2020, GLU Variants Improve Transformer");
    result.derivative_computed_as = smaller * larger * value;
    result.inputs.back().derivative_computed_as = where(gate < 0, smaller, larger);
    result.gradient_ulp = 2.2;
    // Above 6 the gate is open, and the value's gradient passes whole.
    result.dead_when = gate < -6;
    return result;
}

/// The same with the value first, as PyTorch has the halves.
Activation glu(const Activation &sigmoid) {
    Activation result = siglu(sigmoid);
    result.name = "glu";
    result.summary = "The first array times the logistic function of the second.";
    result.source = "torch.nn.functional.glu; Dauphin, Fan, Auli and Grangier 2016";
    std::reverse(result.inputs.begin(), result.inputs.end());
    return result;
}

}  // namespace

std::vector<Activation> gated() {
    const std::vector<Activation> smooth = self_gated();
    const std::vector<Activation> steps = saturating();
    const std::vector<Activation> straight = piecewise_linear();
    const std::string shazeer = "Shazeer 2020, GLU Variants Improve Transformer";
    const Activation &silu = definition_in(smooth, "silu");
    const Activation &sigmoid = definition_in(steps, "sigmoid");

    return {
        glu(sigmoid),
        siglu(sigmoid),
        gated_by(definition_in(straight, "relu"), "reglu", "relu of the gate times the value.", shazeer),
        gated_by(definition_in(smooth, "gelu"), "geglu", "gelu of the gate times the value.", shazeer),
        gated_by(definition_in(smooth, "gelu_tanh"), "geglu_tanh", "gelu_tanh of the gate times the value.",
                 "Gemma, T5 1.1; " + shazeer),
        gated_by(silu, "swiglu", "silu of the gate times the value.", "Llama; " + shazeer),
        {
            .name = "bilinear",
            .summary = "The gate times the value.",
            .source = "Mnih and Hinton 2007; " + shazeer,
            .inputs = {gate_input(), value_input()},
            .forward = gate * value,
            .from_output = not_from_a_product,
        },
        swiglu_clamped(definition_in(smooth, "quick_gelu")),
        swiglu_step(silu),
    };
}

}  // namespace actinide
