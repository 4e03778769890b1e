#include "tools/verify/shard_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "generators/catalogue/catalogue.h"
#include "generators/catalogue/definition_text.h"
#include "tools/compiler/digest.h"
#include "tools/verify/part_text.h"
#include "tools/verify/parts.h"

namespace actinide {
namespace {

using Json = nlohmann::ordered_json;

/// A sentence for the user, on its way to merge_shards.
struct UnusableShard : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct ShardFile {
    std::string path;
    uint64_t index = 1;  ///< 1 … the options' count
    Json options;        ///< equal in all shards of a run
    KnownActivations activations;
    std::vector<Measurement> measurements;
};

// ---- writing
// ---------------------------------------------------------------------------------------------------------

Json versions_json() {
    Json json = Json::object();
    for (const auto &[name, version] : component_versions()) json[name] = version;
    return json;
}

Json options_json(const VerifyOptions &options) {
    return {{"exhaustive", options.exhaustive},
            {"samples", options.samples},
            {"random parameters", options.random_parameters},
            {"digests", options.only_digests},
            {"max-ulp", exact_text(options.compile.max_ulp)},
            {"shards", options.shard.count}};
}

Json measurement_json(const Measurement &measurement) {
    Json parts = Json::array();
    for (const auto &[number, part] : measurement.parts) parts.push_back(part_json(number, part));
    Json specials = Json::array();
    for (const SpecialPoint &point : measurement.specials) {
        specials.push_back(Json::array({point.input, point.ours, point.exact}));
    }
    const KernelKey &key = measurement.key;
    return {{"activation", text_as(*key.activation)},
            {"definition", key.activation->definition},
            {"pass", to_string(key.pass)},
            {"dtype", to_string(key.dtype)},
            {"target", key.target.name},
            {"level", measurement.level},
            {"hash", measurement.kernel_hash},
            {"first_part", measurement.first_part},
            {"parts", parts},
            {"specials", specials}};
}

// ---- reading
// ---------------------------------------------------------------------------------------------------------

std::string read_text(const std::string &path) {
    std::ifstream stream(path, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
    if (stream.bad() || !stream.is_open()) {
        throw UnusableShard(fmt::format("'{}' cannot be read; give the files that verify --shard wrote", path));
    }
    return text;
}

VerifyOptions options_from(const Json &json) {
    VerifyOptions options;
    options.exhaustive = json.at("exhaustive");
    options.samples = json.at("samples");
    options.random_parameters = json.at("random parameters");
    options.only_digests = json.at("digests");
    options.compile.max_ulp = from_exact_text(json.at("max-ulp"));
    return options;
}

/// Null if there is none.
const Activation *activation_from(const Json &json, KnownActivations &known) {
    const std::string definition = json.at("definition");
    const std::string name = json.at("activation");
    const Activation *found = definition.empty() ? find_activation_as(name) : known.find(name);
    if (found != nullptr || definition.empty()) return found;
    DefinitionResult defined = parse_definition(definition);
    if (!defined.activation) return nullptr;
    known.add(std::move(*defined.activation));
    return known.find(name);  // it may be a fused form of what was defined
}

KernelKey key_from(const Json &json, KnownActivations &known) {
    return {activation_from(json, known), pass_from_name(json.at("pass").get<std::string>()).value(),
            dtype_from_name(json.at("dtype").get<std::string>()).value(),
            find_target(json.at("target").get<std::string>()).target.value()};
}

Measurement measurement_from(const Json &json, KnownActivations &known) {
    Measurement measurement{key_from(json, known), json.at("level"), json.at("hash"), json.at("first_part"), {}, {}};
    if (measurement.key.activation == nullptr) throw std::invalid_argument("no such activation");
    for (const Json &part : json.at("parts")) measurement.parts.insert(part_from_json(part));
    for (const Json &point : json.at("specials")) {
        measurement.specials.push_back({.input = point.at(0), .ours = point.at(1), .exact = point.at(2)});
    }
    return measurement;
}

std::string version_text(const Json &versions) {
    std::string text;
    for (const auto &[name, version] : versions.items()) {
        text += (text.empty() ? "" : ", ") + name + " " + version.get<std::string>();
    }
    return text;
}

/// Throws what a JSON library throws where the content is not ours.
ShardFile parse_shard(const std::string &path, const Json &json) {
    const Json &versions = json.at("versions");
    if (versions != versions_json()) {
        throw UnusableShard(fmt::format("'{}' was made by {}, and this is {}; run its shard again with this version",
                                        path, version_text(versions), version_text(versions_json())));
    }
    const Json &content = json.at("content");
    if (json.at("digest") != digest(content.dump())) throw std::invalid_argument("another digest");
    ShardFile file{path, content.at("shard"), content.at("options"), {}, {}};
    static_cast<void>(options_from(file.options));
    if (file.index < 1 || file.index > file.options.at("shards")) throw std::invalid_argument("no such shard");
    for (const Json &kernel : content.at("kernels")) {
        file.measurements.push_back(measurement_from(kernel, file.activations));
    }
    return file;
}

ShardFile read_shard(const std::string &path) {
    try {
        return parse_shard(path, Json::parse(read_text(path)));
    } catch (const UnusableShard &) {
        throw;
    } catch (const std::exception &) {
        throw UnusableShard(fmt::format(
            "'{}' is no whole file of verify --shard: it was cut off or changed; run its shard again", path));
    }
}

// ---- whether shards belong together
// ----------------------------------------------------------------------------------

void require_same_options(const ShardFile &first, const ShardFile &other) {
    for (const auto &[name, value] : first.options.items()) {
        if (other.options.at(name) == value) continue;
        throw UnusableShard(
            fmt::format("'{}' and '{}' are of two runs: '{}' is {} in the one and {} in the other; "
                        "merge the shards of one run",
                        first.path, other.path, name, value.dump(), other.options.at(name).dump()));
    }
}

std::string name_of(const Measurement &measurement) {
    return to_string(measurement.key) + " at " + measurement.level;
}

void require_same_kernels(const ShardFile &first, const ShardFile &other) {
    const size_t count = std::max(first.measurements.size(), other.measurements.size());
    for (size_t i = 0; i < count; ++i) {
        const auto name = [&](const ShardFile &file) {
            return i < file.measurements.size() ? name_of(file.measurements[i]) : "nothing more";
        };
        if (name(first) != name(other)) {
            throw UnusableShard(
                fmt::format("'{}' is about {} where '{}' is about {}; run the same kernels in every "
                            "shard, on machines with the same levels",
                            first.path, name(first), other.path, name(other)));
        }
        const Measurement &a = first.measurements[i];
        const Measurement &b = other.measurements[i];
        if (a.kernel_hash != b.kernel_hash || a.first_part != b.first_part) {
            throw UnusableShard(
                fmt::format("'{}' and '{}' measured different kernels by the name {} (hashes {} and "
                            "{}); run every shard with the same build of actinide",
                            first.path, other.path, name_of(a), a.kernel_hash, b.kernel_hash));
        }
    }
}

void require_every_shard_once(const std::vector<ShardFile> &files) {
    const uint64_t count = files.front().options.at("shards");
    std::vector<const ShardFile *> found(count);
    for (const ShardFile &file : files) {
        const ShardFile *&place = found.at(file.index - 1);
        if (place != nullptr) {
            throw UnusableShard(fmt::format("'{}' and '{}' are both shard {}/{}; give each shard once", place->path,
                                            file.path, file.index, count));
        }
        place = &file;
    }
    for (uint64_t i = 0; i < count; ++i) {
        if (found[i] != nullptr) continue;
        throw UnusableShard(fmt::format("shard {}/{} is missing ({} of {} files were given); run it with --shard {}/{}",
                                        i + 1, count, files.size(), count, i + 1, count));
    }
}

/// That a shard holds its own parts, all of them, cannot be otherwise unless a build cut its run in another way.
void require_its_parts(const ShardFile &file, const VerifyOptions &options) {
    const Shard shard{file.index, file.options.at("shards")};
    for (const Measurement &measurement : file.measurements) {
        std::vector<uint64_t> expected;
        for (uint64_t part = 0; part < PartPlan(measurement.key, options).parts(); ++part) {
            if (shard.owns(measurement.first_part + part)) expected.push_back(part);
        }
        const bool is_whole =
            std::equal(expected.begin(), expected.end(), measurement.parts.begin(), measurement.parts.end(),
                       [](uint64_t number, const auto &part) { return number == part.first; });
        if (!is_whole) {
            throw UnusableShard(fmt::format("'{}' does not hold the parts of shard {}/{} of {}; run its shard again",
                                            file.path, shard.index, shard.count, name_of(measurement)));
        }
    }
}

MergedShards merge(std::vector<ShardFile> files) {
    for (const ShardFile &file : files) {
        require_same_options(files.front(), file);
        require_same_kernels(files.front(), file);
    }
    require_every_shard_once(files);
    MergedShards merged;
    merged.options = options_from(files.front().options);
    for (const ShardFile &file : files) require_its_parts(file, merged.options);
    merged.measurements = std::move(files.front().measurements);
    merged.activations = std::move(files.front().activations);
    for (size_t i = 0; i < merged.measurements.size(); ++i) {
        Measurement &whole = merged.measurements[i];
        for (auto file = files.begin() + 1; file != files.end(); ++file) {
            whole.parts.merge(file->measurements[i].parts);
            if (whole.specials.empty()) whole.specials = std::move(file->measurements[i].specials);
        }
    }
    return merged;
}

}  // namespace

std::string shard_text(const std::vector<Measurement> &measurements, const VerifyOptions &options) {
    Json kernels = Json::array();
    for (const Measurement &measurement : measurements) kernels.push_back(measurement_json(measurement));
    const Json content = {{"shard", options.shard.index}, {"options", options_json(options)}, {"kernels", kernels}};
    const Json file = {{"versions", versions_json()}, {"digest", digest(content.dump())}, {"content", content}};
    return file.dump() + "\n";
}

MergedShards merge_shards(const std::vector<std::string> &paths) {
    try {
        std::vector<ShardFile> files;
        files.reserve(paths.size());
        for (const std::string &path : paths) files.push_back(read_shard(path));
        return merge(std::move(files));
    } catch (const UnusableShard &problem) {
        return {{}, {}, {}, problem.what()};
    }
}

}  // namespace actinide
