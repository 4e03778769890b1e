#include "generators/formula/print.h"

#include <algorithm>
#include <map>

#include "generators/formula/shorthand.h"

namespace actinide {

namespace {

/// How tightly an operation binds; an operand that binds less tightly than its place asks for needs brackets.
enum Binding { loosest, disjunction, conjunction, comparison, sum, product, sign, atom };

struct Notation {
    const char *symbol;
    Binding binding;
    Binding left;
    Binding right;
};

/// The right operand of a left-associative operator binds tighter, so that a - (b - c) keeps its brackets.
Notation notation(Operation operation) {
    switch (operation) {
        case Operation::either:
            return {" || ", disjunction, disjunction, conjunction};
        case Operation::both:
            return {" && ", conjunction, conjunction, comparison};
        case Operation::less:
            return {" < ", comparison, sum, sum};
        case Operation::less_equal:
            return {" <= ", comparison, sum, sum};
        case Operation::greater:
            return {" > ", comparison, sum, sum};
        case Operation::greater_equal:
            return {" >= ", comparison, sum, sum};
        case Operation::add:
            return {" + ", sum, sum, product};
        case Operation::subtract:
            return {" - ", sum, sum, product};
        case Operation::multiply:
            return {" * ", product, product, sign};
        case Operation::divide:
            return {" / ", product, product, sign};
        case Operation::negate:
            return {"-", sign, loosest, sign};
        default:
            return {"", atom, loosest, loosest};
    }
}

std::string print_at(const Formula &formula, Binding least);

std::string print_call(const std::string &name, const std::vector<Formula> &arguments) {
    std::string text = name + "(";
    for (size_t i = 0; i < arguments.size(); ++i) {
        if (i > 0) text += ", ";
        text += print_at(arguments[i], loosest);
    }
    return text + ")";
}

std::string print_bare(const Formula &formula) {
    const std::vector<Formula> &operands = formula.operands();
    const auto [symbol, binding, left, right] = notation(formula.operation());
    (void)binding;
    switch (formula.operation()) {
        case Operation::constant:
            return equal(formula, pi()) ? "pi" : formula.text();
        case Operation::variable:
            return formula.text();
        case Operation::where:
            if (is_absolute(formula)) return print_call("abs", {operands[2]});
            return print_call("where", operands);
        case Operation::both:
            if (is_finite(formula)) return print_call("finite", {operands[0].operands()[0]});
            break;
        case Operation::call:
            return print_call(formula.text(), operands);
        case Operation::rounded:
            return print_call("rounded", operands);
        case Operation::negate:
            return symbol + print_at(operands[0], right);
        default:
            break;
    }
    return print_at(operands[0], left) + symbol + print_at(operands[1], right);
}

std::string print_at(const Formula &formula, Binding least) {
    const std::string text = print_bare(formula);
    const bool is_called = is_finite(formula);
    return !is_called && notation(formula.operation()).binding < least ? "(" + text + ")" : text;
}

/// Shorter ones read better where they stand.
constexpr size_t shortest_named_part = 12;

class Parts {
public:
    explicit Parts(const Formula &formula) : taken_(variables(formula)) { count(formula); }

    Formula named(const Formula &formula) {
        if (formula.operands().empty()) return formula;
        const std::string &text = text_of(formula);
        const auto known = named_.find(text);
        if (known != named_.end()) return known->second;
        std::vector<Formula> operands;
        for (const Formula &operand : formula.operands()) operands.push_back(named(operand));
        Formula result = with_operands(formula, std::move(operands));
        const bool gets_name = uses_[text] > 1 && !is_condition(formula) && print(result).size() >= shortest_named_part;
        if (gets_name) {
            const std::string name = free_name();
            lines.push_back(name + " = " + print(result));
            result = variable(name);
        }
        return named_.emplace(text, result).first->second;
    }

    std::vector<std::string> lines;

private:
    std::vector<std::string> taken_;
    std::map<const Formula::Node *, std::string> texts_;
    std::map<std::string, int> uses_;
    std::map<std::string, Formula> named_;

    const std::string &text_of(const Formula &formula) {
        const auto known = texts_.find(formula.node());
        return known != texts_.end() ? known->second : texts_.emplace(formula.node(), print(formula)).first->second;
    }

    /// Each part once, however often it stands there: so many other parts have it as an operand.
    void count(const Formula &formula) {
        for (const Formula &operand : formula.operands()) {
            if (uses_[text_of(operand)]++ == 0) count(operand);
        }
    }

    /// "a", "b", ... without the names of variables.
    std::string free_name() {
        std::string name = "a";
        while (std::find(taken_.begin(), taken_.end(), name) != taken_.end()) {
            name =
                name == "z" ? "part" + std::to_string(taken_.size()) : std::string(1, static_cast<char>(name[0] + 1));
        }
        taken_.push_back(name);
        return name;
    }
};

}  // namespace

std::string print(const Formula &formula) {
    return print_at(formula, loosest);
}

std::vector<std::string> print_in_parts(const Formula &formula) {
    Parts parts(formula);
    const Formula whole = parts.named(formula);
    parts.lines.push_back(print(whole));
    return parts.lines;
}

}  // namespace actinide
