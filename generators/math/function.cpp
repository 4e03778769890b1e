#include "generators/math/function.h"

#include <algorithm>
#include <cassert>

#include "generators/math/exp.h"
#include "generators/math/expm1.h"

namespace actinide::math {

const std::vector<const Function *> &functions() {
    static const std::vector<const Function *> all = {
        &exp_function,
        &expm1_function,
    };
    return all;
}

const Function *find_function(std::string_view name) {
    const auto &all = functions();
    const auto found = std::find_if(all.begin(), all.end(), [&](const Function *f) { return f->name == name; });
    return found == all.end() ? nullptr : *found;
}

const Form &choose_form(const Function &function, int bits, double max_ulp) {
    const Form *chosen = nullptr;
    for (const Form &form : function.forms) {
        if (form.bits != bits) continue;
        chosen = &form;
        if (form.ulp <= max_ulp) break;
    }
    assert(chosen != nullptr);
    return *chosen;
}

}  // namespace actinide::math
