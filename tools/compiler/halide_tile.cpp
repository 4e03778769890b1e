#include "tools/compiler/halide_tile.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tools/compiler/emit.h"
#include "tools/compiler/failure.h"
#include "tools/compiler/lint.h"

namespace actinide {
namespace {

/// A private folder for the files through which Halide hands its bitcode over.
class TemporaryFolder {
public:
    TemporaryFolder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "actinide-XXXXXX").string();
        if (mkdtemp(pattern.data()) == nullptr) {
            throw CompileFailure("cannot create a temporary folder " + pattern + "; check TMPDIR and the free space",
                                 exit_system_refused);
        }
        path_ = pattern;
    }
    TemporaryFolder(const TemporaryFolder &) = delete;
    TemporaryFolder &operator=(const TemporaryFolder &) = delete;
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    std::string file(const std::string &name) const { return (path_ / name).string(); }

private:
    std::filesystem::path path_;
};

std::string read_file(const std::string &path) {
    std::ifstream stream(path, std::ios::binary);
    std::string content{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
    if (!stream || content.empty()) {
        throw CompileFailure("cannot read back " + path + "; check the free space of TMPDIR", exit_system_refused);
    }
    return content;
}

Halide::Target halide_target(const Target &target) {
    // A CUDA thread's tile is lowered as for a CPU and retargeted by the NVPTX stage.
    return Halide::Target(target.halide + "-no_runtime-no_asserts-no_bounds_query-strict_float");
}

std::vector<Halide::Argument> module_arguments(Halide::Internal::AbstractGenerator &generator) {
    std::vector<Halide::Argument> arguments;
    for (const auto &info : generator.arginfos()) {
        if (info.dir != Halide::Internal::ArgInfoDirection::Input) {
            continue;
        }
        for (const Halide::Parameter &parameter : generator.input_parameter(info.name)) {
            arguments.emplace_back(
                info.name, parameter.is_buffer() ? Halide::Argument::InputBuffer : Halide::Argument::InputScalar,
                parameter.type(), parameter.dimensions(), parameter.get_argument_estimates());
        }
    }
    return arguments;
}

std::vector<TileArgument> tile_arguments(Halide::Internal::AbstractGenerator &generator) {
    std::vector<TileArgument> inputs, outputs;
    for (const auto &info : generator.arginfos()) {
        const bool is_output = info.dir == Halide::Internal::ArgInfoDirection::Output;
        (is_output ? outputs : inputs).push_back({info.name, info.dimensions, info.types.front().bits(), is_output});
    }
    inputs.insert(inputs.end(), outputs.begin(), outputs.end());
    return inputs;
}

/// Parameters arrive under their Halide names in the IR; nothing else may stay unbound, so the same order as
/// `arginfos` is what the function takes.
ScheduleRecord apply_schedule(const Halide::Pipeline &pipeline, const TileRequest &request, const Target &target,
                              const CompileOptions &options) {
    if (options.autoscheduler.empty()) {
        return schedule_by_hand(pipeline, request.shape, target);
    }
    AutoscheduleResult result =
        autoschedule(pipeline, request.shape, target, options.autoscheduler, options.autoscheduler_parameters);
    if (!result.record) {
        throw CompileFailure(result.error, exit_unsupported);
    }
    return *result.record;
}

HalideTile lower_tile_or_throw(const TileRequest &request, const Target &target, const CompileOptions &options) {
    const Halide::Target strict_target = halide_target(target);
    auto generator =
        Halide::Internal::GeneratorRegistry::create(request.generator, Halide::GeneratorContext(strict_target));
    for (const auto &[name, value] : request.parameters) {
        generator->set_generatorparam_value(name, value);
    }

    HalideTile tile;
    Halide::Pipeline pipeline = generator->build_pipeline();
    tile.schedule = apply_schedule(pipeline, request, target, options);
    tile.function = request.function;
    tile.arguments = tile_arguments(*generator);

    const Halide::Module module = pipeline.compile_to_module(module_arguments(*generator), request.function,
                                                             strict_target, Halide::LinkageType::External);
    const std::string complaint = lint(module);
    if (!complaint.empty()) {
        throw CompileFailure(request.function + ": " + complaint);
    }

    const TemporaryFolder folder;
    std::map<Halide::OutputFileType, std::string> outputs{{Halide::OutputFileType::bitcode, folder.file("tile.bc")}};
    if (wants(options, Emit::stmt)) {
        outputs[Halide::OutputFileType::stmt] = folder.file("tile.stmt");
    }
    module.compile(outputs);
    tile.bitcode = read_file(folder.file("tile.bc"));
    if (wants(options, Emit::stmt)) {
        tile.stmt = read_file(folder.file("tile.stmt"));
    }
    return tile;
}

}  // namespace

HalideTile lower_tile(const TileRequest &request, const Target &target, const CompileOptions &options) {
    keep_halide_quiet();
    try {
        return lower_tile_or_throw(request, target, options);
    } catch (const Halide::Error &error) {
        throw CompileFailure("Halide could not lower " + request.function + " for " + target.name + ": " +
                             error.what());
    }
}

}  // namespace actinide
