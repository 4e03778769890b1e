#include "schedules/target.h"

#include <Halide.h>

#include <algorithm>
#include <cassert>
#include <cctype>
#include <set>

namespace actinide {
namespace {

constexpr const char *what_is_served =
    "served are x86-64-linux with avx2 and fma (or avx512_skylake and above), arm-64-linux and both on other systems; "
    "'actinide list targets' shows the table";

const Target *find_row(std::string_view name) {
    for (const Target &row : target_table()) {
        if (row.name == name || std::find(row.aliases.begin(), row.aliases.end(), name) != row.aliases.end()) {
            return &row;
        }
    }
    return nullptr;
}

TargetLookup found(Target target) {
    return {std::move(target), "", false};
}
TargetLookup refused(std::string error, bool unsupported) {
    return {std::nullopt, std::move(error), unsupported};
}

/// The best level whose instructions this machine and its operating system offer.
TargetLookup find_host() {
#if defined(__x86_64__)
    // These builtins also ask the operating system whether it saves the wide registers.
    __builtin_cpu_init();
    if (__builtin_cpu_supports("x86-64-v4")) return found(*find_row("x86-64-avx512"));
    if (__builtin_cpu_supports("x86-64-v3")) return found(*find_row("x86-64-avx2"));
    if (__builtin_cpu_supports("x86-64-v2")) return found(*find_row("x86-64-sse41"));
    return refused("this machine has not even SSE4.2; name a target to build for another machine", true);
#elif defined(__aarch64__)
    return found(*find_row("aarch64-neon"));
#else
    return refused("this machine is neither x86-64 nor aarch64; name a target to build for another machine", true);
#endif
}

size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<size_t> row(b.size() + 1);
    for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (size_t i = 1; i <= a.size(); ++i) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.size(); ++j) {
            const size_t substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
        }
    }
    return row[b.size()];
}

