#include "generators/catalogue/known_activations.h"

#include <algorithm>
#include <utility>

#include "generators/catalogue/catalogue.h"
#include "generators/catalogue/fused.h"

namespace actinide {

const Activation *KnownActivations::add(Activation own) {
    if (find(own.name) != nullptr) return nullptr;
    return own_.emplace_back(std::make_unique<const Activation>(std::move(own))).get();
}

const Activation *KnownActivations::find(std::string_view name) const {
    if (const Activation *own = find_own(name)) return own;
    if (const Activation *form = find_fused_own(name)) return form;
    return find_activation(name, profile_);
}

namespace {

const Activation *find_in(const std::vector<std::unique_ptr<const Activation>> &all, std::string_view name) {
    const auto found = std::find_if(all.begin(), all.end(), [&](const auto &each) { return each->name == name; });
    return found != all.end() ? found->get() : nullptr;
}

}  // namespace

const Activation *KnownActivations::find_own(std::string_view name) const {
    return find_in(own_, name);
}

const Activation *KnownActivations::find_fused_own(std::string_view name) const {
    if (const Activation *known = find_in(fused_own_, name)) return known;
    const std::optional<FusedName> parts = split_fused_name(name);
    const Activation *own = parts ? find_own(parts->activation) : nullptr;
    if (own == nullptr || !why_not_fused(*own, parts->fusion).empty()) return nullptr;
    return fused_own_.emplace_back(std::make_unique<const Activation>(fused(*own, parts->fusion))).get();
}

std::vector<const Activation *> KnownActivations::own() const {
    std::vector<const Activation *> pointers;
    pointers.reserve(own_.size());
    for (const auto &each : own_) pointers.push_back(each.get());
    return pointers;
}

std::vector<const Activation *> KnownActivations::all() const {
    std::vector<const Activation *> pointers;
    pointers.reserve(catalogue(profile_).size() + own_.size());
    for (const Activation &each : catalogue(profile_)) pointers.push_back(&each);
    for (const auto &each : own_) pointers.push_back(each.get());
    return pointers;
}

}  // namespace actinide
