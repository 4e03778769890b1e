// Values and gradients computed elsewhere, since a mistyped formula agrees with itself.
#pragma once

#include <vector>

#include "tests/catalogue_reference_numbers_gated.h"
#include "tests/catalogue_reference_numbers_learned.h"
#include "tests/catalogue_reference_numbers_piecewise.h"
#include "tests/catalogue_reference_numbers_smooth.h"
#include "tests/catalogue_reference_point.h"

namespace actinide::testing {

/// All by NumPy 2.4.6 in double from the formulas in the documentation of
/// torch.nn.functional and, for gradients, those of PyTorch's tools/autograd/derivatives.yaml.
inline const std::vector<ReferenceNumbers> &reference_numbers() {
    static const std::vector<ReferenceNumbers> all = {
        {"relu",
         {},
         "maximum(x, 0); threshold_backward(grad, result, 0)",
         {
             {-88.0, 0.0, 0.0},
             {-3.0, 0.0, 0.0},
             {-1.0, 0.0, 0.0},
             {-0.001, 0.0, 0.0},
             {-1e-20, 0.0, 0.0},
             {0.0, 0.0, 0.0},
             {0.25, 0.25, 1.0},
             {3.5, 3.5, 1.0},
         }},
        {"softsign",
         {},
         "x / (1 + abs(x)); 1 / (1 + abs(x))**2",
         {
             {-88.0, -0.9887640449438202, 0.00012624668602449185},
             {-3.0, -0.75, 0.0625},
             {-1.0, -0.5, 0.25},
             {-0.001, -0.0009990009990009992, 0.9980029960049943},
             {-1e-20, -1e-20, 1.0},
             {0.0, 0.0, 1.0},
             {0.25, 0.2, 0.64},
             {3.5, 0.7777777777777778, 0.04938271604938271},
         }},
        {"leaky_relu",
         {{"negative_slope", 0.01}},
         "maximum(x, 0) + slope * minimum(x, 0); where(x > 0, 1, slope)",
         {
             {-88.0, -0.88, 0.01},
             {-3.0, -0.03, 0.01},
             {-1.0, -0.01, 0.01},
             {-0.001, -1e-05, 0.01},
             {-1e-20, -9.999999999999999e-23, 0.01},
             {0.0, 0.0, 0.01},
             {0.25, 0.25, 1.0},
             {3.5, 3.5, 1.0},
         }},
        {"leaky_relu",
         {{"negative_slope", -0.5}},
         "maximum(x, 0) + slope * minimum(x, 0); where(x > 0, 1, slope)",
         {
             {-88.0, 44.0, -0.5},
             {-3.0, 1.5, -0.5},
             {-1.0, 0.5, -0.5},
             {-0.001, 0.0005, -0.5},
             {-1e-20, 5e-21, -0.5},
             {0.0, 0.0, -0.5},
             {0.25, 0.25, 1.0},
             {3.5, 3.5, 1.0},
         }},
        {"prelu",
         {{"weight", 0.25}},
         "maximum(x, 0) + weight * minimum(x, 0); where(x > 0, 1, weight); where(x > 0, 0, x)",
         {
             {-88.0, -22.0, 0.25, {-88.0}},
             {-3.0, -0.75, 0.25, {-3.0}},
             {-1.0, -0.25, 0.25, {-1.0}},
             {-0.001, -0.00025, 0.25, {-0.001}},
             {-1e-20, -2.5e-21, 0.25, {-1e-20}},
             {0.0, 0.0, 0.25, {0.0}},
             {0.25, 0.25, 1.0, {0.0}},
             {3.5, 3.5, 1.0, {0.0}},
         }},
        {"prelu",
         {{"weight", -2.0}},
         "maximum(x, 0) + weight * minimum(x, 0); where(x > 0, 1, weight); where(x > 0, 0, x)",
         {
             {-88.0, 176.0, -2.0, {-88.0}},
             {-3.0, 6.0, -2.0, {-3.0}},
             {-1.0, 2.0, -2.0, {-1.0}},
             {-0.001, 0.002, -2.0, {-0.001}},
             {-1e-20, 2e-20, -2.0, {-1e-20}},
             {0.0, 0.0, -2.0, {0.0}},
             {0.25, 0.25, 1.0, {0.0}},
             {3.5, 3.5, 1.0, {0.0}},
         }},
        {"elu",
         {{"alpha", 1.0}},
         "where(x > 0, x, alpha * expm1(x)); where(x <= 0, alpha * exp(x), 1)",
         {
             {-88.0, -1.0, 6.054601895401186e-39},
             {-3.0, -0.950212931632136, 0.049787068367863944},
             {-1.0, -0.6321205588285577, 0.36787944117144233},
             {-0.001, -0.0009995001666250085, 0.999000499833375},
             {-1e-20, -1e-20, 1.0},
             {0.0, 0.0, 1.0},
             {0.25, 0.25, 1.0},
             {3.5, 3.5, 1.0},
         }},
        {"elu",
         {{"alpha", 1.5}},
         "where(x > 0, x, alpha * expm1(x)); where(x <= 0, alpha * exp(x), 1)",
         {
             {-88.0, -1.5, 9.081902843101779e-39},
             {-3.0, -1.4253193974482041, 0.07468060255179591},
             {-1.0, -0.9481808382428365, 0.5518191617571635},
             {-0.001, -0.0014992502499375127, 1.4985007497500624},
             {-1e-20, -1.4999999999999998e-20, 1.5},
             {0.0, 0.0, 1.5},
             {0.25, 0.25, 1.0},
             {3.5, 3.5, 1.0},
         }},
        {"elu",
         {{"alpha", -0.5}},
         "where(x > 0, x, alpha * expm1(x)); where(x <= 0, alpha * exp(x), 1)",
         {
             {-88.0, 0.5, -3.027300947700593e-39},
             {-3.0, 0.475106465816068, -0.024893534183931972},
             {-1.0, 0.31606027941427883, -0.18393972058572117},
             {-0.001, 0.0004997500833125042, -0.4995002499166875},
             {-1e-20, 5e-21, -0.5},
             {0.0, -0.0, -0.5},
             {0.25, 0.25, 1.0},
             {3.5, 3.5, 1.0},
         }},
    };
    return all;
}

/// Those of every file.
inline std::vector<ReferenceNumbers> all_reference_numbers() {
    std::vector<ReferenceNumbers> all = reference_numbers();
    for (const auto &family : {piecewise_reference_numbers(), smooth_reference_numbers(), learned_reference_numbers(),
                               gated_reference_numbers()}) {
        all.insert(all.end(), family.begin(), family.end());
    }
    return all;
}

}  // namespace actinide::testing
