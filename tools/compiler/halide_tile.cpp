#include "tools/compiler/halide_tile.h"

#include <sys/mman.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "schedules/schedule.h"
#include "tools/compiler/emit.h"
#include "tools/compiler/failure.h"
#include "tools/compiler/lint.h"

namespace actinide {
namespace {

/// A file in memory: Halide hands its output over in files only, and a full disk would end the process inside it.
class MemoryFile {
public:
    MemoryFile() : descriptor_(memfd_create("actinide", MFD_CLOEXEC)) {
        if (descriptor_ < 0) {
            throw CompileFailure("the system refused a file in memory; use fewer jobs (-j 1)", exit_system_refused);
        }
    }
    MemoryFile(const MemoryFile &) = delete;
    MemoryFile &operator=(const MemoryFile &) = delete;
    ~MemoryFile() { close(descriptor_); }

    std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

    std::string content() const {
        std::ifstream stream(path(), std::ios::binary);
        std::string bytes{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
        if (bytes.empty()) {
            throw CompileFailure("the system refused memory for Halide's output; use fewer jobs (-j 1)",
                                 exit_system_refused);
        }
        return bytes;
    }

private:
    int descriptor_;
};

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
        for (unsigned i = 0; i < info.types.size(); ++i) {
            const Halide::Type type = info.types[i];
            (is_output ? outputs : inputs)
                .push_back({info.name, info.dimensions, type.bits(), type.is_float(), is_output, i});
        }
    }
    inputs.insert(inputs.end(), outputs.begin(), outputs.end());
    return inputs;
}

/// Parameters arrive under their Halide names in the IR; nothing else may stay unbound, so the same order as
/// `arginfos` is what the function takes.
ScheduleRecord apply_schedule(const Halide::Pipeline &pipeline, const TileRequest &request, const Target &target,
                              const CompileOptions &options, const ScheduleChoice &choice) {
    const std::string &autoscheduler = choice.autoscheduler.empty() ? options.autoscheduler : choice.autoscheduler;
    if (autoscheduler.empty() || !request.is_for_autoschedulers) {
        ScheduleRecord record = schedule_by_hand(pipeline, request.shape, target, choice);
        if (choice.arranges_loops()) record.by = "tuning";
        return record;
    }
    AutoscheduleResult result =
        autoschedule(pipeline, request.shape, target, autoscheduler, options.autoscheduler_parameters);
    if (!result.record) {
        throw CompileFailure(result.error, exit_unsupported);
    }
    return *result.record;
}

HalideTile lower_tile_or_throw(const TileRequest &request, const Target &target, const CompileOptions &options,
                               const ScheduleChoice &choice) {
    const Halide::Target strict_target = halide_target(target);
    auto generator =
        Halide::Internal::GeneratorRegistry::create(request.generator, Halide::GeneratorContext(strict_target));
    for (const auto &[name, value] : request.parameters) {
        generator->set_generatorparam_value(name, value);
    }

    HalideTile tile;
    Halide::Pipeline pipeline = generator->build_pipeline();
    tile.schedule = apply_schedule(pipeline, request, target, options, choice);
    tile.function = request.function;
    tile.arguments = tile_arguments(*generator);

    const Halide::Module module = pipeline.compile_to_module(module_arguments(*generator), request.function,
                                                             strict_target, Halide::LinkageType::External);
    const std::string complaint = lint(module);
    if (!complaint.empty()) {
        throw CompileFailure(request.function + ": " + complaint);
    }

    const MemoryFile bitcode;
    const MemoryFile stmt;
    std::map<Halide::OutputFileType, std::string> outputs{{Halide::OutputFileType::bitcode, bitcode.path()}};
    if (wants(options, Emit::stmt)) outputs[Halide::OutputFileType::stmt] = stmt.path();
    module.compile(outputs);
    tile.bitcode = bitcode.content();
    if (wants(options, Emit::stmt)) tile.stmt = stmt.content();
    return tile;
}

}  // namespace

HalideTile lower_tile(const TileRequest &request, const Target &target, const CompileOptions &options,
                      const ScheduleChoice &choice) {
    keep_halide_quiet();
    try {
        return lower_tile_or_throw(request, target, options, choice);
    } catch (const Halide::Error &error) {
        throw CompileFailure("Halide could not lower " + request.function + " for " + target.name + ": " +
                             error.what());
    }
}

}  // namespace actinide
