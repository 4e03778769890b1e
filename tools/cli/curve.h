// An activation's forward function and its gradient as points to draw, from its definition.
#pragma once

#include <string>
#include <vector>

#include "generators/catalogue/activation.h"

namespace actinide::cli {

struct Point {
    double x, y;
};

/// A function over a stretch of its main input, every parameter at its default and the other inputs held.
struct Curve {
    std::string name;                        ///< "elu(x)", "dy/dx"
    std::vector<std::vector<Point>> pieces;  ///< it jumps or bends from one to the next
    std::vector<Point> values;               ///< at kinks, what it is there
    std::vector<Point> limits;               ///< at kinks, what it comes near to from a side and is not
};

/// Curves of y and dy/d main input.
struct Curves {
    double low, high;  ///< of the main input
    Curve forward, gradient;
};

/// Over a stretch that shows all kinks, and few periods of a wave.
Curves draw_curves(const Activation &activation);

}  // namespace actinide::cli
