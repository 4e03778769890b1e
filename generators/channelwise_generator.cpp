// Channelwise kernels: outer x channels x inner elements with learned parameters, one value per channel each.
#include <Halide.h>

#include <algorithm>

#include "generators/element_type.h"
#include "generators/generator_arguments.h"

namespace actinide {
namespace {

enum class Layout { channels_outside, channels_last };

const std::map<std::string, Layout> layout_names{{"channels_outside", Layout::channels_outside},
                                                 {"channels_last", Layout::channels_last}};

using ArrayInput = Halide::GeneratorInput<Halide::Buffer<>>;
using ArrayOutputs = Halide::GeneratorOutput<Halide::Func>;

/// The per-element outputs of a pass over (inner, channels, outer), or over (channels, outer) if inner is 1, so that
/// dimension 0 is always the one that is dense in memory.
template <typename Derived>
class Channelwise : public Halide::Generator<Derived> {
public:
    Halide::GeneratorParam<std::string> activation{"activation", ""};
    Halide::GeneratorParam<std::string> dtype{"dtype", "f32"};
    Halide::GeneratorParam<double> function_ulp{"function_ulp", 0};
    Halide::GeneratorParam<Layout> layout{"layout", Layout::channels_outside, layout_names};

    void configure() {
        const GeneratorArguments arguments =
            channelwise_arguments(activation, static_cast<Derived *>(this)->pass(), dtype);
        dtype_ = arguments.dtype;
        outputs_ = outputs_per_element(arguments);
        dimensions_ = layout == Layout::channels_outside ? 3 : 2;
        for (const std::string &name : arguments.arrays) {
            arrays_[name] = this->template add_input<Halide::Buffer<>>(name, storage_type(dtype_), dimensions_);
        }
        for (const Parameter &parameter : arguments.learned) {
            learned_[parameter.name] =
                this->template add_input<Halide::Buffer<>>(parameter.name, storage_type(dtype_), 1);
        }
        for (const Parameter &parameter : arguments.parameters) {
            scalars_[parameter.name] = this->template add_input<Halide::Expr>(parameter.name, arithmetic_type(dtype_));
        }
        output_ = this->template add_output<Halide::Func>(
            joint_name(outputs_), std::vector<Halide::Type>(outputs_.size(), storage_type(dtype_)), dimensions_);
    }

    void generate() {
        const Halide::Var inner("inner"), channel("channel"), outer("outer");
        const std::vector<Halide::Var> element =
            dimensions_ == 3 ? std::vector{inner, channel, outer} : std::vector{channel, outer};
        ElementBindings bindings;
        for (const auto &[name, array] : arrays_) {
            bindings.elements[name] = (*array)(std::vector<Halide::Expr>(element.begin(), element.end()));
        }
        for (const auto &[name, values] : learned_) {
            bindings.elements[name] = (*values)(channel);
        }
        for (const auto &[name, element_of] : bindings.elements) {
            bindings.numbers[name] = loaded(dtype_, element_of);
        }
        for (const auto &[name, scalar] : scalars_) {
            bindings.numbers[name] = *scalar;
        }
        define_together(*output_, element, outputs_, bindings, dtype_, function_ulp);
    }

    void schedule() {
        const Halide::Region elements =
            dimensions_ == 3 ? Halide::Region{{0, 4096}, {0, 64}, {0, 4}} : Halide::Region{{0, 64}, {0, 16384}};
        for (const auto &[name, array] : arrays_) {
            array->set_estimates(elements);
        }
        for (const auto &[name, values] : learned_) {
            values->set_estimates({{0, 64}});
        }
        output_->set_estimates(elements);
    }

private:
    friend Derived;
    Channelwise() = default;

    int dimensions_ = 0;
    DType dtype_ = DType::f32;
    std::vector<OutputFormula> outputs_;
    std::map<std::string, ArrayInput *> arrays_;
    std::map<std::string, ArrayInput *> learned_;
    std::map<std::string, Halide::GeneratorInput<Halide::Expr> *> scalars_;
    ArrayOutputs *output_ = nullptr;
};

class ChannelwiseForward : public Channelwise<ChannelwiseForward> {
public:
    static Pass pass() { return Pass::forward; }
};

class ChannelwiseBackward : public Channelwise<ChannelwiseBackward> {
public:
    static Pass pass() { return Pass::backward; }
};

/// derivative * gradient in float64, where the product of two floats (not of two doubles) is exact. A branch whose
/// derivative is literally zero adds zero, whatever the gradient.
Halide::Expr exact_term(const Formula &derivative, const Halide::Expr &gradient, const Bindings &bindings,
                        double function_ulp) {
    if (derivative.operation() == Operation::where) {
        const std::vector<Formula> &operands = derivative.operands();
        return Halide::select(lower(operands[0], bindings, function_ulp),
                              exact_term(operands[1], gradient, bindings, function_ulp),
                              exact_term(operands[2], gradient, bindings, function_ulp));
    }
    if (is_constant(derivative, 0)) {
        return Halide::cast<double>(0);
    }
    Halide::Expr wide_gradient = Halide::cast<double>(gradient);
    if (is_constant(derivative, 1)) {
        return wide_gradient;
    }
    return Halide::cast<double>(lower(derivative, bindings, function_ulp)) * wide_gradient;
}

/// What is added up over each channel: `factor`, or its product with dy.
struct Term {
    Formula factor;
    bool has_dy;
};

/// sums(lane)[i] = sum over step of term i at (lane, step), added step by step in float64, for all terms at once: they
/// share what their formulas have in common, and each element is loaded once. The caller chooses what lanes and steps
/// are; together with runtime/fold.h this fixes the order of the whole sum.
template <typename Derived>
class ChannelwiseSums : public Halide::Generator<Derived> {
public:
    Halide::GeneratorParam<std::string> activation{"activation", ""};
    Halide::GeneratorParam<std::string> dtype{"dtype", "f32"};
    Halide::GeneratorParam<double> function_ulp{"function_ulp", 0};

