// actinide doctor: what this machine has, what it lacks and what mends it.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <thread>

#include "schedules/target.h"
#include "tools/cli/cache_folder.h"
#include "tools/cli/json.h"
#include "tools/cli/machine.h"
#include "tools/cli/table.h"
#include "tools/cli/verbs.h"
#include "tools/compiler/compiler.h"

#ifndef ACTINIDE_CLANG
#define ACTINIDE_CLANG ""
#endif

namespace actinide::cli {
namespace {

struct Finding {
    std::string name;
    bool required = false;
    bool found = false;
    std::string version;
    std::string where;
    std::string purpose;
    std::string remedy;  ///< the command or the step that mends it
};

/// Programs that Actinide itself never needs, but its users and tests do.
struct OptionalProgram {
    std::string name;
    std::vector<std::string> files;
    std::string purpose;
    std::string remedy;
};

const std::vector<OptionalProgram> &optional_programs() {
    static const std::vector<OptionalProgram> programs = {
        {"C compiler", {"cc", "gcc", "clang"}, "compiles programs that use a package", "apt-get install gcc"},
        {"CMake", {"cmake"}, "finds a package with find_package", "apt-get install cmake"},
        {"pkg-config", {"pkg-config", "pkgconf"}, "finds a package from makefiles", "apt-get install pkg-config"},
        {"aarch64 compiler",
         {"aarch64-linux-gnu-gcc"},
         "links for 64-bit ARM",
         "apt-get install gcc-aarch64-linux-gnu libc6-dev-arm64-cross"},
        {"qemu-aarch64",
         {"qemu-aarch64", "qemu-aarch64-static"},
         "runs 64-bit ARM programs here",
         "apt-get install qemu-user"},
        {"ptxas", {"ptxas"}, "assembles CUDA kernels, to check them without a GPU", "pip install nvidia-cuda-nvcc"},
    };
    return programs;
}

Finding find_halide() {
    const std::string file = loaded_library("libHalide");
    return {"Halide",
            true,
            true,
            component_versions()["halide"],
            file.empty() ? "inside this program" : file,
            "lowers formulas to loops",
            "pip install halide==21.0.0"};
}

Finding find_llvm() {
    const std::string file = loaded_library("libLLVM");
    return {"LLVM",
            true,
            true,
            component_versions()["llvm"],
            file.empty() ? "inside this program" : file,
            "compiles loops to objects and PTX",
            "apt-get install libllvm22"};
}

/// Plugins lie beside the library, in a file named for them.
Finding find_autoscheduler(const std::string &name) {
    std::string lower = name;
    std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
    const std::string file = "libautoschedule_" + lower + ".so";
    const std::filesystem::path halide = std::filesystem::path(loaded_library("libHalide")).parent_path();
    Finding finding{name, false, false, "", "", "autoscheduler", "pip install --force-reinstall halide==21.0.0"};
    for (const auto &folder : {halide, halide.parent_path() / "lib", halide.parent_path() / "lib64"}) {
        std::error_code ignored;
        if (!std::filesystem::is_regular_file(folder / file, ignored)) continue;
        finding.found = true;
        finding.where = (folder / file).string();
        break;
    }
    return finding;
}

Finding find_build_clang() {
    const std::string file = ACTINIDE_CLANG;
    std::error_code ignored;
    const bool found = !file.empty() && std::filesystem::exists(file, ignored);
    return {"clang",
            false,
            found,
            found ? version_of(file) : "",
            file,
            "compiled the embedded runtime when Actinide was built",
            "apt-get install clang-22"};
}

/// The CPU with the levels of x86-64 that it runs, lowest first.
Finding find_cpu() {
    Finding finding{"CPU", false, false, "", "", "", "name a target to build for another machine"};
    const std::string model = cpu_model();
    const TargetLookup host = find_target("host");
    finding.found = host.target.has_value();
    finding.where =
        fmt::format("{}, {} threads", model.empty() ? "unknown model" : model, std::thread::hardware_concurrency());
    if (!host.target) {
        finding.purpose = host.error;
        return finding;
    }
    std::vector<std::string> levels = {host.target->name};
    for (const Target &archive : target_table()) {
        const auto best = std::find(archive.levels.begin(), archive.levels.end(), host.target->name);
        if (best != archive.levels.end()) levels.assign(archive.levels.begin(), best + 1);
    }
    finding.purpose = fmt::format("runs {}", fmt::join(levels, ", "));
    return finding;
}

Finding find_cache(const std::string &given) {
    const std::string folder = find_cache_folder(given);
    Finding finding{"cache folder", true, false, "", folder, "", ""};
    const std::string reason = folder.empty() ? "there is no home folder for it" : prepare_cache_folder(folder);
    finding.found = reason.empty();
    finding.purpose = reason.empty() ? "keeps compiled kernels" : reason;
    finding.remedy = "export ACTINIDE_CACHE=DIR, with a folder that can be written";
    return finding;
}

/// A wheel of NVIDIA's lies beside Halide's in a virtual environment.
std::vector<std::string> wheel_folders() {
    const std::string halide = loaded_library("libHalide");
    const size_t packages = halide.find("/site-packages/");
    if (packages == std::string::npos) return {};
    std::vector<std::string> folders;
    std::error_code none;
    const std::string nvidia = halide.substr(0, packages) + "/site-packages/nvidia";
    for (const auto &item : std::filesystem::directory_iterator(nvidia, none)) {
        folders.push_back(item.path().string() + "/bin");
    }
    return folders;
}

Finding find_optional(const OptionalProgram &program) {
    const std::string file = find_program(program.files, wheel_folders());
    return {program.name, false,           !file.empty(), file.empty() ? "" : version_of(file),
            file,         program.purpose, program.remedy};
}

Finding find_driver() {
    const std::string file = loadable_library("libcuda.so.1", "cuInit");
    return {"NVIDIA driver", false, !file.empty(), "", file, "runs CUDA kernels", "apt-get install nvidia-driver"};
}

std::vector<Finding> examine(const DoctorArguments &arguments) {
    std::vector<Finding> findings = {find_halide(), find_llvm(), find_cpu(), find_cache(arguments.cache_folder),
                                     find_build_clang()};
    for (const std::string &name : autoscheduler_names()) findings.push_back(find_autoscheduler(name));
    for (const OptionalProgram &program : optional_programs()) findings.push_back(find_optional(program));
    findings.push_back(find_driver());
    return findings;
}

std::string status_of(const Finding &finding) {
    if (finding.found) return "ok";
    return finding.required ? "MISSING" : "none";
}

std::string print_text(const std::vector<Finding> &findings) {
    std::vector<std::vector<std::string>> rows;
    for (const Finding &finding : findings) {
        const std::string found =
            finding.where.empty() ? finding.purpose : finding.where + " (" + finding.purpose + ")";
        rows.push_back({status_of(finding), finding.name, finding.version,
                        finding.found ? found : fmt::format("{}; to mend: {}", finding.purpose, finding.remedy)});
    }
    return align_columns(rows);
}

Json print_machine(const std::vector<Finding> &findings) {
    JsonList components;
    for (const Finding &finding : findings) {
        components.push_back(JsonObject{{"name", finding.name},
                                        {"required", finding.required},
                                        {"found", finding.found},
                                        {"version", finding.version},
                                        {"where", finding.where},
                                        {"purpose", finding.purpose},
                                        {"remedy", finding.found ? Json() : Json(finding.remedy)}});
    }
    return JsonObject{{"components", components}};
}

}  // namespace

Outcome run(const DoctorArguments &arguments) {
    const std::vector<Finding> findings = examine(arguments);
    Outcome outcome = succeed(arguments.json ? print_json(print_machine(findings)) : print_text(findings));
    std::vector<std::string> lacking;
    for (const Finding &finding : findings) {
        if (finding.required && !finding.found) lacking.push_back(finding.name);
    }
    if (!lacking.empty()) {
        outcome.exit_code = exit_missing;
        outcome.error =
            fmt::format("required, but missing: {}; the lines above say what mends it", fmt::join(lacking, ", "));
    }
    return outcome;
}

}  // namespace actinide::cli
