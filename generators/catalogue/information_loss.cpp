#include "generators/catalogue/information_loss.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>

#include "generators/formula/exact.h"
#include "generators/formula/print.h"

namespace actinide {

namespace {

/// Zero where the gradient at x is too small for the type to hold it exactly: there nothing more can be lost.
double loss_at(const Activation &activation, const Formula &gradient, DType dtype, double at) {
    const FloatFormat format = format_of(dtype);
    Inputs inputs = inputs_at(activation, at);
    const double wanted = exact_to(float64_format, gradient, inputs);
    if (std::fabs(wanted) < std::ldexp(1.0, format.min_exponent - 1)) return 0;
    inputs["y"] = exact_to(format, activation.forward, inputs);
    const double found = exact_to(float64_format, *activation.from_output.derivative, inputs);
    return std::fabs(found - wanted) / std::fabs(wanted);
}

/// Where to look: +x and -x from 2^-6 to 2^7.
class Points {
public:
    Points(const Activation &activation, DType dtype)
        : activation_(activation), gradient_(derivative(activation)), dtype_(dtype) {}

    static constexpr int steps_per_octave = 70;
    static constexpr int first = -6 * steps_per_octave;
    static constexpr int last = 7 * steps_per_octave;

    /// The first x from `step` on that loses more than `limit`; moves `step` there.
    std::optional<double> find(double limit, int &step) const {
        // Losses swing, as roundings do, and the width of the swing grows with |x|: large steps find where it nears the
        // limit, small ones from there on the first that is beyond.
        constexpr int stride = 10;
        constexpr double near_limit = 1.0 / 16;
        while (step <= last && !loses(near_limit * limit, step)) step += stride;
        for (step = std::max(first, step - stride + 1); step <= last; ++step) {
            if (const std::optional<double> at = loses(limit, step)) return at;
        }
        return std::nullopt;
    }

private:
    const Activation &activation_;
    Formula gradient_;
    DType dtype_;

    std::optional<double> loses(double limit, int step) const {
        // A float of every type, so that x itself is not rounded.
        const double size = std::exp2(static_cast<double>(step) / steps_per_octave);
        const double magnitude = rounded(math::Real(size, 53), bfloat16_format);
        for (const double at : {magnitude, -magnitude}) {
            if (loss_at(activation_, gradient_, dtype_, at) > limit) return at;
        }
        return std::nullopt;
    }
};

std::optional<InformationLoss> find_loss(const Activation &activation, DType dtype) {
    const Points points(activation, dtype);
    int step = Points::first;
    const std::optional<double> tenth_at = points.find(0.1, step);
    if (!tenth_at) return std::nullopt;
    // What is left of the gradient has no digit that is right.
    return InformationLoss{*tenth_at, points.find(0.999, step)};
}

/// What the loss depends on, as text.
std::string key_of(const Activation &activation, DType dtype) {
    std::string key =
        to_string(dtype) + " " + print(activation.forward) + " " + print(*activation.from_output.derivative);
    for (const Parameter &parameter : activation.parameters) {
        key += fmt::format(" {}={}", parameter.name, parameter.default_value);
    }
    return key;
}

}  // namespace

std::optional<InformationLoss> loss_from_output(const Activation &activation, DType dtype) {
    // Headers and manifests ask for each function and target.
    static std::map<std::string, std::optional<InformationLoss>> known;
    static std::mutex mutex;
    const std::scoped_lock lock(mutex);
    const std::string key = key_of(activation, dtype);
    const auto found = known.find(key);
    return found != known.end() ? found->second : known.emplace(key, find_loss(activation, dtype)).first->second;
}

std::string loss_text(const Activation &activation, DType dtype) {
    return loss_text(loss_from_output(activation, dtype), dtype);
}

std::string loss_text(const std::optional<InformationLoss> &loss, DType dtype) {
    if (!loss) return "";
    const std::string all = loss->all_lost_at ? fmt::format(" and by 100 % at x = {:.3g}", *loss->all_lost_at) : "";
    return fmt::format("off by 10 % at x = {:.3g}{}, where y rounded to {} no longer tells x", loss->tenth_at, all,
                       to_string(dtype));
}

}  // namespace actinide
