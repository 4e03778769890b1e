#include "generators/formula/calls.h"

#include <algorithm>
#include <map>

#include "generators/formula/print.h"
#include "generators/math/function.h"

namespace actinide {

namespace {

/// The texts of all terms of a sum of sums, or factors of a product of products.
void collect_operands(const Formula &formula, Operation operation, std::vector<std::string> &texts) {
    for (const Formula &operand : formula.operands()) {
        if (operand.operation() == operation) {
            collect_operands(operand, operation, texts);
        } else {
            texts.push_back(text_without_order(operand));
        }
    }
}

class Sharing {
public:
    Formula shared(const Formula &formula) {
        if (formula.operands().empty()) return formula;
        std::vector<Formula> operands;
        for (const Formula &operand : formula.operands()) operands.push_back(shared(operand));
        Formula result = with_operands(formula, std::move(operands));
        if (result.operation() != Operation::call) return result;
        return first_.emplace(text_without_order(result), result).first->second;
    }

private:
    std::map<std::string, Formula> first_;
};

void collect_calls(const Formula &formula, std::map<std::string, Formula> &known, std::vector<Formula> &calls) {
    for (const Formula &operand : formula.operands()) collect_calls(operand, known, calls);
    if (formula.operation() != Operation::call || formula.text() == "sqrt") return;
    if (known.emplace(print(formula), formula).second) calls.push_back(formula);
}

}  // namespace

std::string text_without_order(const Formula &formula) {
    if (formula.operands().empty()) return formula.text();
    const Operation operation = formula.operation();
    std::vector<std::string> texts;
    if (operation == Operation::add || operation == Operation::multiply) {
        collect_operands(formula, operation, texts);
        std::sort(texts.begin(), texts.end());
    } else {
        for (const Formula &operand : formula.operands()) texts.push_back(text_without_order(operand));
    }
    std::string text = std::to_string(static_cast<int>(operation)) + formula.text() + "(";
    for (const std::string &each : texts) text += each + ",";
    return text + ")";
}

Formula share_calls(const Formula &formula) {
    return Sharing().shared(formula);
}

std::vector<Formula> transcendental_calls(const std::vector<Formula> &formulas) {
    std::map<std::string, Formula> known;
    std::vector<Formula> calls;
    for (const Formula &formula : formulas) collect_calls(formula, known, calls);
    return calls;
}

}  // namespace actinide
