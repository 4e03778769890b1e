#include "generators/math/function.h"

#include <algorithm>

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

}  // namespace actinide::math
