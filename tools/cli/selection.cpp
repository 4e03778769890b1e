#include "tools/cli/selection.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "generators/catalogue/elementary.h"
#include "generators/catalogue/fused.h"

namespace actinide::cli {
namespace {

constexpr std::string_view default_targets = "x86-64,aarch64-neon,cuda";

/// One product of axes.
struct Product {
    std::vector<Choice<const Activation *>> activations;
    std::vector<Choice<Pass>> passes;
    std::vector<Choice<DType>> dtypes;
    std::vector<Choice<Target>> targets;
};

/// Those whose ending one of the items has: there are three of nearly every activation.
void add_fused_forms(const std::vector<std::string> &items, const KnownActivations &known,
                     std::vector<Candidate<const Activation *>> &candidates) {
    for (const Fusion fusion : all_fusions()) {
        const auto is_asked_for = [&](const std::string &item) {
            const std::optional<FusedName> name = split_fused_name(item);
            return name && name->fusion == fusion;
        };
        if (std::none_of(items.begin(), items.end(), is_asked_for)) continue;
        const std::string ending = "_" + to_string(fusion);
        for (const Activation *activation : known.all()) {
            const Activation *form = known.find(activation->name + ending);
            if (form != nullptr) candidates.push_back({form, {form->name}, ending});
        }
    }
}

/// Of a name that means a fused form.
std::string why_no_fused_form(const std::string &name, const KnownActivations &known) {
    const std::optional<FusedName> parts = split_fused_name(name);
    const Activation *activation = parts ? known.find(parts->activation) : nullptr;
    if (activation == nullptr) return "";
    const std::string reason = why_not_fused(*activation, parts->fusion);
    return reason.empty() ? "" : fmt::format("there is no {}: {}", name, reason);
}

Result<std::vector<Choice<const Activation *>>> choose_activations(const std::vector<std::string> &items,
                                                                   const KnownActivations &known) {
    std::vector<Candidate<const Activation *>> candidates;
    for (const Activation *activation : known.all()) {
        std::vector<std::string> names = {activation->name};
        names.insert(names.end(), activation->aliases.begin(), activation->aliases.end());
        candidates.push_back({activation, names});
    }
    for (const std::string &item : items) {
        const std::string reason = why_no_fused_form(item, known);
        if (!reason.empty()) return fail(exit_unsupported, reason);
    }
    add_fused_forms(items, known, candidates);
    return choose(items, candidates, "activation", "actinide list activations");
}

Result<std::vector<Choice<const Activation *>>> choose_functions(const std::vector<std::string> &items) {
    std::vector<Candidate<const Activation *>> candidates;
    for (const Activation &function : elementary_functions()) {
        candidates.push_back({&function, {function.name.substr(elementary_prefix.size()), function.name}});
    }
    return choose(items, candidates, "function", "actinide verify --functions");
}

Result<std::vector<Choice<Pass>>> choose_passes(const std::vector<std::string> &items) {
    std::vector<Candidate<Pass>> candidates;
    for (const Pass pass : all_passes()) candidates.push_back({pass, {to_string(pass)}});
    for (const Pass pass : further_passes()) {
        const std::string name = to_string(pass);
        candidates.push_back({pass, {name}, name.substr(name.rfind('_'))});
    }
    return choose(items, candidates, "pass", "actinide list passes");
}

Result<std::vector<Choice<DType>>> choose_dtypes(const std::vector<std::string> &items) {
    std::vector<Candidate<DType>> candidates;
    for (const DType dtype : all_dtypes()) candidates.push_back({dtype, {to_string(dtype)}});
    for (const DType dtype : quantized_dtypes()) candidates.push_back({dtype, {to_string(dtype)}, to_string(dtype)});
    return choose(items, candidates, "dtype", "actinide list dtypes");
}

/// A default counts as a glob: nobody wrote its names.
template <class Choices>
Choices unnamed(Choices choices) {
    for (auto &choice : choices) choice.named = false;
    return choices;
}

std::vector<Choice<const Activation *>> default_activations(const KnownActivations &known) {
    std::vector<Choice<const Activation *>> choices;
    for (const Activation *own : known.own()) choices.push_back({own, own->name, false});
    if (!choices.empty()) return choices;
    for (const Activation *activation : known.all()) {
        if (activation->in_default_set) choices.push_back({activation, activation->name, false});
    }
    return choices;
}

/// The axis that an option gives, or its default.
template <class Chooser>
auto choose_axis(const std::vector<std::string> &lists, std::string_view option, std::string_view otherwise,
                 Chooser chooser) -> decltype(chooser({})) {
    auto items = join_lists(lists.empty() ? std::vector<std::string>{std::string(otherwise)} : lists, option);
    if (const Outcome *failure = std::get_if<Outcome>(&items)) return *failure;
    auto choices = chooser(std::get<0>(items));
    if (choices.index() == 0 && lists.empty()) std::get<0>(choices) = unnamed(std::get<0>(choices));
    return choices;
}

/// The parts of "elu/backward/f32@x86-64", each a list; an absent part is empty.
struct KernelForm {
    std::vector<std::string> activations, passes, dtypes, targets;
};

Result<KernelForm> parse_kernel_form(const std::string &text) {
    KernelForm form;
    const size_t at = text.find('@');
    std::string rest = text.substr(0, at);
    if (at != std::string::npos) form.targets = {text.substr(at + 1)};
    for (std::vector<std::string> *part : {&form.activations, &form.passes, &form.dtypes}) {
        const size_t slash = rest.find('/');
        *part = {rest.substr(0, slash)};
        if (slash == std::string::npos) return form;
        rest.erase(0, slash + 1);
    }
    return fail(exit_usage, fmt::format("'{}' is not a kernel; write it as elu/backward/f32@x86-64-avx2", text));
}

bool is_kernel_form(const std::string &text) {
    return text.find_first_of("/@") != std::string::npos;
}

/// Resolves the four axes, each from the form or, where the form is silent, from the options.
Result<Product> resolve(const KernelForm &form, const KernelPatterns &options, const KnownActivations &known) {
    Product product;
    const auto take = [](auto result, auto &axis) -> std::optional<Outcome> {
        if (const Outcome *failure = std::get_if<Outcome>(&result)) return *failure;
        axis = std::get<0>(std::move(result));
        return std::nullopt;
    };
    const auto &passes = form.passes.empty() ? options.passes : form.passes;
    const auto &dtypes = form.dtypes.empty() ? options.dtypes : form.dtypes;
    const auto &targets = form.targets.empty() ? options.targets : form.targets;
    if (options.functions) {
        if (auto failure =
                take(choose_axis(form.activations, "function", "all", choose_functions), product.activations)) {
            return *failure;
        }
    } else if (form.activations.empty()) {
        product.activations = default_activations(known);
    } else if (auto failure = take(
                   choose_axis(form.activations, "activation", "",
                               [&](const std::vector<std::string> &items) { return choose_activations(items, known); }),
                   product.activations)) {
        return *failure;
    }
    if (auto failure = take(choose_axis(passes, "--passes", "all", choose_passes), product.passes)) return *failure;
    if (auto failure = take(choose_axis(dtypes, "--dtypes", "f32", choose_dtypes), product.dtypes)) return *failure;
    if (auto failure = take(choose_axis(targets, "--targets", default_targets, choose_targets), product.targets)) {
        return *failure;
    }
    return product;
}

bool same_kernel(const KernelKey &a, const KernelKey &b) {
    return a.activation == b.activation && a.pass == b.pass && a.dtype == b.dtype && a.target.name == b.target.name &&
           a.target.folder == b.target.folder;
}

/// Adds the product's kernels. `left_out` collects why some do not exist; an explicit one among them is the outcome.
std::optional<Outcome> multiply_out(const Product &product, std::vector<KernelKey> &kernels, std::string &left_out) {
    for (const auto &activation : product.activations) {
        for (const auto &pass : product.passes) {
            const std::string reason = why_unsupported(*activation.value, pass.value);
            if (!reason.empty()) {
                left_out = fmt::format("{} has no {}: {}", activation.name, pass.name, reason);
                if (activation.named && pass.named) return fail(exit_unsupported, left_out);
                continue;
            }
            for (const auto &dtype : product.dtypes) {
                const std::string lack = why_unsupported(*activation.value, pass.value, dtype.value);
                if (!lack.empty()) {
                    left_out =
                        fmt::format("{}/{} cannot be had in {}: {}", activation.name, pass.name, dtype.name, lack);
                    const bool is_of_pass =
                        is_quantized(dtype.value) != (arrangement_of(pass.value) == Arrangement::table);
                    const bool is_meant = is_of_pass ? pass.named && dtype.named : activation.named && dtype.named;
                    if (is_meant) return fail(exit_unsupported, left_out);
                    continue;
                }
                for (const auto &target : product.targets) {
                    if (is_quantized(dtype.value) && target.value.architecture == Architecture::cuda) {
                        left_out = fmt::format(
                            "{}/{} cannot be had on cuda: a table is filled on the CPU, and looked up "
                            "by one line of your own kernel",
                            activation.name, pass.name);
                        if (target.named) return fail(exit_unsupported, left_out);
                        continue;
                    }
                    const KernelKey key{activation.value, pass.value, dtype.value, target.value};
                    const bool is_new = std::none_of(kernels.begin(), kernels.end(),
                                                     [&](const KernelKey &other) { return same_kernel(key, other); });
                    if (is_new) kernels.push_back(key);
                }
            }
        }
    }
    return std::nullopt;
}

bool is_gpu_kernel(const KernelKey &key) {
    return key.target.architecture == Architecture::cuda;
}

/// Two CPU targets of one platform would both be lib/<platform>/libN.a.
std::optional<Outcome> refuse_shared_folders(const std::vector<KernelKey> &kernels) {
    std::map<std::string, Target> by_folder;
    for (const KernelKey &key : kernels) {
        if (is_gpu_kernel(key)) continue;
        const Target &first = by_folder.emplace(key.target.folder, key.target).first->second;
        if (first.name == key.target.name) continue;
        return fail(
            exit_unsupported,
            fmt::format("targets '{}' and '{}' would be the same library of lib/{}; ask for one of them, for an "
                        "archive of levels such as x86-64, or build two packages with --name",
                        first.name, key.target.name, key.target.folder));
    }
    return std::nullopt;
}

/// A GPU's kernels, behind all others, once for each CPU platform of the package that has CUDA; for the tool's own if
/// the package has no CPU's.
Result<std::vector<KernelKey>> place_beside_hosts(const std::vector<KernelKey> &kernels) {
    std::vector<KernelKey> placed;
    std::vector<std::string> folders;
    for (const KernelKey &key : kernels) {
        if (is_gpu_kernel(key)) continue;
        placed.push_back(key);
        const bool is_known = std::find(folders.begin(), folders.end(), key.target.folder) != folders.end();
        if (key.target.hosts_cuda && !is_known) folders.push_back(key.target.folder);
    }
    if (folders.empty() && placed.empty()) folders.push_back(find_target("x86-64").target->folder);
    if (folders.empty() && placed.size() < kernels.size()) {
        return fail(exit_unsupported, fmt::format("'cuda' accompanies x86-64 and 64-bit ARM under Linux, and '{}' is "
                                                  "none; add x86-64 or aarch64-neon, or "
                                                  "leave cuda out",
                                                  placed.front().target.name));
    }
    for (const std::string &folder : folders) {
        for (const KernelKey &key : kernels) {
            if (!is_gpu_kernel(key)) continue;
            placed.push_back(key);
            placed.back().target.folder = folder;
        }
    }
    return placed;
}

size_t row_of(const Target &target) {
    const auto &rows = target_table();
    const auto row =
        std::find_if(rows.begin(), rows.end(), [&](const Target &other) { return other.name == target.name; });
    return static_cast<size_t>(row - rows.begin());
}

/// Where the catalogue has it, the user's own behind all, then fused forms in the order of what they are forms of;
/// elementary functions are never among others.
std::pair<size_t, std::string> place_of(const Activation *activation, const std::vector<const Activation *> &all,
                                        const KnownActivations &known) {
    const auto found = std::find(all.begin(), all.end(), activation);
    if (found != all.end()) return {static_cast<size_t>(found - all.begin()), ""};
    if (activation->fused_with.empty()) return {static_cast<size_t>(activation - elementary_functions().data()), ""};
    const Activation *plain = known.find(split_fused_name(activation->name)->activation);
    return {all.size() + place_of(plain, all, known).first, activation->fused_with};
}

void sort(std::vector<KernelKey> &kernels, const KnownActivations &known) {
    const std::vector<const Activation *> all = known.all();
    const auto rank = [&](const KernelKey &key) {
        return std::tuple(row_of(key.target), key.target.name, place_of(key.activation, all, known), key.pass,
                          key.dtype);
    };
    std::sort(kernels.begin(), kernels.end(),
              [&](const KernelKey &a, const KernelKey &b) { return rank(a) < rank(b); });
}

}  // namespace

std::string unknown_activation(std::string_view given, const KnownActivations &known) {
    std::vector<std::string> names;
    for (const Activation *activation : known.all()) {
        names.push_back(activation->name);
        names.insert(names.end(), activation->aliases.begin(), activation->aliases.end());
    }
    return unknown_name("activation", given, names, "actinide list activations");
}

Result<std::vector<KernelKey>> select_kernels(const KernelPatterns &patterns, const KnownActivations &known) {
    std::vector<KernelForm> forms;
    std::set<std::string> written;
    KernelForm plain;
    for (const std::string &word : patterns.kernels) {
        if (!is_kernel_form(word)) {
            plain.activations.push_back(word);
            continue;
        }
        if (!written.insert(word).second) {
            return fail(exit_usage, fmt::format("kernel '{}' is given twice; leave one out", word));
        }
        auto form = parse_kernel_form(word);
        if (const Outcome *failure = std::get_if<Outcome>(&form)) return *failure;
        forms.push_back(std::get<0>(form));
    }
    if (forms.empty() || !plain.activations.empty()) forms.push_back(plain);

    std::vector<KernelKey> kernels;
    std::string left_out;
    for (const KernelForm &form : forms) {
        auto product = resolve(form, patterns, known);
        if (const Outcome *failure = std::get_if<Outcome>(&product)) return *failure;
        if (auto failure = multiply_out(std::get<0>(product), kernels, left_out)) return *failure;
    }
    if (kernels.empty()) return fail(exit_unsupported, fmt::format("no kernel is left to build: {}", left_out));
    if (!patterns.apart) {
        if (auto failure = refuse_shared_folders(kernels)) return *failure;
    }
    sort(kernels, known);
    return place_beside_hosts(kernels);
}

}  // namespace actinide::cli
