#include "generators/formula/rewrite.h"

#include <algorithm>
#include <utility>

#include "generators/formula/calls.h"
#include "generators/formula/differentiate.h"
#include "generators/formula/parse.h"
#include "generators/formula/print.h"

namespace actinide {

namespace {

struct Rule {
    Formula typed, better;
    const char *reason;
};

Formula parsed(const char *text) {
    return simplify(parse(text).formula.value());
}

std::vector<Rule> parsed_rules(const std::vector<EqualForms> &forms) {
    std::vector<Rule> rules;
    rules.reserve(forms.size());
    for (const EqualForms &each : forms) rules.push_back({parsed(each.typed), parsed(each.better), each.reason});
    return rules;
}

bool is_commutative(Operation operation) {
    return operation == Operation::add || operation == Operation::multiply;
}

/// `bound` is what `a` has been found to be so far.
bool matches(const Formula &pattern, const Formula &formula, std::optional<Formula> &bound) {
    if (pattern.operation() == Operation::variable) {
        if (is_condition(formula)) return false;
        if (!bound) bound = formula;
        return text_without_order(*bound) == text_without_order(formula);
    }
    if (pattern.operation() != formula.operation() || pattern.text() != formula.text()) return false;
    const std::vector<Formula> &wanted = pattern.operands();
    const std::vector<Formula> &given = formula.operands();
    const std::optional<Formula> before = bound;
    const auto in_order = [&](const std::vector<size_t> &order) {
        for (size_t i = 0; i < wanted.size(); ++i) {
            if (!matches(wanted[i], given[order[i]], bound)) return false;
        }
        return true;
    };
    std::vector<size_t> order(wanted.size());
    for (size_t i = 0; i < order.size(); ++i) order[i] = i;
    if (in_order(order)) return true;
    bound = before;
    if (!is_commutative(pattern.operation())) return false;
    std::swap(order[0], order[1]);
    return in_order(order);
}

class SafeRewriting {
public:
    Formula rewritten(const Formula &formula) {
        for (const Rule &rule : rules_) {
            const std::optional<Formula> argument = match(rule.typed, formula);
            if (!argument) continue;
            const Formula better = simplify(substitute(rule.better, "a", *argument));
            note({print(formula), print(better), rule.reason});
            return rewritten(better);
        }
        if (formula.operands().empty()) return formula;
        std::vector<Formula> operands;
        for (const Formula &operand : formula.operands()) operands.push_back(rewritten(operand));
        return with_operands(formula, std::move(operands));
    }

    std::vector<Rewriting::Step> steps() const { return steps_; }

private:
    const std::vector<Rule> rules_ = parsed_rules(safe_forms());
    std::vector<Rewriting::Step> steps_;

    void note(Rewriting::Step step) {
        const auto is_same = [&](const Rewriting::Step &other) { return other.typed == step.typed; };
        if (std::none_of(steps_.begin(), steps_.end(), is_same)) steps_.push_back(std::move(step));
    }
};

constexpr const char *exp_overflows = "exp overflows above 88 in float32";
constexpr const char *cancels = "the difference cancels";

}  // namespace

const std::vector<EqualForms> &safe_forms() {
    static const std::vector<EqualForms> all = {
        {"(exp(a) - exp(-a)) / (exp(a) + exp(-a))", "tanh(a)", exp_overflows},
        {"(exp(2 * a) - 1) / (exp(2 * a) + 1)", "tanh(a)", exp_overflows},
        {"2 * sigmoid(2 * a) - 1", "tanh(a)", cancels},
        {"1 - tanh(a) * tanh(a)", "sech2(a)", cancels},
        {"log(1 + exp(a))", "softplus(a)", "exp overflows above 88 in float32, and 1 + exp(a) rounds to 1 below -17"},
        {"log1p(exp(a))", "softplus(a)", exp_overflows},
        {"log(exp(a) - 1)", "a + log(-expm1(-a))", exp_overflows},
        {"log(sigmoid(a))", "-softplus(-a)", "sigmoid(a) rounds to 0 below -104 and to 1 above 17 in float32"},
        {"log(1 - sigmoid(a))", "-softplus(a)", cancels},
        {"1 / (1 + exp(-a))", "sigmoid(a)", exp_overflows},
        {"1 / (1 + exp(a))", "sigmoid(-a)", exp_overflows},
        {"exp(a) / (1 + exp(a))", "sigmoid(a)", exp_overflows},
        {"1 - sigmoid(a)", "sigmoid(-a)", cancels},
        {"1 - 1 / (1 + exp(a))", "sigmoid(a)", exp_overflows},
        {"1 + erf(a / sqrt(2))", "2 * normal_cdf(a)", "the sum cancels below 0"},
        {"1 - erf(a)", "erfc(a)", cancels},
        {"1 + erf(a)", "erfc(-a)", "the sum cancels below 0"},
        {"1 - normal_cdf(a)", "normal_cdf(-a)", cancels},
        {"exp(-(a * a) / 2) / sqrt(2 * pi)", "normal_density(a)", "exp multiplies the rounding of its argument"},
        {"exp(-(a * a))", "gaussian(a)", "exp multiplies the rounding of its argument"},
        {"exp(a) - 1", "expm1(a)", cancels},
        {"exp(a) + -1", "expm1(a)", "the sum cancels"},
        {"1 - exp(a)", "-expm1(a)", cancels},
        {"log(1 + a)", "log1p(a)", "1 + a rounds away what a small a holds"},
        {"log(1 - a)", "log1p(-a)", "1 - a rounds away what a small a holds"},
        {"sqrt(a * a)", "abs(a)", "the square overflows or vanishes"},
        {"log(exp(a))", "a", exp_overflows},
    };
    return all;
}

const std::vector<EqualForms> &related_calls() {
    static const std::vector<EqualForms> all = {
        {"sech2(a)", "1 - tanh(a) * tanh(a)", cancels},
        {"sigmoid(-a)", "1 - sigmoid(a)", cancels},
        {"tanh(-a)", "-tanh(a)", "it is odd"},
        {"erf(-a)", "-erf(a)", "it is odd"},
        {"sin(-a)", "-sin(a)", "it is odd"},
        {"cos(-a)", "cos(a)", "it is even"},
        {"gaussian(-a)", "gaussian(a)", "it is even"},
        {"sech2(-a)", "sech2(a)", "it is even"},
        {"normal_density(-a)", "normal_density(a)", "it is even"},
        {"normal_cdf(-a)", "1 - normal_cdf(a)", cancels},
        {"softplus(-a)", "softplus(a) - a", cancels},
        {"exp(-a)", "1 / exp(a)", "one division instead of one call"},
        {"expm1(a)", "exp(a) - 1", cancels},
        {"sigmoid(a)", "1 / (1 + exp(-a))", exp_overflows},
        {"sigmoid(-a)", "1 / (1 + exp(a))", exp_overflows},
    };
    return all;
}

std::optional<Formula> match(const Formula &pattern, const Formula &formula) {
    std::optional<Formula> bound;
    if (!matches(pattern, formula, bound)) return std::nullopt;
    return bound;
}

Rewriting rewrite_safely(const Formula &formula) {
    SafeRewriting rewriting;
    Formula result = rewriting.rewritten(simplify(formula));
    return {std::move(result), rewriting.steps()};
}

}  // namespace actinide
