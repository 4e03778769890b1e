#include "generators/catalogue/elementary.h"

#include "generators/math/function.h"

namespace actinide {
namespace {

Activation alone(const math::Function &function) {
    return {
        .name = std::string(elementary_prefix) + function.name,
        .summary = "The elementary function " + function.name + ": " + function.summary + ".",
        .source = "generators/math: " + function.bound,
        .forward = call(function, {x}),
        .from_output = {.why_not = "an elementary function is verified forward"},
        .forward_ulp = math::choose_form(function, 32, math::usual_ulp).ulp,
    };
}

}  // namespace

const std::vector<Activation> &elementary_functions() {
    static const std::vector<Activation> all = [] {
        std::vector<Activation> alone_each;
        for (const math::Function *function : math::functions()) {
            if (function->arguments.size() == 1) alone_each.push_back(alone(*function));
        }
        return alone_each;
    }();
    return all;
}

const math::Function *function_called_alone(const Formula &formula) {
    const bool is_alone = formula.operation() == Operation::call && formula.operands().size() == 1 &&
                          formula.operands()[0].operation() == Operation::variable;
    return is_alone ? formula.function() : nullptr;
}

}  // namespace actinide
