// Runs lowered formulas by Halide's JIT, for tests.
#pragma once

#include <Halide.h>
#include <map>
#include <string>
#include <vector>

#include "generators/formula/lower.h"

namespace actinide::testing {

using Arrays = std::map<std::string, std::vector<float>>;

/// A pipeline's inputs as buffers over the arrays, which must outlive them.
inline std::map<std::string, Halide::Buffer<float>> buffers(Arrays &arrays) {
    std::map<std::string, Halide::Buffer<float>> result;
    for (auto &[name, values] : arrays) {
        result.emplace(name, Halide::Buffer<float>(values.data(), static_cast<int>(values.size())));
    }
    return result;
}

inline Bindings bindings_at(std::map<std::string, Halide::Buffer<float>> &buffers, const Halide::Var &i) {
    Bindings bindings;
    for (auto &[name, buffer] : buffers) bindings[name] = buffer(i);
    return bindings;
}

inline std::vector<float> realize(Halide::Func output, int size) {
    const Halide::Target target = Halide::get_host_target().with_feature(Halide::Target::StrictFloat);
    Halide::Buffer<float> result = output.realize({size}, target);
    return {result.begin(), result.end()};
}

/// The lowered formula's value for each element of the arrays, vectorised as kernels are.
inline std::vector<float> run_lowered(const Formula &formula, Arrays arrays) {
    const Halide::Var i;
    const int size = static_cast<int>(arrays.begin()->second.size());
    auto inputs = buffers(arrays);
    Halide::Func output;
    output(i) = lower(formula, bindings_at(inputs, i));
    output.vectorize(i, 8, Halide::TailStrategy::GuardWithIf);
    return realize(output, size);
}

}  // namespace actinide::testing
