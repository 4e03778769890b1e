// Whose constants, defaults and slopes at kinks an activation has: what --conventions chooses.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "generators/catalogue/activation.h"

namespace actinide {

const std::vector<Profile> &all_profiles();
/// "jax".
std::string to_string(Profile profile);
std::optional<Profile> profile_from_name(std::string_view name);
/// Which functions the profile follows, in one line.
std::string meaning_of(Profile profile);

/// The definition as the profile's framework has the function, with `differences` that say what became another. Where
/// there are none, its kernels are the definition's.
Activation with_conventions(const Activation &definition, Profile profile);

}  // namespace actinide
