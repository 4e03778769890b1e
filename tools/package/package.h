// Objects in, a folder that links into anything out.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "generators/catalogue/signature.h"

namespace actinide {

/// One kernel as the package sees it: no Halide, no LLVM.
struct PackagedKernel {
    const Activation *activation;
    Pass pass;
    DType dtype;
    std::string target;               ///< "x86-64"
    std::string folder;               ///< of the archive that holds it: "x86_64-linux"
    std::vector<std::string> levels;  ///< targets inside; the target itself if it has no levels
    bool cuda = false;
    std::string symbol;                ///< with prefix: "actn_elu_forward_f32"
    std::vector<std::string> symbols;  ///< all public symbols of the object
    std::string hash;                  ///< of the object, XXH3-128 in hex
    size_t bytes = 0;                  ///< of code and constants that a program with this kernel loads
    struct Tile {
        std::string tile, target, schedule_json;
    };
    std::vector<Tile> tiles;
    std::string accuracy = "not yet measured";    ///< the error bound in words: "<= 0.86 ULP over all 2^32 inputs"
    std::string brief_accuracy = "not measured";  ///< the same for a table: "0.86 ULP"
    std::string device_evidence;                  ///< CUDA: the device that ran it, in words; empty: none has
};

/// One static library: libN.a, on Windows N.lib.
struct PackagedArchive {
    std::string folder;                         ///< "x86_64-linux"
    std::string system_name, system_processor;  ///< as CMake spells them: "Linux", "x86_64"
    bool cuda = false;                          ///< libN_cuda.a instead of libN.a
    std::string content;
    std::string c_compiler = "cc";  ///< the command that compiles and links programs for it
};

struct Package {
    std::string name = "actinide_kernels";
    std::string prefix = "actn";
    std::string version;
    std::string command;                          ///< repeats the build
    std::string conventions = "torch";            ///< whose constants, defaults and slopes at kinks
    std::map<std::string, std::string> versions;  ///< halide, llvm, actinide
    std::vector<PackagedKernel> kernels;
    std::vector<PackagedArchive> archives;
    std::map<std::string, std::string> stages;  ///< path below emit/ -> content
};

/// Every file of the package: path below out/<name>/ -> content. Pure; writes nothing.
std::map<std::string, std::string> package_files(const Package &package);

/// What a folder holds, so that only its like replaces it.
struct FolderKind {
    const char *noun;  ///< "package", as messages say it
    /// Whether the file at a path below the folder is JSON whose "files" lists everything of ours.
    bool (*is_manifest)(const std::string &path);
    const char *where_else;  ///< the options that choose another folder: "--out or --name"
};

/// share/<name>/manifest.json.
extern const FolderKind package_folder;

/// Writes `files` as `folder`, whole or not at all: into a temporary folder beside it, then renamed over the old one.
/// Files with unchanged content keep their time; if none changed, nothing is touched. What killed builds left beside it
/// is removed. A folder that holds files but no manifest of its kind is not ours and is refused, never replaced.
/// Returns a sentence on failure (disk full, not a folder, permission).
/// `at_its_turn` is called once no other build writes beside the folder, before anything there is changed.
std::optional<std::string> write_folder(const std::string &folder, const std::map<std::string, std::string> &files,
                                        const std::function<void()> &at_its_turn = {},
                                        const FolderKind &kind = package_folder);

/// `text` as one word of a shell.
std::string shell_word(const std::string &text);

/// The line that compiles main.c and links it against the package in `folder`, for the archives in
/// lib/`archive_folder`. With `cuda` the program may also call the CUDA functions.
std::string link_line(const Package &package, const std::string &folder, const std::string &archive_folder,
                      bool cuda = false);

}  // namespace actinide
