#include "tools/compiler/kernel_cache.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "generators/formula/print.h"
#include "generators/generator_arguments.h"
#include "tools/compiler/digest.h"
#include "tools/compiler/whole_file.h"

namespace actinide {
namespace {

using Json = nlohmann::json;

std::string read_file(const std::string &path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

std::string key_text(const KernelKey &key, const CompileOptions &options) {
    Json json = {{"program", program_digest()},
                 {"versions", component_versions()},
                 {"kernel", to_string(key)},
                 {"formula", print(key.activation->forward)},
                 {"activation", generator_argument(*key.activation)},
                 {"plugin", key.activation->plugin.empty() ? "" : digest(read_file(key.activation->plugin))},
                 {"folder", key.target.folder},
                 {"levels", level_names(key.target)},
                 {"halide", key.target.halide},
                 {"llvm_features", key.target.llvm_features},
                 {"prefix", options.prefix},
                 {"split", options.split},
                 {"max_ulp", options.max_ulp},
                 {"optimize_size", options.optimize_size},
                 {"autoscheduler", options.autoscheduler},
                 {"autoscheduler_parameters", options.autoscheduler_parameters}};
    for (const Emit emit : options.emit) json["emit"].push_back(to_string(emit));
    for (const std::string &level : level_names(key.target)) {
        const auto choice = options.choices.find(name_without_target(key) + "@" + level);
        if (choice != options.choices.end()) json["choices"][level] = in_words(choice->second);
    }
    return json.dump();
}

Json binary(const std::string &bytes) {
    return Json::binary({bytes.begin(), bytes.end()});
}
std::string text_of(const Json &binary) {
    return {binary.get_binary().begin(), binary.get_binary().end()};
}

std::string serialized(const CompiledKernel &kernel) {
    Json json = {{"symbol", kernel.symbol},
                 {"symbols", kernel.symbols},
                 {"object", binary(kernel.object)},
                 {"hash", kernel.hash},
                 {"bytes", kernel.bytes}};
    json["tiles"] = Json::array();
    for (const TileReport &tile : kernel.tiles) json["tiles"].push_back({tile.tile, tile.target, tile.schedule});
    json["stages"] = Json::object();
    for (const auto &[name, content] : kernel.stages) json["stages"][name] = binary(content);
    json["float_operations"] = Json::object();
    for (const auto &[tile, operations] : kernel.float_operations) {
        json["float_operations"][tile] = Json::array();
        for (const auto &[id, name] : operations) json["float_operations"][tile].push_back({id, name});
    }
    const std::vector<uint8_t> bytes = Json::to_cbor(json);
    return {bytes.begin(), bytes.end()};
}

CompiledKernel deserialized(const std::string &bytes, const KernelKey &key) {
    const Json json = Json::from_cbor(bytes);
    CompiledKernel kernel;
    kernel.key = key;
    kernel.symbol = json.at("symbol");
    kernel.symbols = json.at("symbols").get<std::vector<std::string>>();
    kernel.object = text_of(json.at("object"));
    kernel.hash = json.at("hash");
    kernel.bytes = json.at("bytes");
    for (const Json &tile : json.at("tiles")) kernel.tiles.push_back({tile.at(0), tile.at(1), tile.at(2)});
    for (const auto &[name, content] : json.at("stages").items()) kernel.stages[name] = text_of(content);
    for (const auto &[tile, operations] : json.at("float_operations").items()) {
        auto &known = kernel.float_operations[tile];
        for (const Json &operation : operations) known.emplace(operation.at(0), operation.at(1));
    }
    kernel.from_cache = true;
    return kernel;
}

}  // namespace

const std::string &program_digest() {
    static const std::string digest_of_program = digest(read_file("/proc/self/exe"));
    return digest_of_program;
}

std::string KernelCache::path_of(const KernelKey &key, const CompileOptions &options) const {
    const std::string name = digest(key_text(key, options));
    return folder_ + "/" + name.substr(0, 2) + "/" + name.substr(2);
}

std::optional<CompiledKernel> KernelCache::find(const KernelKey &key, const CompileOptions &options) const {
    if (folder_.empty()) return std::nullopt;
    const std::string path = path_of(key, options);
    const std::string content = read_file(path);
    const size_t digest_length = digest("").size();
    if (content.size() <= digest_length) return std::nullopt;
    const std::string payload = content.substr(digest_length);
    if (digest(payload) != content.substr(0, digest_length)) return std::nullopt;
    // `cache prune` looks at the times, and many file systems do not note when a file was read.
    utimensat(AT_FDCWD, path.c_str(), nullptr, 0);
    return deserialized(payload, key);
}

void KernelCache::keep(const CompiledKernel &kernel, const CompileOptions &options) const {
    if (folder_.empty()) return;
    const std::string path = path_of(kernel.key, options);
    const std::string payload = serialized(kernel);
    std::error_code problem;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path(), problem);
    // A kernel that cannot be kept is compiled again next time.
    static_cast<void>(write_whole_file(path, digest(payload) + payload));
}

}  // namespace actinide
