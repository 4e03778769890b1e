// Elementwise kernels: n independent elements, one output, scalar parameters.
#include <Halide.h>

#include "generators/generator_arguments.h"

namespace actinide {
namespace {

/// output(i) = the pass's formula of the inputs at i. One class serves every elementwise pass; the passes are
/// registered under names of their own, so that `-g elementwise_forward activation=NAME` reads as what it does.
template <typename Derived>
class Elementwise : public Halide::Generator<Derived> {
public:
    Halide::GeneratorParam<std::string> activation{"activation", ""};

    void configure() {
        const GeneratorArguments arguments = elementwise_arguments(activation, static_cast<Derived *>(this)->pass());
        formula_ = arguments.outputs.front();
        for (const std::string &name : arguments.arrays) {
            arrays_[name] = this->template add_input<Halide::Buffer<float, 1>>(name);
        }
        for (const Parameter &parameter : arguments.parameters) {
            scalars_[parameter.name] = this->template add_input<float>(parameter.name);
            defaults_[parameter.name] = static_cast<float>(parameter.default_value);
        }
        output_ = this->template add_output<Halide::Buffer<float, 1>>(formula_->output);
    }

    void generate() {
        Bindings bindings;
        for (const auto &[name, array] : arrays_) {
            bindings[name] = (*array)(i_);
        }
        for (const auto &[name, scalar] : scalars_) {
            bindings[name] = *scalar;
        }
        (*output_)(i_) = lower(formula_->computed, bindings);
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
    Halide::Var i_{"i"};
    std::optional<OutputFormula> formula_;
    std::map<std::string, Halide::GeneratorInput<Halide::Buffer<float, 1>> *> arrays_;
    std::map<std::string, Halide::GeneratorInput<float> *> scalars_;
    std::map<std::string, float> defaults_;
    Halide::GeneratorOutput<Halide::Buffer<float, 1>> *output_ = nullptr;
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

}  // namespace
}  // namespace actinide

HALIDE_REGISTER_GENERATOR(actinide::ElementwiseForward, elementwise_forward)
HALIDE_REGISTER_GENERATOR(actinide::ElementwiseBackward, elementwise_backward)
HALIDE_REGISTER_GENERATOR(actinide::ElementwiseBackwardFromOutput, elementwise_backward_from_output)
