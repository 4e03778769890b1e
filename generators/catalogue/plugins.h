// Loads plugins (plugin.h) and checks what they define.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "generators/catalogue/activation.h"

namespace actinide {

struct PluginResult {
    std::vector<Activation> activations;
    std::string error;  ///< a sentence for the user; empty if the plugin could be loaded
};

/// Runs the plugin's actinide_define. It stays loaded until the program ends, and its activations can be found by
/// find_plugin_activation from then on.
PluginResult load_plugin(const std::string &path);

/// An activation of a plugin that was loaded, or a fused form of one, by name; null if there is none.
std::shared_ptr<const Activation> find_plugin_activation(std::string_view name);

/// Why kernels cannot be made of the definition; empty if they can.
std::string why_not_defined(const Activation &activation);

}  // namespace actinide
