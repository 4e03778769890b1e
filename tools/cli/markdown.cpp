#include "tools/cli/markdown.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <set>

#include "generators/catalogue/dead.h"
#include "generators/formula/exact.h"
#include "generators/formula/print.h"
#include "generators/formula/print_latex.h"
#include "generators/math/function.h"
#include "tools/package/header_c.h"

namespace actinide::cli {
namespace {

std::string subheading(const std::string &title) {
    return "### " + title + "\n\n";
}

std::string mathematics(const std::string &left, const std::string &right) {
    return fmt::format("```math\n{} = {}\n```\n\n", left, right);
}

std::string code_block(const std::string &language, const std::string &text) {
    return fmt::format("```{}\n{}```\n\n", language, text);
}

/// How it is computed, if otherwise than it is written.
std::string computed_form(const std::optional<Formula> &computed_as) {
    if (!computed_as) return "";
    const std::vector<std::string> lines = print_in_parts(*computed_as);
    std::string text = lines.back() + "\n";
    for (size_t i = 0; i + 1 < lines.size(); ++i) text += "  where " + lines[i] + "\n";
    return "Computed, so that floats neither cancel nor overflow, as\n\n" + code_block("text", text);
}

std::string partial(const std::string &name) {
    return fmt::format(R"(\frac{{\partial y}}{{\partial {}}})", print_latex_name(name));
}

/// What the functions' names mean, for those that are called.
std::string functions_text(const std::vector<Formula> &formulas) {
    std::string text;
    std::set<std::string> named;
    for (const Formula &formula : formulas) {
        for (const math::Function *function : functions_called(formula)) {
            if (!named.insert(function->name).second) continue;
            text += fmt::format("{}{} is {}", text.empty() ? "Here " : "; ",
                                as_code(fmt::format("{}({})", function->name, fmt::join(function->arguments, ", "))),
                                function->summary);
        }
    }
    return text.empty() ? "" : text + ".\n\n";
}

std::string formula_section(const Activation &activation) {
    return subheading("Formula") + mathematics("y", print_latex(activation.forward)) +
           as_code("y = " + print(activation.forward)) + "\n\n" + computed_form(activation.computed_as);
}

std::string gradient_section(const Activation &activation) {
    std::string text = subheading("Gradients");
    std::vector<Formula> formulas = {activation.forward};
    const auto add = [&](const std::string &name, const Formula &exact, const std::optional<Formula> &computed,
                         bool is_returned) {
        text += mathematics(partial(name), print_latex(exact)) + as_code("dy/d" + name + " = " + print(exact)) +
                (is_returned ? "" : " (no pass returns it)") + "\n\n" + computed_form(computed);
        formulas.push_back(exact);
    };
    for (const Input &input : activation.inputs) {
        if (!input.has_gradient) continue;
        add(input.name, derivative(activation, input),
            input.held_at ? input.derivative_computed_as : activation.derivative_computed_as, true);
    }
    for (const Parameter &parameter : activation.parameters) {
        add(parameter.name, derivative(activation, parameter), parameter.derivative_computed_as, parameter.learned);
    }
    if (activation.from_output.derivative) {
        const Formula &exact = *activation.from_output.derivative;
        text += "From the saved output:\n\n" + mathematics(partial(main_input(activation).name), print_latex(exact)) +
                as_code(print(exact)) + "\n\n" + computed_form(activation.from_output.computed_as);
        formulas.push_back(exact);
    } else {
        text += fmt::format("There is none from the saved output: {}.\n\n", activation.from_output.why_not);
    }
    return text + functions_text(formulas);
}

std::string input_section(const ActivationFacts &facts) {
    if (facts.inputs.size() == 1) return "";
    MarkdownRows rows;
    for (const InputFacts &input : facts.inputs) {
        rows.push_back({as_code(input.name), input.meaning, input.gradient.empty() ? "none" : "yes"});
    }
    return subheading("Inputs") + markdown_table({"array", "meaning", "gradient"}, rows);
}

std::string parameter_section(const ActivationFacts &facts) {
    if (facts.parameters.empty()) return "";
    MarkdownRows rows;
    for (const ParameterFacts &parameter : facts.parameters) {
        rows.push_back({as_code(parameter.name), fmt::format("{}", parameter.default_value), parameter.meaning,
                        parameter.range == "any" ? "any" : as_code(parameter.range),
                        parameter.learned ? "one per channel, or one for all" : "no"});
    }
    return subheading("Parameters") + markdown_table({"name", "default", "meaning", "range", "learned"}, rows);
}

std::string number(double value) {
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value > 0 ? "∞" : "-∞";
    return fmt::format("{:.6g}", value);
}

/// At infinities and zero, parameters at their defaults.
std::string special_value_section(const Activation &activation) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    const std::string name = main_input(activation).name;
    const Formula slope = derivative(activation);
    MarkdownRows rows;
    for (const double input : {-infinity, 0.0, infinity, std::nan("")}) {
        const Inputs inputs = inputs_at(activation, input);
        rows.push_back({number(input), number(exact_to(float64_format, activation.forward, inputs)),
                        number(exact_to(float64_format, slope, inputs))});
    }
    std::vector<std::string> held;
    for (const Input &input : activation.inputs) {
        if (input.held_at) held.push_back(fmt::format("{} = {:g}", input.name, *input.held_at));
    }
    if (!activation.parameters.empty()) held.emplace_back("the parameters at their defaults");
    std::string text = subheading("Special values") + "Every number is allowed; infinities give the formula's limit";
    if (!held.empty()) text += fmt::format(", here with {}", fmt::join(held, " and "));
    return text + ".\n\n" + markdown_table({name, "y", "dy/d" + name}, rows);
}

std::string kink_section(const Activation &activation, const ActivationFacts &facts) {
    if (facts.kinks.empty()) return "";
    MarkdownRows rows;
    for (const Kink &kink : facts.kinks) {
        std::vector<std::string> row = {as_code(kink.condition), "", "", "", ""};
        if (kink.x)
            row = {as_code(kink.condition), number(*kink.x), number(kink.below), number(kink.at), number(kink.above)};
        rows.push_back(std::move(row));
    }
    return subheading("Kinks") +
           markdown_table({"decided by", main_input(activation).name, "slope below", "at", "above"}, rows);
}

std::string error_section(const Activation &activation, const ActivationFacts &facts) {
    MarkdownRows rows;
    for (const AccuracyFacts &accuracy : facts.accuracy) {
        rows.push_back({as_code(to_string(accuracy.pass)), to_string(accuracy.dtype), accuracy.text});
    }
    std::string errors = subheading("Largest errors") + markdown_table({"pass", "type", "error"}, rows);
    if (!std::isfinite(activation.forward_ulp)) return errors;  // of a definition by text nothing is promised
    return errors +
           fmt::format(
               "In float32 `actinide verify` accepts {} ULP of the forward pass and {} ULP of the gradient in {}.\n\n",
               activation.forward_ulp, activation.gradient_ulp, main_input(activation).name);
}

std::string choice_section(const Choices &choices) {
    MarkdownRows rows;
    for (const BackwardChoice &choice : choices.backward) {
        std::string loss = choice.loss_text.empty() ? "never 10 %" : choice.loss_text;
        if (choice.pass != Pass::backward_from_output) loss = "";
        rows.push_back({as_code(to_string(choice.pass)), to_string(choice.dtype),
                        fmt::format("{}", fmt::join(choice.needs, ", ")), fmt::format("{}", choice.bytes_kept),
                        choice.error, loss});
    }
    return subheading("Which backward pass") +
           markdown_table({"pass", "type", "keeps", "bytes per element", "largest error", "lost by rounding y"}, rows);
}

std::string dead_sentence(const Activation &activation) {
    const std::optional<Formula> condition = dead_condition(activation);
    if (!condition) return "No output is ever dead.\n\n";
    const std::string code = print(*condition);
    return fmt::format("Dead outputs, which `forward_counted` counts: {}{}.\n\n", as_code(code),
                       dead_text(activation).substr(code.size()));
}

std::string further_section(const Activation &activation, const ActivationFacts &facts, const Choices &choices) {
    MarkdownRows rows;
    for (const auto *passes : {&facts.passes, &choices.further}) {
        for (const PassFacts &pass : *passes) {
            rows.push_back({as_code(to_string(pass.pass)),
                            pass.why_unsupported.empty() ? "yes" : "none: " + pass.why_unsupported,
                            pass.valid_when.empty() ? "" : as_code(pass.valid_when)});
        }
    }
    std::string fused = "none";
    if (!choices.fused.empty()) fused = as_code(fmt::format("{}", fmt::join(choices.fused, "`, `")));
    return subheading("Passes and fused forms") + markdown_table({"pass", "exists", "valid when"}, rows) +
           fmt::format("Fused forms: {}.\n\n", fused) + dead_sentence(activation);
}

/// Of every pass in f32; the other types differ in the arrays' type and the name's end.
std::string prototype_section(const Activation &activation) {
    Package package;
    for (const auto &passes : {all_passes(), further_passes()}) {
        for (const Pass pass : passes) {
            if (!why_unsupported(activation, pass, DType::f32).empty()) continue;
            PackagedKernel kernel;
            kernel.activation = &activation;
            kernel.pass = pass;
            kernel.dtype = DType::f32;
            kernel.symbol = package.prefix + "_" + signature(activation, pass, DType::f32).function;
            package.kernels.push_back(std::move(kernel));
        }
    }
    std::string prototypes;
    for (const CFunction &function : c_functions(package)) prototypes += c_prototype(package, function);
    return subheading("In C") + "```c\n" + prototypes + "```\n";
}

}  // namespace

