// The families of definitions, one file each; catalogue.cpp puts them together and says what each is.
#pragma once

#include <vector>

#include "generators/catalogue/activation.h"

namespace actinide {

std::vector<Activation> piecewise_linear();
std::vector<Activation> thresholds();
std::vector<Activation> piecewise_quadratic();
std::vector<Activation> algebraic();
std::vector<Activation> exponential();
std::vector<Activation> saturating();
std::vector<Activation> self_gated();
std::vector<Activation> periodic();
std::vector<Activation> learned();
std::vector<Activation> gated();

}  // namespace actinide
