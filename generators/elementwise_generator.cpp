// Elementwise kernels: n independent elements, scalar parameters.
#include <Halide.h>

#include "generators/element_type.h"
#include "generators/generator_arguments.h"

namespace actinide {
namespace {

using ArrayInput = Halide::GeneratorInput<Halide::Buffer<>>;
using ArrayOutputs = Halide::GeneratorOutput<Halide::Func>;

/// output(i) = the pass's formula of the inputs at i, for all outputs together. One class serves every elementwise
/// pass; the passes are registered under names of their own, so that `-g elementwise_forward activation=NAME` reads as
/// what it does.
template <typename Derived>
class Elementwise : public Halide::Generator<Derived> {
public:
    Halide::GeneratorParam<std::string> activation{"activation", ""};
    Halide::GeneratorParam<std::string> dtype{"dtype", "f32"};
    Halide::GeneratorParam<double> function_ulp{"function_ulp", 0};

    void configure() {
        arguments_ = elementwise_arguments(activation, static_cast<Derived *>(this)->pass(), dtype);
        outputs_ = outputs_per_element(arguments_);
        const Halide::Type number = arithmetic_type(arguments_.dtype);
        for (const std::string &name : arguments_.arrays) {
            arrays_[name] = this->template add_input<Halide::Buffer<>>(name, type_of_array(arguments_, name), 1);
        }
        for (const Parameter &parameter : arguments_.parameters) {
            scalars_[parameter.name] = this->template add_input<Halide::Expr>(parameter.name, number);
            defaults_[parameter.name] = Halide::Internal::make_const(number, parameter.default_value);
        }
        output_ = this->template add_output<Halide::Func>(joint_name(outputs_),
                                                          types_of_outputs(outputs_, arguments_.dtype), 1);
    }

    void generate() {
        ElementBindings bindings;
        for (const auto &[name, array] : arrays_) {
            bindings.numbers[name] = loaded(arguments_, name, (*array)(i_));
            if (name != arguments_.index_array) bindings.elements[name] = (*array)(i_);
        }
        for (const auto &[name, scalar] : scalars_) {
            bindings.numbers[name] = *scalar;
        }
        define_together(*output_, {i_}, outputs_, bindings, arguments_.dtype, function_ulp);
    }

    void schedule() {
        for (const auto &[name, array] : arrays_) {
            array->set_estimates({{0, estimated_elements}});
        }
        for (const auto &[name, scalar] : scalars_) {
            scalar->set_estimate(defaults_.at(name));
        }
        output_->set_estimates({{0, estimated_elements}});
    }

private:
    friend Derived;
    Elementwise() = default;

    Halide::Var i_{"i"};
    GeneratorArguments arguments_;
    std::vector<OutputFormula> outputs_;
    std::map<std::string, ArrayInput *> arrays_;
    std::map<std::string, Halide::GeneratorInput<Halide::Expr> *> scalars_;
    std::map<std::string, Halide::Expr> defaults_;
    ArrayOutputs *output_ = nullptr;
};

class ElementwiseForward : public Elementwise<ElementwiseForward> {
public:
    static Pass pass() { return Pass::forward; }
};

class ElementwiseBackward : public Elementwise<ElementwiseBackward> {
public:
    static Pass pass() { return Pass::backward; }
};

class ElementwiseBackwardFromOutput : public Elementwise<ElementwiseBackwardFromOutput> {
public:
    static Pass pass() { return Pass::backward_from_output; }
};

/// y, and a byte that says which slope the element has.
class ElementwiseForwardMask : public Elementwise<ElementwiseForwardMask> {
public:
    static Pass pass() { return Pass::forward_mask; }
};

class ElementwiseBackwardFromMask : public Elementwise<ElementwiseBackwardFromMask> {
public:
    static Pass pass() { return Pass::backward_from_mask; }
};

}  // namespace
}  // namespace actinide

HALIDE_REGISTER_GENERATOR(actinide::ElementwiseForward, elementwise_forward)
HALIDE_REGISTER_GENERATOR(actinide::ElementwiseBackward, elementwise_backward)
HALIDE_REGISTER_GENERATOR(actinide::ElementwiseBackwardFromOutput, elementwise_backward_from_output)
HALIDE_REGISTER_GENERATOR(actinide::ElementwiseForwardMask, elementwise_forward_mask)
HALIDE_REGISTER_GENERATOR(actinide::ElementwiseBackwardFromMask, elementwise_backward_from_mask)
