// Which outputs of an activation are dead: they pass no gradient on, or hardly any.
#pragma once

#include <optional>
#include <string>

#include "generators/catalogue/activation.h"

namespace actinide {

/// Where outputs are dead, for readers and for definitions made of others: the definition's dead_when, else where the
/// derivative is literally 0. Nothing where none ever is. Where it negates a comparison, a NaN is not told apart, so
/// kernels take dead_indicator.
std::optional<Formula> dead_condition(const Activation &activation);

/// "x < -5, where the slope is below about 1 % of its largest", "x <= 0 || x >= 6, where the slope is 0"; "none" where
/// no output is ever dead.
std::string dead_text(const Activation &activation);

}  // namespace actinide
