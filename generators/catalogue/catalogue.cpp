#include "generators/catalogue/catalogue.h"

#include <algorithm>
#include <iterator>

#include "generators/catalogue/elementary.h"
#include "generators/catalogue/families.h"

namespace actinide {

namespace {

std::vector<Activation> all_families() {
    std::vector<Activation> all;
    for (const auto &family :
         {piecewise_linear, thresholds, piecewise_quadratic, algebraic, exponential, saturating, self_gated, learned}) {
        std::vector<Activation> definitions = family();
        std::move(definitions.begin(), definitions.end(), std::back_inserter(all));
    }
    return all;
}

bool is_called(const Activation &activation, std::string_view name) {
    const auto &aliases = activation.aliases;
    return activation.name == name || std::find(aliases.begin(), aliases.end(), name) != aliases.end();
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
    return nullptr;
}

}  // namespace actinide
