// actinide build: kernels as a package.
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <optional>

#include "tools/cli/assembly.h"
#include "tools/cli/build_plan.h"
#include "tools/cli/build_report.h"
#include "tools/cli/build_steering.h"
#include "tools/cli/definition_report.h"
#include "tools/cli/interrupt.h"
#include "tools/cli/terminal.h"
#include "tools/cli/verbs.h"

namespace actinide::cli {
namespace {

/// Why nothing could be written at `folder`, before work is spent on it; empty if it may succeed.
std::string why_not_writable(const std::string &folder) {
    std::error_code ignored;
    std::filesystem::path place = std::filesystem::absolute(folder, ignored);
    while (!std::filesystem::exists(std::filesystem::symlink_status(place, ignored)) && place.has_relative_path()) {
        place = place.parent_path();
    }
    const auto refuse = [&](const std::string &reason) {
        return fmt::format("'{}' cannot be written: '{}' {}; choose another folder with --out", folder, place.string(),
                           reason);
    };
    if (!std::filesystem::is_directory(place, ignored)) return refuse("is not a folder");
    if (::access(place.c_str(), W_OK | X_OK) != 0) return refuse(fmt::format("refuses ({})", std::strerror(errno)));
    return "";
}

/// Tells one folder from another that took its place.
std::pair<dev_t, ino_t> identity(const std::string &folder) {
    struct stat status{};
    if (::stat(folder.c_str(), &status) != 0) return {0, 0};
    return {status.st_dev, status.st_ino};
}

struct Written {
    std::optional<std::string> failure;
    bool changed = false;
};

Written write(const Package &package, const std::string &folder) {
    const std::map<std::string, std::string> files = package_files(package);
    // While another build has its turn, which may be long, this one can be interrupted.
    std::optional<UninterruptedSection> section;
    const auto before = identity(folder);
    std::optional<std::string> failure = write_folder(folder, files, [&] { section.emplace(); });
    return {failure, identity(folder) != before};
}

CompileResult compile_showing_progress(const BuildPlan &plan, bool quiet) {
    Progress progress(quiet);
    return compile(plan.kernels, plan.options,
                   [&](size_t done, size_t total, const std::string &name) { progress.show(done, total, name); });
}

std::string other_bits_text(const std::vector<std::string> &kernels) {
    return fmt::format(
        "what was proven is about other bits than those that this program gives for {}; the header says "
        "'not yet measured' of them (verify --digests tells more)",
        fmt::join(kernels, ", "));
}

/// What a sample found of the user's own kernels is what can be said of their errors.
void add_samples(const DefinitionSamples &samples, const std::vector<CompiledKernel> &kernels, EvidenceCheck &check) {
    for (size_t i = 0; i < kernels.size(); ++i) {
        const SampledKernel *sampled = find_sample(samples, kernels[i].key);
        if (sampled != nullptr) check.evidence[i] = sampled->evidence;
    }
}

void tell_of_definitions(const BuildPlan &plan, const DefinitionSamples &samples, bool quiet) {
    for (const auto &[activation, gradients] : plan.gradient_checks) {
        if (!quiet) print_message(definition_report(*activation, samples, gradients));
        for (const std::string &sentence : advice(*activation, describe(*activation), samples)) print_warning(sentence);
    }
}

}  // namespace

Outcome run(const BuildArguments &arguments) {
    const auto start = std::chrono::steady_clock::now();
    const auto start_by_clock = std::filesystem::file_time_type::clock::now();
    auto planned = plan_build(arguments);
    if (const Outcome *failure = std::get_if<Outcome>(&planned)) return *failure;
    const BuildPlan &plan = std::get<BuildPlan>(planned);
    for (const std::string &warning : plan.warnings) print_warning(warning);
    if (!arguments.print.empty()) return succeed(print_outputs(arguments, plan));
    if (arguments.dry_run) return succeed(print_kernels(plan, arguments.json));
    if (const std::string reason = why_not_writable(plan.folder); !reason.empty()) return fail(exit_refused, reason);
    if (const auto refusal = refuse_unwritable_steering(arguments)) return *refusal;

    const CompileResult compiled = compile_showing_progress(plan, arguments.quiet);
    if (compiled.error) return fail(compiled.error->exit_code, compiled.error->message);
    EvidenceCheck check = check_evidence(compiled.kernels, plan.options);
    if (!check.other_bits.empty()) print_warning(other_bits_text(check.other_bits));
    const DefinitionSamples samples = sample_definitions(plan.kernels, plan.options);
    if (samples.error) return fail(samples.error->exit_code, samples.error->message);
    add_samples(samples, compiled.kernels, check);
    tell_of_definitions(plan, samples, arguments.quiet);
    const Package package = assemble(arguments, plan, compiled.kernels, check);
    const Written written = write(package, plan.folder);
    if (written.failure) return fail(exit_refused, *written.failure);
    if (const auto refusal = write_steering(arguments, plan, start_by_clock)) return *refusal;

    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    const BuildReport report{plan, package, compiled.kernels, written.changed, elapsed.count()};
    if (!arguments.quiet) print_message(summarise(report, arguments.out));
    return succeed(arguments.json ? print_machine(report) : print_text(report));
}

}  // namespace actinide::cli
