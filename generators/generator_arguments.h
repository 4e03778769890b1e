// What every generator asks of the catalogue: which arrays and scalars a pass has, and what it computes from them.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "generators/catalogue/catalogue.h"
#include "generators/catalogue/signature.h"
#include "generators/formula/lower.h"

namespace actinide {

/// Array length that the autoschedulers plan for: past L2, within a shared last-level cache.
constexpr int estimated_elements = 1 << 20;

struct GeneratorArguments {
    std::shared_ptr<const Activation> activation;
    DType dtype = DType::f32;
    std::vector<std::string> arrays;     ///< one value per element, in the order of the C function
    std::vector<Parameter> learned;      ///< one value per channel
    std::vector<Parameter> parameters;   ///< scalars
    std::vector<OutputFormula> outputs;  ///< per element first, then the sums over channels
};

/// What a generator's parameter `activation` is for this activation: its name or, where a user defined it, the whole
/// definition, so that generators need to know no activations but the catalogue's.
const std::string &generator_argument(const Activation &activation);

/// Throws Halide::CompileError for an unknown activation or dtype, or a pass that it does not have: a generator has no
/// other way to refuse.
GeneratorArguments generator_arguments(const std::string &activation, Pass pass, const std::string &dtype);
/// The same, and the activation must have no learned parameter.
GeneratorArguments elementwise_arguments(const std::string &activation, Pass pass, const std::string &dtype);
/// The same, and the activation must have learned parameters.
GeneratorArguments channelwise_arguments(const std::string &activation, Pass pass, const std::string &dtype);

}  // namespace actinide