std::string markdown_table(const std::vector<std::string> &heading, const MarkdownRows &rows) {
    const auto row_text = [](const std::vector<std::string> &cells) {
        std::string line = "|";
        for (const std::string &cell : cells) {
            line += ' ';
            for (const char c : cell) line += c == '|' ? std::string("\\|") : std::string(1, c);
            line += " |";
        }
        return line + "\n";
    };
    std::string text = row_text(heading) + "|";
    for (size_t i = 0; i < heading.size(); ++i) text += "---|";
    text += "\n";
    for (const auto &row : rows) text += row_text(row);
    return text + "\n";
}

std::string as_code(const std::string &text) {
    return "`" + text + "`";
}

std::string print_markdown(const Activation &activation, const ActivationFacts &facts, const Choices &choices,
                           const std::string &picture) {
    std::string text = fmt::format("## {}\n\n{}\n\n", activation.name, activation.summary);
    text += fmt::format("Source: {}.\n", activation.source);
    if (!activation.aliases.empty()) text += fmt::format("Also called {}.\n", fmt::join(activation.aliases, ", "));
    if (activation.in_default_set) text += "Part of the default set.\n";
    if (!activation.definition.empty()) text += fmt::format("Definition: {}.\n", as_code(activation.definition));
    if (!picture.empty()) text += fmt::format("\n![{} and its gradient]({})\n", activation.name, picture);
    text += "\n";
    return text + formula_section(activation) + gradient_section(activation) + input_section(facts) +
           parameter_section(facts) + special_value_section(activation) + kink_section(activation, facts) +
           choice_section(choices) + error_section(activation, facts) + further_section(activation, facts, choices) +
           prototype_section(activation);
}

std::string print_markdown(const Activation &activation, const std::string &picture) {
    return print_markdown(activation, describe(activation), find_choices(activation, recorded_evidence(activation)),
                          picture);
}

}  // namespace actinide::cli
