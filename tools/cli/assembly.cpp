#include "tools/cli/assembly.h"

#include <fmt/format.h>

#include <algorithm>

#include "generators/catalogue/conventions.h"

namespace actinide::cli {
namespace {

bool is_cuda(const Target &target) {
    return target.architecture == Architecture::cuda;
}

PackagedKernel describe_kernel(const CompiledKernel &kernel, const std::optional<Evidence> &evidence) {
    const KernelKey &key = kernel.key;
    PackagedKernel packaged;
    packaged.activation = key.activation;
    packaged.pass = key.pass;
    packaged.dtype = key.dtype;
    packaged.target = key.target.name;
    packaged.levels = level_names(key.target);
    packaged.folder = key.target.folder;
    packaged.cuda = is_cuda(key.target);
    packaged.symbol = kernel.symbol;
    packaged.symbols = kernel.symbols;
    packaged.hash = kernel.hash;
    packaged.bytes = kernel.bytes;
    packaged.accuracy = accuracy_text(*key.activation, key.pass, evidence);
    packaged.brief_accuracy = has_special_arrays(key.pass) ? "that of " + to_string(plain_pass(key.pass))
                                                           : brief_accuracy_text(*key.activation, evidence);
    for (const TileReport &tile : kernel.tiles) packaged.tiles.push_back({tile.tile, tile.target, tile.schedule});
    return packaged;
}

bool same_archive(const Target &a, const Target &b) {
    return a.folder == b.folder && is_cuda(a) == is_cuda(b);
}

/// A platform that has GPU kernels only still needs what every program links: status texts, version, levels.
void add_missing_hosts(std::vector<Target> &archives) {
    const std::vector<Target> given = archives;
    for (const Target &target : given) {
        const auto is_host = [&](const Target &other) { return other.folder == target.folder && !is_cuda(other); };
        if (std::none_of(archives.begin(), archives.end(), is_host)) {
            archives.insert(archives.begin(), host_of(target.folder));
        }
    }
}

/// One target for each archive of the package that holds kernels of `targets`.
std::vector<Target> choose_archives(const std::vector<const Target *> &targets) {
    std::vector<Target> archives;
    for (const Target *target : targets) {
        const bool is_known = std::any_of(archives.begin(), archives.end(),
                                          [&](const Target &other) { return same_archive(other, *target); });
        if (!is_known) archives.push_back(*target);
    }
    add_missing_hosts(archives);
    return archives;
}

PackagedArchive fill_archive(const Target &target, const std::string &prefix,
                             const std::vector<CompiledKernel> &kernels, bool is_for_size) {
    const bool has_tables = std::any_of(kernels.begin(), kernels.end(),
                                        [](const CompiledKernel &kernel) { return is_quantized(kernel.key.dtype); });
    std::vector<ArchiveMember> members = runtime_objects(target, prefix, {.lookup = has_tables, .blocks = is_for_size});
    for (const CompiledKernel &kernel : kernels) {
        if (same_archive(kernel.key.target, target)) members.push_back({kernel.symbol + ".o", kernel.object});
    }
    PackagedArchive archive = describe_archive(target);
    archive.content = make_archive(members, target);
    return archive;
}

}  // namespace

PackagedArchive describe_archive(const Target &target) {
    // A GPU's archive is linked into its host's programs.
    const Target host = is_cuda(target) ? host_of(target.folder) : target;
    PackagedArchive archive;
    archive.folder = target.folder;
    archive.system_name = host.platform->cmake_system;
    archive.system_processor = host.processor;
    archive.c_compiler = host.c_compiler;
    archive.cuda = is_cuda(target);
    return archive;
}

Package outline(const BuildArguments &arguments, const BuildPlan &plan) {
    Package package;
    package.name = arguments.name;
    package.prefix = arguments.prefix;
    package.version = ACTINIDE_VERSION;
    std::vector<const Target *> targets;
    targets.reserve(plan.kernels.size());
    for (const KernelKey &key : plan.kernels) targets.push_back(&key.target);
    for (const Target &target : choose_archives(targets)) package.archives.push_back(describe_archive(target));
    return package;
}

Package assemble(const BuildArguments &arguments, const BuildPlan &plan, const std::vector<CompiledKernel> &kernels,
                 const EvidenceCheck &check) {
    Package package;
    package.name = arguments.name;
    package.prefix = arguments.prefix;
    package.version = ACTINIDE_VERSION;
    package.command = plan.command;
    package.conventions = to_string(plan.activations.profile());
    package.versions = component_versions();
    std::vector<const Target *> targets;
    for (size_t i = 0; i < kernels.size(); ++i) {
        const CompiledKernel &kernel = kernels[i];
        const Target &target = kernel.key.target;
        package.kernels.push_back(describe_kernel(kernel, check.evidence[i]));
        for (const auto &[file, content] : kernel.stages) package.stages[target.folder + "/" + file] = content;
        targets.push_back(&target);
    }
    for (const Target &target : choose_archives(targets))
        package.archives.push_back(fill_archive(target, arguments.prefix, kernels, plan.options.optimize_size));
    return package;
}

}  // namespace actinide::cli
