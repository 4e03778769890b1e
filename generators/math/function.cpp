#include "generators/math/function.h"

#include <algorithm>
#include <cassert>

#include "generators/math/cos.h"
#include "generators/math/erf.h"
#include "generators/math/erfc.h"
#include "generators/math/exp.h"
#include "generators/math/exp2.h"
#include "generators/math/exp_below_zero.h"
#include "generators/math/expm1.h"
#include "generators/math/gaussian.h"
#include "generators/math/gumbel_cdf.h"
#include "generators/math/log.h"
#include "generators/math/log1p.h"
#include "generators/math/normal_cdf.h"
#include "generators/math/normal_density.h"
#include "generators/math/sech2.h"
#include "generators/math/sigmoid.h"
#include "generators/math/sin.h"
#include "generators/math/softplus.h"
#include "generators/math/sqrt.h"
#include "generators/math/tanh.h"
#include "generators/math/tanh_shrinkage.h"

namespace actinide::math {

const std::vector<const Function *> &functions() {
    static const std::vector<const Function *> all = {
        &cos_function,
        &erf_function,
        &erfc_function,
        &exp_function,
        &exp2_function,
        &exp_below_zero_function,
        &expm1_function,
        &expm1_below_zero_function,
        &gaussian_function,
        &gumbel_cdf_function,
        &log_function,
        &log1p_function,
        &normal_cdf_function,
        &normal_density_function,
        &sech2_function,
        &sigmoid_function,
        &sin_function,
        &softplus_function,
        &sqrt_function,
        &tanh_function,
        &tanh_shrinkage_function,
        &upscaled_exp_function,
        &upscaled_gaussian_function,
        &upscaled_gumbel_cdf_function,
        &upscaled_normal_cdf_function,
        &upscaled_normal_density_function,
        &upscaled_sigmoid_function,
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
