#include "generators/catalogue/known_activations.h"

#include <algorithm>
#include <utility>

#include "generators/catalogue/catalogue.h"

namespace actinide {

const Activation *KnownActivations::add(Activation own) {
    if (find(own.name) != nullptr) return nullptr;
    return own_.emplace_back(std::make_unique<const Activation>(std::move(own))).get();
}

const Activation *KnownActivations::find(std::string_view name) const {
    const auto found = std::find_if(own_.begin(), own_.end(), [&](const auto &each) { return each->name == name; });
    return found != own_.end() ? found->get() : find_activation(name);
}

std::vector<const Activation *> KnownActivations::own() const {
    std::vector<const Activation *> pointers;
    pointers.reserve(own_.size());
    for (const auto &each : own_) pointers.push_back(each.get());
    return pointers;
}

std::vector<const Activation *> KnownActivations::all() const {
    std::vector<const Activation *> pointers;
    pointers.reserve(catalogue().size() + own_.size());
    for (const Activation &each : catalogue()) pointers.push_back(&each);
    for (const auto &each : own_) pointers.push_back(each.get());
    return pointers;
}

}  // namespace actinide