    void configure() {
        const GeneratorArguments arguments = channelwise_arguments(activation, Derived::pass(), dtype);
        dtype_ = arguments.dtype;
        terms_ = Derived::terms(arguments);
        for (const std::string &name : arguments.arrays) {
            arrays_[name] = this->template add_input<Halide::Buffer<>>(name, storage_type(dtype_), 2);
        }
        for (const Parameter &parameter : arguments.learned) {
            if (!is_mentioned(parameter.name)) continue;
            learned_[parameter.name] =
                this->template add_input<Halide::Buffer<>>(parameter.name, storage_type(dtype_), 1);
        }
        for (const Parameter &parameter : arguments.parameters) {
            if (!is_mentioned(parameter.name)) continue;
            scalars_[parameter.name] = this->template add_input<Halide::Expr>(parameter.name, arithmetic_type(dtype_));
        }
        const std::vector<Halide::Type> types(terms_.size(), Halide::Float(64));
        sums_ = this->template add_output<Halide::Func>("sums", types, 1);
    }

    void generate() {
        const Halide::Var lane("lane");
        const Halide::RDom step(0, arrays_.begin()->second->dim(1).extent(), "step");
        Bindings bindings;
        for (const auto &[name, array] : arrays_) {
            bindings[name] = loaded(dtype_, (*array)(lane, step));
        }
        for (const auto &[name, values] : learned_) {
            bindings[name] = loaded(dtype_, (*values)(lane));
        }
        for (const auto &[name, scalar] : scalars_) {
            bindings[name] = *scalar;
        }
        Halide::Func accumulate("accumulate");
        accumulate(lane) = Halide::Tuple(std::vector<Halide::Expr>(terms_.size(), Halide::cast<double>(0)));
        const Halide::FuncRef before = accumulate(lane);
        std::vector<Halide::Expr> sums;
        for (size_t i = 0; i < terms_.size(); ++i) {
            const Halide::Expr sum = terms_.size() == 1 ? Halide::Expr(before) : before[static_cast<int>(i)];
            sums.push_back(sum + exactly(terms_[i], bindings));
        }
        accumulate(lane) = Halide::Tuple(sums);
        const Halide::FuncRef after = accumulate(lane);
        if (terms_.size() == 1) {
            (*sums_)(lane) = Halide::Expr(after);
        } else {
            (*sums_)(lane) = Halide::Tuple(after);
        }
    }

    void schedule() {
        for (const auto &[name, array] : arrays_) {
            array->set_estimates({{0, 16}, {0, 128}});
        }
        for (const auto &[name, values] : learned_) {
            values->set_estimates({{0, 16}});
        }
        sums_->set_estimates({{0, 16}});
    }

private:
    friend Derived;
    ChannelwiseSums() = default;

    DType dtype_ = DType::f32;
    std::vector<Term> terms_;
    std::map<std::string, ArrayInput *> arrays_;
    std::map<std::string, ArrayInput *> learned_;
    std::map<std::string, Halide::GeneratorInput<Halide::Expr> *> scalars_;
    Halide::GeneratorOutput<Halide::Func> *sums_ = nullptr;

    /// A tile takes no more than it needs.
    bool is_mentioned(const std::string &name) const {
        return std::any_of(terms_.begin(), terms_.end(), [&](const Term &term) { return mentions(term.factor, name); });
    }

    Halide::Expr exactly(const Term &term, const Bindings &bindings) const {
        // A sum in float64 shows what a 16-bit result would round away.
        const bool is_usual = function_ulp == 0 || bytes_per_element(dtype_) == 2;
        const double ulp = is_usual ? math::usual_ulp : static_cast<double>(function_ulp);
        return term.has_dy ? exact_term(term.factor, bindings.at("dy"), bindings, ulp)
                           : Halide::cast<double>(lower(term.factor, bindings, ulp));
    }
};

class ChannelwiseParameterGradient : public ChannelwiseSums<ChannelwiseParameterGradient> {
public:
    static Pass pass() { return Pass::backward; }

    /// d forward / d parameter for each learned one.
    static std::vector<Term> terms(const GeneratorArguments &arguments) {
        std::vector<Term> terms;
        terms.reserve(arguments.learned.size());
        for (const Parameter &parameter : arguments.learned) {
            terms.push_back({computed_derivative(*arguments.activation, parameter), true});
        }
        return terms;
    }
};

class ChannelwiseCounts : public ChannelwiseSums<ChannelwiseCounts> {
public:
    static Pass pass() { return Pass::forward_counted; }

    static std::vector<Term> terms(const GeneratorArguments &arguments) {
        std::vector<Term> terms;
        for (const OutputFormula &output : arguments.outputs) {
            if (output.summed_over_channel) terms.push_back({output.computed, false});
        }
        return terms;
    }
};

}  // namespace
}  // namespace actinide

HALIDE_REGISTER_GENERATOR(actinide::ChannelwiseForward, channelwise_forward)
HALIDE_REGISTER_GENERATOR(actinide::ChannelwiseBackward, channelwise_backward)
HALIDE_REGISTER_GENERATOR(actinide::ChannelwiseParameterGradient, channelwise_parameter_gradient)
HALIDE_REGISTER_GENERATOR(actinide::ChannelwiseCounts, channelwise_counts)
