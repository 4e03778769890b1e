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
    std::string index_array;             ///< the one of them that holds small integers, a byte each; empty: none
    std::vector<Parameter> learned;      ///< one value per channel
    std::vector<Parameter> parameters;   ///< scalars
    std::vector<OutputFormula> outputs;  ///< as the C function has them: per element, then the sums over channels
};

/// Those with one value per element.
std::vector<OutputFormula> outputs_per_element(const GeneratorArguments &arguments);

/// As a Halide program holds them: of numbers, or of small integers.
Halide::Type type_of_array(const GeneratorArguments &arguments, const std::string &array);
std::vector<Halide::Type> types_of_outputs(const std::vector<OutputFormula> &outputs, DType dtype);
/// An element of that array, as formulas take it.
Halide::Expr loaded(const GeneratorArguments &arguments, const std::string &array, const Halide::Expr &element);

/// What such outputs are called together where there are several: one Func computes them all.
std::string joint_name(const std::vector<OutputFormula> &outputs);

/// What the variables of formulas stand for at one element.
struct ElementBindings {
    Bindings numbers;   ///< all of them, in the type of the arithmetic
    Bindings elements;  ///< those that come from arrays of the outputs' own type, as they lie in memory
};

/// Whether each result is one of the elements, scalars or constants themselves.
bool only_chooses(const Formula &formula);

/// `together`(element) = all of them. Several are computed by a Func of their own, which a schedule has to finish for
/// all elements of a vector before any is stored, because an output may lie over an input. `function_ulp` is what each
/// function may err in ULP of the arithmetic type, 0 what is usual for the dtype.
void define_together(const Halide::Func &together, const std::vector<Halide::Var> &element,
                     const std::vector<OutputFormula> &outputs, const ElementBindings &bindings, DType dtype,
                     double function_ulp);

/// What a generator's parameter `activation` is for this activation: its name or, where a user defined it, the whole
/// definition, so that generators need to know no activations but the catalogue's. A fused form of a definition is
/// "DEFINITION with bias"; one of the catalogue's in other conventions than torch's "leaky_relu_bias as jax".
std::string generator_argument(const Activation &activation);

/// Throws Halide::CompileError for an unknown activation or dtype, or a pass that it does not have: a generator has no
/// other way to refuse.
GeneratorArguments generator_arguments(const std::string &activation, Pass pass, const std::string &dtype);
/// The same, and the activation must have no learned parameter.
GeneratorArguments elementwise_arguments(const std::string &activation, Pass pass, const std::string &dtype);
/// The same, and backward the activation must have learned parameters.
GeneratorArguments channelwise_arguments(const std::string &activation, Pass pass, const std::string &dtype);

}  // namespace actinide
