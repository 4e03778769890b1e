// What a plugin includes: a shared library that defines activations as the catalogue does, in C++.
//
//     #include <generators/catalogue/plugin.h>
//     using namespace actinide;
//
//     void actinide_define(std::vector<Activation> &activations) {
//         const Formula beta = variable("beta");
//         activations.push_back({.name = "swishy",
//                                .summary = "x times a logistic function of it.",
//                                .source = "our paper, eq. 3",
//                                .parameters = {{.name = "beta", .default_value = 1, .meaning = "steepness"}},
//                                .forward = x * call("sigmoid", {beta * x})});
//     }
//
// Compiled as a shared library in C++20 with the command's own C++ library; nothing is linked, the command has it all.
#pragma once

#include "generators/catalogue/activation.h"

namespace actinide {

/// What a plugin was compiled against. One of other headers is refused before it is run.
struct PluginInterface {
    int version;
    size_t activation_bytes, input_bytes, parameter_bytes, formula_bytes;
};
constexpr PluginInterface this_plugin_interface() {
    return {1, sizeof(Activation), sizeof(Input), sizeof(Parameter), sizeof(Formula)};
}

}  // namespace actinide

extern "C" {

/// The plugin's own: appends its activations. Names must be new; the rules are those of the catalogue (activation.h).
__attribute__((visibility("default"))) void actinide_define(std::vector<actinide::Activation> &activations);

// NOLINTNEXTLINE(clang-diagnostic-return-type-c-linkage): both sides are C++; only the name is C's.
inline __attribute__((used, visibility("default"))) void actinide_plugin_interface(actinide::PluginInterface *found) {
    *found = actinide::this_plugin_interface();
}

}  // extern "C"
