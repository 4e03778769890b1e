// The exact value of a formula for many inputs at once: in double where that is certain to be enough.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "generators/formula/formula.h"

namespace actinide {

/// Values with a bound on how far each is from the real one. Infinite: nothing is known. An infinity with the bound 0
/// stands for any real number that is too large for a double as well.
struct Approximation {
    std::vector<double> values;
    std::vector<double> errors;
    std::vector<double> largest_terms = {};  ///< sizes of the formula's largest terms, where they were asked for
};

/// Evaluates one formula over blocks of its variable `name`, the other variables fixed.
/// Method: every operation in double with a running error bound (Higham, Accuracy and Stability of Numerical
/// Algorithms, section 3.3): a sum, product or quotient adds its own rounding unless it was exact, a function adds what
/// glibc documents of it and carries its argument's error by twice its derivative.
class FastReference {
public:
    /// With `wants_largest_terms` also the largest_term of exact.h, roughly.
    FastReference(Formula formula, std::string name, std::map<std::string, double> fixed,
                  bool wants_largest_terms = false)
        : formula_(std::move(formula)),
          name_(std::move(name)),
          fixed_(std::move(fixed)),
          wants_largest_terms_(wants_largest_terms) {}

    Approximation evaluate(std::span<const double> inputs) const;

    bool wants_largest_terms() const { return wants_largest_terms_; }

    /// For MPFR, which decides what double leaves in doubt.
    const Formula &formula() const { return formula_; }
    /// All variables where the varied one is `input`.
    std::map<std::string, double> at(double input) const;

private:
    Formula formula_;
    std::string name_;
    std::map<std::string, double> fixed_;
    bool wants_largest_terms_;
};

}  // namespace actinide
