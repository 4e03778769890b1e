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

struct FamilyFile {
    const char *name;
    const char *summary;
    std::vector<Activation> (*definitions)();
};

constexpr FamilyFile family_files[] = {
    {"piecewise_linear", "Straight pieces that meet at kinks.", piecewise_linear},
    {"thresholds", "A gap or a threshold that lets through or not.", thresholds},
    {"piecewise_quadratic", "Parabolas that meet straight pieces.", piecewise_quadratic},
    {"algebraic", "Quotients and roots.", algebraic},
    {"exponential", "Made of e^x.", exponential},
    {"saturating", "Smooth steps, ramps and bells.", saturating},
    {"self_gated", "x times a gate that x opens.", self_gated},
    {"periodic", "Waves.", periodic},
    {"learned", "With parameters that are learned, mostly several, one value per channel each.", learned},
    {"gated", "An activation of one input times another input.", gated},
};

/// The definitions, and how many each family has.
struct AllFamilies {
    std::vector<Activation> definitions;
    std::vector<size_t> sizes;
};

const AllFamilies &all_families() {
    static const AllFamilies all = [] {
        AllFamilies made;
        for (const FamilyFile &file : family_files) {
            std::vector<Activation> definitions = file.definitions();
            made.sizes.push_back(definitions.size());
            std::move(definitions.begin(), definitions.end(), std::back_inserter(made.definitions));
        }
        return made;
    }();
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
    static const std::map<Profile, std::vector<Activation>> all = all_profiles_of(all_families().definitions);
    return all.at(profile);
}

const std::vector<Family> &families() {
    static const std::vector<Family> all = [] {
        std::vector<Family> made;
        const Activation *next = catalogue().data();
        for (size_t i = 0; i < std::size(family_files); ++i) {
            Family family{family_files[i].name, family_files[i].summary, {}};
            for (size_t member = 0; member < all_families().sizes[i]; ++member) family.members.push_back(next++);
            made.push_back(std::move(family));
        }
        return made;
    }();
    return all;
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
