#include "generators/catalogue/catalogue.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <mutex>

#include "generators/catalogue/conventions.h"
#include "generators/catalogue/elementary.h"
#include "generators/catalogue/families.h"
#include "generators/catalogue/fused.h"

namespace actinide {

namespace {

std::vector<Activation> all_families() {
    std::vector<Activation> all;
    for (const auto &family : {piecewise_linear, thresholds, piecewise_quadratic, algebraic, exponential, saturating,
                               self_gated, periodic, learned, gated}) {
        std::vector<Activation> definitions = family();
        std::move(definitions.begin(), definitions.end(), std::back_inserter(all));
    }
    return all;
}

std::map<Profile, std::vector<Activation>> all_profiles_of(const std::vector<Activation> &definitions) {
    std::map<Profile, std::vector<Activation>> all;
    for (const Profile profile : all_profiles()) {
        for (const Activation &definition : definitions) all[profile].push_back(with_conventions(definition, profile));
    }
    return all;
}

constexpr std::string_view as_profile = " as ";

bool is_called(const Activation &activation, std::string_view name) {
    const auto &aliases = activation.aliases;
    return activation.name == name || std::find(aliases.begin(), aliases.end(), name) != aliases.end();
}

/// Made when they are first asked for, as most are never wanted.
const Activation *find_fused(std::string_view name, Profile profile) {
    static std::map<std::pair<Profile, std::string>, Activation> known;
    static std::mutex mutex;
    const std::optional<FusedName> parts = split_fused_name(name);
    const Activation *activation = parts ? find_activation(parts->activation, profile) : nullptr;
    if (activation == nullptr || !why_not_fused(*activation, parts->fusion).empty()) return nullptr;
    const std::scoped_lock lock(mutex);
    const auto found = known.find({profile, activation->name + "_" + to_string(parts->fusion)});
    if (found != known.end()) return &found->second;
    Activation form = fused(*activation, parts->fusion);
    const std::pair key(profile, form.name);
    return &known.emplace(key, std::move(form)).first->second;
}

}  // namespace

const std::vector<Activation> &catalogue(Profile profile) {
    static const std::map<Profile, std::vector<Activation>> all = all_profiles_of(all_families());
    return all.at(profile);
}

const Activation *find_activation(std::string_view name, Profile profile) {
    for (const std::vector<Activation> *all : {&catalogue(profile), &elementary_functions()}) {
        const auto found =
            std::find_if(all->begin(), all->end(), [&](const Activation &a) { return is_called(a, name); });
        if (found != all->end()) return &*found;
    }
    return find_fused(name, profile);
}

const Activation *find_activation_as(std::string_view text) {
    const size_t end = text.rfind(as_profile);
    if (end == std::string_view::npos) return find_activation(text);
    const std::optional<Profile> profile = profile_from_name(text.substr(end + as_profile.size()));
    return profile ? find_activation(text.substr(0, end), *profile) : nullptr;
}

std::string text_as(const Activation &activation) {
    if (activation.differences.empty()) return activation.name;
    return activation.name + std::string(as_profile) + to_string(activation.profile);
}

}  // namespace actinide
