// What a gradient taken from the saved output loses because the output was rounded when it was saved.
#pragma once

#include <optional>
#include <string>

#include "generators/catalogue/signature.h"

namespace actinide {

/// |gradient from the rounded y - gradient at x| / |gradient at x|, both exact and at default parameters, over inputs
/// of either sign from 2^-6 to 2^7, a hundredth apart.
struct InformationLoss {
    double tenth_at;                    ///< the x nearest to 0 where the loss passes 10 %
    std::optional<double> all_lost_at;  ///< likewise where it reaches 100 %
};

/// Nothing where the loss never passes 10 %, as with relu. Precondition: the pass exists for the activation.
std::optional<InformationLoss> loss_from_output(const Activation &activation, DType dtype);

/// "off by 10 % at x = -4.16 and by 100 % at x = -6.25, where y rounded to bf16 no longer tells x"; empty without loss.
std::string loss_text(const Activation &activation, DType dtype);
std::string loss_text(const std::optional<InformationLoss> &loss, DType dtype);

}  // namespace actinide
