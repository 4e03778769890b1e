// actinide explain: what a kernel's hot loop is made of and what limits it.
#include <fmt/format.h>

#include <algorithm>

#include "tools/cli/cache_folder.h"
#include "tools/cli/choice.h"
#include "tools/cli/definitions.h"
#include "tools/cli/explain_json.h"
#include "tools/cli/json.h"
#include "tools/cli/selection.h"
#include "tools/cli/table.h"
#include "tools/cli/terminal.h"
#include "tools/cli/timeable_kernels.h"
#include "tools/cli/tuned.h"
#include "tools/cli/verbs.h"

namespace actinide::cli {
namespace {

std::optional<Outcome> refuse_targets_without_models(const std::vector<KernelKey> &keys) {
    for (const KernelKey &key : keys) {
        if (!key.target.levels.empty() || !key.target.models.empty()) continue;
        const bool is_gpu = key.target.architecture == Architecture::cuda;
        return fail(exit_unsupported,
                    fmt::format("explain reads the loops of CPUs that it has models of, and '{0}' has none; "
                                "'actinide build {0} --emit {1}' writes its {2}",
                                actinide::to_string(key), is_gpu ? "ptx" : "asm", is_gpu ? "PTX" : "assembly"));
    }
    return std::nullopt;
}

std::optional<Outcome> refuse_unknown_cpus(const std::vector<std::string> &cpus, const std::vector<KernelKey> &keys) {
    for (const KernelKey &key : keys) {
        const std::vector<std::string> known = cpus_for(key.target);
        for (const std::string &cpu : cpus) {
            if (std::find(known.begin(), known.end(), cpu) != known.end()) continue;
            return fail(exit_usage, unknown_name(key.target.name + " CPU", cpu, known, "actinide list cpus"));
        }
    }
    return std::nullopt;
}

Rows list_of(const std::vector<std::string> &lines) {
    Rows rows;
    rows.reserve(lines.size());
    for (const std::string &line : lines) rows.push_back({line});
    return rows;
}

std::string number(double value) {
    if (value < 1) return fmt::format("{:.3f}", value);
    return fmt::format("{:.{}f}", value, value < 10 ? 2 : 1);
}

Rows mix_rows(const TileExplanation &tile) {
    Rows rows = {{"", "an iteration", "an element"}};
    int all = 0;
    const auto add = [&](const std::string &kind, int count) {
        rows.push_back({kind, fmt::format("{}", count),
                        tile.elements > 0 ? number(static_cast<double>(count) / tile.elements) : "-"});
    };
    for (const CountedKind &counted : tile.mix) {
        add(counted.kind, counted.count);
        all += counted.count;
    }
    add("all", all);
    if (tile.constants_in_arithmetic > 0) {
        rows.push_back(
            {"of which arithmetic with a constant from memory", std::to_string(tile.constants_in_arithmetic)});
    }
    if (tile.spills_in_arithmetic > 0) {
        rows.push_back(
            {"of which arithmetic with an operand from the stack", std::to_string(tile.spills_in_arithmetic)});
    }
    return rows;
}

/// What limits the loop, in words and with the figures that say so.
std::string bound_text(const CpuFigures &figures) {
    const std::string parts = fmt::format("arithmetic takes {}, loads and stores {}", number(figures.arithmetic_cycles),
                                          number(figures.memory_cycles));
    switch (figures.bound) {
        case Bound::arithmetic:
            return fmt::format("bound by arithmetic ({} works {}): {}", figures.busiest, number(figures.busiest_cycles),
                               parts);
        case Bound::memory:
            return fmt::format("bound by loads and stores ({} works {}): {}", figures.busiest,
                               number(figures.busiest_cycles), parts);
        case Bound::width:
            return fmt::format("bound by {} micro-operations, of which it takes up {} a cycle: {}",
                               figures.micro_operations, figures.width, parts);
        case Bound::latency:
            break;
    }
    return fmt::format("bound by latency{}: {}, and {} is the busiest unit with {}",
                       figures.stall.empty() ? "" : " (" + figures.stall + ")", parts, figures.busiest,
                       number(figures.busiest_cycles));
}

Rows model_rows(const TileExplanation &tile, const KernelExplanation &kernel) {
    Rows rows;
    const double bytes = kernel.bytes_loaded + kernel.bytes_stored;
    for (const CpuFigures &figures : tile.cpus) {
        std::vector<std::string> row = {figures.cpu, fmt::format("{} cycles an iteration", number(figures.cycles))};
        if (tile.elements > 0) {
            row.push_back(fmt::format("{} an element", number(figures.cycles / tile.elements)));
            row.push_back(fmt::format("{} bytes a cycle", number(bytes * tile.elements / figures.cycles)));
        }
        row.push_back(bound_text(figures));
        rows.push_back(row);
    }
    return rows;
}

std::string print_tile(const KernelKey &key, const TileExplanation &tile, const KernelExplanation &kernel) {
    std::string text = heading(actinide::to_string(key)) + ", tile " + tile.tile + "\n";
    text += section("Schedule, by " + tile.scheduled_by, {{tile.schedule}});
    text += section("Loops as lowered", list_of(tile.loops));
    if (tile.assembly.empty()) return text + section("Hot loop", {{"none: the tile runs straight through"}});
    const std::string many = tile.elements > 0 ? fmt::format(", {} elements an iteration", tile.elements) : "";
    text += section(fmt::format("Hot loop {}{}", tile.label, many), list_of(tile.assembly));
    text += section("Instructions", mix_rows(tile));
    text += section("Models of CPUs (LLVM's estimates with all data in the first cache, not measurements)",
                    model_rows(tile, kernel));
    text +=
        section("Memory", {{fmt::format("{} bytes loaded and {} stored an element; where memory gives fewer bytes a "
                                        "cycle than the loop takes, memory decides",
                                        kernel.bytes_loaded, kernel.bytes_stored)}});
    return text;
}

CompileOptions options_of(const ExplainArguments &arguments) {
    CompileOptions options;
    options.max_ulp = arguments.max_ulp;
    options.emit = emits_for_explanation();
    const std::string cache = find_cache_folder(arguments.cache_folder);
    if (!cache.empty() && prepare_cache_folder(cache).empty()) options.cache_folder = cache;
    return options;
}

Outcome explain(const std::vector<CompiledKernel> &kernels, const std::vector<std::string> &cpus, bool json) {
    JsonList list;
    std::string text;
    for (const CompiledKernel &kernel : kernels) {
        const ExplanationResult result = actinide::explain(kernel, cpus);
        if (result.error) return fail(result.error->exit_code, result.error->message);
        list.push_back(print_machine(kernel.key, result.explanation));
        for (const TileExplanation &tile : result.explanation.tiles) {
            text += (text.empty() ? "" : "\n") + print_tile(kernel.key, tile, result.explanation);
        }
    }
    return succeed(json ? print_json(JsonObject{{"kernels", list}}) : text);
}

/// Where nothing was asked for, one kernel for this machine.
KernelPatterns patterns_of(const ExplainArguments &arguments) {
    KernelPatterns patterns{.kernels = arguments.kernels,
                            .passes = arguments.passes,
                            .dtypes = arguments.dtypes,
                            .targets = arguments.targets,
                            .apart = true};
    if (patterns.passes.empty()) patterns.passes = {"forward"};
    if (patterns.targets.empty()) patterns.targets = {"host"};
    return patterns;
}

}  // namespace

Outcome run(const ExplainArguments &arguments) {
    KnownActivations known;
    if (const auto problem = read_definitions(arguments.definitions, known)) return *problem;
    auto cpus = join_lists(arguments.cpus, "--cpu");
    if (const Outcome *failure = std::get_if<Outcome>(&cpus)) return *failure;
    auto selected = select_kernels(patterns_of(arguments), known);
    if (const Outcome *failure = std::get_if<Outcome>(&selected)) return *failure;
    if (const auto refusal = refuse_targets_without_models(std::get<0>(selected))) return *refusal;
    const std::vector<KernelKey> keys = split_fast_levels(std::get<0>(selected));
    if (const auto refusal = refuse_unknown_cpus(std::get<0>(cpus), keys)) return *refusal;
    auto tuned = choose_tuned(arguments.tuned, keys, arguments.max_ulp);
    if (const Outcome *failure = std::get_if<Outcome>(&tuned)) return *failure;
    for (const std::string &warning : std::get<TunedChoices>(tuned).warnings) print_warning(warning);
    CompileOptions options = options_of(arguments);
    options.choices = std::move(std::get<TunedChoices>(tuned).choices);
    const CompileResult compiled = compile(keys, options, {});
    if (compiled.error) return fail(compiled.error->exit_code, compiled.error->message);
    return explain(compiled.kernels, std::get<0>(cpus), arguments.json);
}

}  // namespace actinide::cli
