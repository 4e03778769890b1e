#include "generators/formula/print.h"

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

}  // namespace

std::string print(const Formula &formula) {
    return print_at(formula, loosest);
}

}  // namespace actinide
