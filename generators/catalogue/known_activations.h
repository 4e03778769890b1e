// The activations that a command knows: the catalogue's and, behind them, the user's own.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "generators/catalogue/activation.h"

namespace actinide {

/// The catalogue's are in a profile's conventions. Owns the user's definitions; whoever asks for names passes it on.
/// Pointers that it hands out live as long as it does.
class KnownActivations {
public:
    KnownActivations() = default;
    explicit KnownActivations(Profile profile) : profile_(profile) {}
    KnownActivations(KnownActivations &&) = default;
    KnownActivations &operator=(KnownActivations &&) = default;
    KnownActivations(const KnownActivations &) = delete;
    KnownActivations &operator=(const KnownActivations &) = delete;
    ~KnownActivations() = default;

    /// Takes one more, whose name no other may have: null if one has.
    const Activation *add(Activation own);

    /// By name or alias, elementary functions and fused forms too; null if there is none.
    const Activation *find(std::string_view name) const;

    Profile profile() const { return profile_; }

    /// The user's own, in the order in which they came.
    std::vector<const Activation *> own() const;
    /// The catalogue's, then the user's own.
    std::vector<const Activation *> all() const;

private:
    Profile profile_ = Profile::torch;
    std::vector<std::unique_ptr<const Activation>> own_;
    mutable std::vector<std::unique_ptr<const Activation>> fused_own_;  ///< those that were asked for

    const Activation *find_own(std::string_view name) const;
    const Activation *find_fused_own(std::string_view name) const;
};

}  // namespace actinide