std::string in_lower_case(std::string_view text) {
    std::string lower(text);
    for (char &c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return lower;
}

/// Short of every edit is a name of which only a part was given: "neon", "avx512".
size_t distance_to(const std::string &name, const std::string &given) {
    if (given.size() >= 3 && name.find(given) != std::string::npos) return 0;
    return edit_distance(given, name);
}

std::string nearest_name(std::string_view text) {
    const std::string given = in_lower_case(text);
    std::string nearest;
    size_t nearest_distance = std::max<size_t>(given.size() / 3, 2) + 1;
    const auto consider = [&](const std::string &name) {
        const size_t distance = distance_to(name, given);
        if (distance < nearest_distance) {
            nearest = name;
            nearest_distance = distance;
        }
    };
    consider("host");
    for (const Target &row : target_table()) {
        consider(row.name);
        for (const std::string &alias : row.aliases) consider(alias);
    }
    return nearest;
}

TargetLookup unknown(std::string_view name) {
    constexpr size_t longest_name = 64;  // a distance to more than that helps nobody
    const std::string given(name.substr(0, longest_name));
    const std::string nearest = nearest_name(given);
    if (nearest.empty()) return refused("unknown target '" + given + "'; actinide list targets shows all", false);
    return refused("unknown target '" + given + "'; did you mean '" + nearest + "'? (actinide list targets shows all)",
                   false);
}

using Feature = Halide::Target::Feature;

/// Features that change no result of ours: either a CPU's instructions beyond the level that is served, or what the
/// compiler sets by itself.
const std::set<Feature> &harmless_features() {
    using T = Halide::Target;
    static const std::set<Feature> features{T::NoAsserts,
                                            T::NoRuntime,
                                            T::NoBoundsQuery,
                                            T::StrictFloat,
                                            T::SSE41,
                                            T::AVX,
                                            T::AVX2,
                                            T::FMA,
                                            T::F16C,
                                            T::AVX512,
                                            T::AVX512_KNL,
                                            T::AVX512_Skylake,
                                            T::AVX512_Cannonlake,
                                            T::AVX512_Zen4,
                                            T::AVX512_Zen5,
                                            T::AVX512_SapphireRapids,
                                            T::ARMFp16,
                                            T::ARMDotProd,
                                            T::ARMv8a,
                                            T::ARMv81a,
                                            T::ARMv82a,
                                            T::ARMv83a,
                                            T::ARMv84a,
                                            T::ARMv85a,
                                            T::ARMv86a,
                                            T::ARMv87a,
                                            T::ARMv88a,
                                            T::ARMv89a,
                                            T::SVE,
                                            T::SVE2};
    return features;
}

/// The first feature that would need Halide's runtime or change the kernels' interface; empty if there is none.
std::string feature_that_cannot_be_served(const Halide::Target &target) {
    for (int index = 0; index < Halide::Target::FeatureEnd; ++index) {
        const auto feature = static_cast<Feature>(index);
        if (target.has_feature(feature) && !harmless_features().contains(feature)) {
            return Halide::Target::feature_to_name(feature);
        }
    }
    return "";
}

const Platform *platform_of(Halide::Target::OS os) {
    using T = Halide::Target;
    switch (os) {
        case T::Linux:
            return &linux_platform;
        case T::Android:
            return &android_platform;
        case T::OSX:
            return &macos_platform;
        case T::IOS:
            return &ios_platform;
        case T::Windows:
            return &windows_platform;
        case T::NoOS:
            return &bare_platform;
        default:
            return nullptr;
    }
}

/// The row of a platform that holds everything that a CPU can run: an archive of levels where there is one.
const Target *find_row(const Platform *platform, Architecture architecture) {
    for (const Target &row : target_table()) {
        if (row.platform == platform && row.architecture == architecture && row.level < 0) return &row;
    }
    return nullptr;
}

/// Of x86-64 Linux a level alone, which leaves out the question to the CPU; elsewhere the platform's archive.
const Target *row_serving(const Halide::Target &halide) {
    using T = Halide::Target;
    if (halide.bits != 64) return nullptr;
    const Platform *platform = platform_of(halide.os);
    if (halide.arch == T::ARM) return find_row(platform, Architecture::arm);
    if (halide.arch != T::X86) return nullptr;
    const bool has_avx512 = halide.features_any_of(
        {T::AVX512_Skylake, T::AVX512_Cannonlake, T::AVX512_Zen4, T::AVX512_Zen5, T::AVX512_SapphireRapids});
    if (!has_avx512 && !halide.features_all_of({T::AVX2, T::FMA})) return nullptr;
    if (platform != &linux_platform) return find_row(platform, Architecture::x86);
    return find_row(has_avx512 ? "x86-64-avx512" : "x86-64-avx2");
}

std::string why_not_served(const Halide::Target &halide) {
    const Platform *platform = platform_of(halide.os);
    if (halide.arch == Halide::Target::X86 && halide.bits == 64 && find_row(platform, Architecture::x86) != nullptr) {
        return "has no avx2 with fma; add -avx2-fma-f16c, or name x86-64-sse41 for older machines";
    }
    return "is for a machine that Actinide does not build for";
}

std::string warning_of(const std::string &given, const Target &row) {
    const std::string start = "'" + given + "' is served as " + row.name + ": ";
    if (!row.levels.empty()) return start + "the level is chosen when the program runs";
    if (row.architecture == Architecture::arm) {
        return start + "schedule and instructions are those of a generic Armv8.0";
    }
    return start + "schedule and instructions are those of a generic " + row.llvm_cpu +
           ", and the CPU is not checked when the program runs";
}

/// Kernels of a raw Halide target are those of the row that serves it, alone in their archive.
TargetLookup serve_halide_target(const std::string &given, const Halide::Target &halide) {
    const std::string feature = feature_that_cannot_be_served(halide);
    if (feature == "cuda") {
        return refused(
            "Halide target '" + given + "' asks for cuda; give cuda as a target of its own beside the host's", true);
    }
    if (!feature.empty()) {
        return refused("Halide target '" + given + "' has the feature '" + feature +
                           "', which Actinide cannot serve; " + what_is_served,
                       true);
    }
    const Target *row = row_serving(halide);
    if (row == nullptr) {
        return refused("Halide target '" + given + "' " + why_not_served(halide) + "; " + what_is_served, true);
    }
    Target target = *row;
    target.name = given;
    target.aliases.clear();
    target.summary = "Halide target, served as " + row->name;
    target.level = -1;
    target.generic_warning = warning_of(given, *row);
    return found(std::move(target));
}

/// Halide's sentence without its "Error: " and what it repeats in brackets.
std::string complaint_of(const Halide::Error &error) {
    const std::string text = error.what();
    const std::string_view start = "Error: ";
    const size_t begin = text.starts_with(start) ? start.size() : 0;
    return text.substr(begin, text.find_first_of(".\n", begin) - begin);
}

/// Halide reports a malformed string by an exception in some cases and by its result in others.
bool is_halide_target(std::string_view name) {
    try {
        return Halide::Target::validate_target_string(std::string(name));
    } catch (const Halide::Error &) {
        return false;
    }
}

}  // namespace

std::vector<std::string> level_names(const Target &target) {
    return target.levels.empty() ? std::vector{target.name} : target.levels;
}

const Target &host_of(const std::string &folder) {
    const auto &rows = target_table();
    const auto host = std::find_if(rows.begin(), rows.end(), [&](const Target &row) { return row.folder == folder; });
    assert(host != rows.end() && "a GPU's kernels are placed beside a row's archive");
    return *host;
}

TargetLookup find_target(std::string_view name) {
    if (const Target *row = find_row(name)) return found(*row);
    if (name == "host") return find_host();
    if (!is_halide_target(name)) return unknown(name);
    const std::string given(name);
    try {
        return serve_halide_target(given, Halide::Target(given));
    } catch (const Halide::Error &error) {
        // Words that exist, in a combination that does not: SVE on x86.
        return refused(
            "Halide target '" + given + "' contradicts itself (" + complaint_of(error) + "); " + what_is_served, true);
    }
}

}  // namespace actinide
