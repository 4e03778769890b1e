// A picture of an activation and its gradient.
#pragma once

#include <string>

#include "generators/catalogue/activation.h"

namespace actinide::cli {

/// An SVG of y and dy/dx over the main input, with ticks, a legend and a mark at every kink: a dot for the value there,
/// a ring for what a side comes near to. Where the two differ much in size, each has axes of its own. Readable on dark
/// and on light pages; needs nothing from elsewhere.
std::string draw_picture(const Activation &activation);

}  // namespace actinide::cli
