#include "tools/cli/build_report.h"

#include <algorithm>

#include "tools/cli/json.h"
#include "tools/cli/table.h"
#include "tools/package/manifest.h"

namespace actinide::cli {
namespace {

struct LinkLine {
    std::string platform;
    bool cuda = false;
    std::string line;
};

std::string path_of(const BuildReport &report, const PackagedArchive &archive) {
    return report.plan.folder + "/" + archive_path(report.package, archive.folder, archive.cuda);
}

size_t kernels_in(const BuildReport &report, const PackagedArchive &archive) {
    return static_cast<size_t>(
        std::count_if(report.kernels.begin(), report.kernels.end(), [&](const CompiledKernel &kernel) {
            const bool is_cuda = kernel.key.target.architecture == Architecture::cuda;
            return kernel.key.target.folder == archive.folder && is_cuda == archive.cuda;
        }));
}

std::vector<LinkLine> link_lines(const BuildReport &report) {
    std::vector<LinkLine> lines;
    lines.reserve(report.package.archives.size());
    for (const PackagedArchive &archive : report.package.archives) {
        lines.push_back({archive.folder, archive.cuda,
                         link_line(report.package, report.plan.folder, archive.folder, archive.cuda)});
    }
    return lines;
}

/// Each kernel's name once, though a GPU's stands beside several CPUs.
std::vector<std::string> names_of(const std::vector<KernelKey> &kernels) {
    std::vector<std::string> names;
    for (const KernelKey &key : kernels) {
        const std::string name = to_string(key);
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
    return names;
}

std::string plural(size_t count, std::string_view noun) {
    return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

/// Where it was asked for few bytes, how many each kernel has.
std::string sizes_text(const BuildReport &report) {
    if (!report.plan.options.optimize_size) return "";
    std::vector<std::vector<std::string>> rows = {{"KERNEL", "BYTES"}};
    for (const CompiledKernel &kernel : report.kernels) {
        rows.push_back({to_string(kernel.key), fmt::format("{}", kernel.bytes)});
    }
    return align_columns(rows);
}

}  // namespace

std::string print_text(const BuildReport &report) {
    std::vector<std::vector<std::string>> rows;
    rows.reserve(report.package.archives.size());
    for (const PackagedArchive &archive : report.package.archives) {
        rows.push_back({path_of(report, archive), plural(kernels_in(report, archive), "kernel"),
                        readable_bytes(archive.content.size())});
    }
    std::string text = align_columns(rows) + sizes_text(report);
    for (const LinkLine &line : link_lines(report)) {
        text += fmt::format("to link on {}{}:\n  {}\n", line.platform, line.cuda ? " with CUDA" : "", line.line);
    }
    return text;
}

std::string print_machine(const BuildReport &report) {
    JsonList archives;
    for (const PackagedArchive &archive : report.package.archives) {
        archives.push_back(JsonObject{{"path", path_of(report, archive)},
                                      {"platform", archive.folder},
                                      {"cuda", archive.cuda},
                                      {"kernels", kernels_in(report, archive)},
                                      {"bytes", archive.content.size()}});
    }
    JsonList links;
    for (const LinkLine &line : link_lines(report)) {
        links.push_back(JsonObject{{"platform", line.platform}, {"cuda", line.cuda}, {"line", line.line}});
    }
    JsonList kernels;
    for (const CompiledKernel &kernel : report.kernels) {
        kernels.push_back(JsonObject{{"kernel", to_string(kernel.key)},
                                     {"platform", kernel.key.target.folder},
                                     {"symbol", kernel.symbol},
                                     {"hash", kernel.hash},
                                     {"bytes", kernel.bytes},
                                     {"from_cache", kernel.from_cache}});
    }
    return print_json(JsonObject{{"name", report.package.name},
                                 {"folder", report.plan.folder},
                                 {"changed", report.changed},
                                 {"command", report.plan.command},
                                 {"archives", archives},
                                 {"link", links},
                                 {"kernels", kernels}});
}

std::string summarise(const BuildReport &report, const std::string &out) {
    const auto cached = std::count_if(report.kernels.begin(), report.kernels.end(),
                                      [](const CompiledKernel &kernel) { return kernel.from_cache; });
    return fmt::format("{} in {:.1f} s, {} of them from the cache; {} {}\nrepeat with: {} --out {}",
                       plural(report.kernels.size(), "kernel"), report.seconds, cached, report.plan.folder,
                       report.changed ? "is written" : "was up to date", report.plan.command, shell_word(out));
}

std::string print_kernels(const BuildPlan &plan, bool json) {
    const std::vector<std::string> names = names_of(plan.kernels);
    if (json) return print_json(JsonObject{{"kernels", names}, {"command", plan.command}, {"folder", plan.folder}});
    std::string text;
    for (const std::string &name : names) text += name + "\n";
    return text;
}

}  // namespace actinide::cli
