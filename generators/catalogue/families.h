// The families of definitions, one file each; catalogue.cpp puts them together.
#pragma once

#include <vector>

#include "generators/catalogue/activation.h"

namespace actinide {

/// Straight pieces that meet at kinks.
std::vector<Activation> piecewise_linear();
/// A gap or a threshold that lets through or not.
std::vector<Activation> thresholds();
/// Parabolas that meet straight pieces.
std::vector<Activation> piecewise_quadratic();
/// Quotients and roots.
std::vector<Activation> algebraic();
/// Made of e^x.
std::vector<Activation> exponential();
/// Smooth steps, ramps and bells.
std::vector<Activation> saturating();
/// x times a gate that x opens.
std::vector<Activation> self_gated();
/// Waves.
std::vector<Activation> periodic();
/// An activation of one input times another input.
std::vector<Activation> gated();
/// With parameters that are learned, mostly several, one value per channel each.
std::vector<Activation> learned();

}  // namespace actinide
