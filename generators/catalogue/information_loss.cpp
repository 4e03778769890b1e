#include "generators/catalogue/information_loss.h"

#include <fmt/format.h>

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

std::optional<InformationLoss> find_loss(const Activation &activation, DType dtype) {
    const Formula gradient = derivative(activation);
    std::optional<double> tenth_at;
    constexpr int steps_per_octave = 70;
    for (int step = -6 * steps_per_octave; step <= 7 * steps_per_octave; ++step) {
        // A float of every type, so that x itself is not rounded.
        const double size = std::exp2(static_cast<double>(step) / steps_per_octave);
        const double magnitude = rounded(math::Real(size, 53), bfloat16_format);
        for (const double at : {magnitude, -magnitude}) {
            const double loss = loss_at(activation, gradient, dtype, at);
            if (loss > 0.1 && !tenth_at) tenth_at = at;
            // What is left of the gradient has no digit that is right.
            if (loss > 0.999) return InformationLoss{*tenth_at, at};
        }
    }
    if (!tenth_at) return std::nullopt;
    return InformationLoss{*tenth_at, std::nullopt};
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
