#include "generators/catalogue/catalogue.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <mutex>

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

bool is_called(const Activation &activation, std::string_view name) {
    const auto &aliases = activation.aliases;
    return activation.name == name || std::find(aliases.begin(), aliases.end(), name) != aliases.end();
}

/// Made when they are first asked for, as most are never wanted.
const Activation *find_fused(std::string_view name) {
    static std::map<std::string, Activation, std::less<>> known;
    static std::mutex mutex;
    const std::optional<FusedName> parts = split_fused_name(name);
    const Activation *activation = parts ? find_activation(parts->activation) : nullptr;
    if (activation == nullptr || !why_not_fused(*activation, parts->fusion).empty()) return nullptr;
    const std::scoped_lock lock(mutex);
    const auto found = known.find(activation->name + "_" + to_string(parts->fusion));
    if (found != known.end()) return &found->second;
    Activation form = fused(*activation, parts->fusion);
    const std::string form_name = form.name;
    return &known.emplace(form_name, std::move(form)).first->second;
}

}  // namespace

const std::vector<Activation> &catalogue() {
    static const std::vector<Activation> all = all_families();
    return all;
}

const Activation *find_activation(std::string_view name) {
    for (const std::vector<Activation> *all : {&catalogue(), &elementary_functions()}) {
        const auto found =
            std::find_if(all->begin(), all->end(), [&](const Activation &a) { return is_called(a, name); });
        if (found != all->end()) return &*found;
    }
    return find_fused(name);
}

}  // namespace actinide
