#include <dlfcn.h>

#include <algorithm>
#include <filesystem>
#include <mutex>
#include <set>

#include "schedules/autoscheduler_parameters.h"
#include "schedules/by_hand.h"
#include "schedules/proposal.h"
#include "schedules/schedule.h"

namespace actinide {
namespace {

/// Warnings are Halide's to its own users; ours could do nothing about them. Errors become exceptions as before.
class QuietReporter : public Halide::CompileTimeErrorReporter {
public:
    void warning(const char * /*message*/) override {}
    [[noreturn]] void error(const char *message) override { throw Halide::CompileError(message); }
};

AutoscheduleResult refused(std::string error) {
    return {std::nullopt, std::move(error)};
}

/// The folder of libHalide.so, where its plugins lie too.
std::filesystem::path halide_folder() {
    Dl_info info;
    void (*const inside)(const std::string &) = &Halide::load_plugin;
    if (dladdr(reinterpret_cast<const void *>(inside), &info) == 0 || info.dli_fname == nullptr) return {};
    return std::filesystem::path(info.dli_fname).parent_path();
}

/// Empty if it is loaded now; else the reason. Precondition: the caller holds the lock.
std::string load_once(const Autoscheduler &autoscheduler) {
    static std::set<std::string> loaded;
    if (loaded.contains(autoscheduler.name)) return "";
    const std::filesystem::path plugin = halide_folder() / autoscheduler.plugin;
    std::error_code ignored;
    if (!std::filesystem::exists(plugin, ignored)) {
        return "Halide's plugin " + autoscheduler.plugin +
               " is not beside libHalide.so; install the complete halide package";
    }
    Halide::load_plugin(plugin.string());
    loaded.insert(autoscheduler.name);
    return "";
}

std::string first_line(const std::string &text) {
    const std::string prefix = "Error: ";
    const size_t start = text.starts_with(prefix) ? prefix.size() : 0;
    return text.substr(start, text.find('\n', start) - start);
}

/// Lets the plugin schedule `pipeline`. The plugins' own thread-safety is unknown, so one proposal is made at a time.
/// Empty on success; else the reason.
std::string propose(const Halide::Pipeline &pipeline, const Autoscheduler &autoscheduler,
                    const Halide::Target &halide_target, const std::map<std::string, std::string> &parameters) {
    static std::mutex one_at_a_time;
    const std::scoped_lock lock(one_at_a_time);
    keep_halide_quiet();
    try {
        const std::string missing = load_once(autoscheduler);
        if (!missing.empty()) return missing;
        Halide::Pipeline(pipeline).apply_autoscheduler(
            halide_target, Halide::AutoschedulerParams(autoscheduler.name, for_halide(autoscheduler, parameters)));
    } catch (const Halide::Error &error) {  // no std::exception
        return autoscheduler.name + " found no schedule: " + first_line(error.what());
    }
    return "";
}

ScheduleRecord started_record(const Autoscheduler &autoscheduler,
                              const std::map<std::string, std::string> &parameters) {
    ScheduleRecord record;
    record.by = autoscheduler.name;
    record.parameters = parameters;
    return record;
}

AutoscheduleResult schedule_cpu(const Halide::Pipeline &pipeline, const Target &target,
                                const Autoscheduler &autoscheduler,
                                const std::map<std::string, std::string> &parameters) {
    const std::string failure = propose(pipeline, autoscheduler, Halide::Target(target.halide), parameters);
    if (!failure.empty()) return refused(failure);
    ScheduleRecord record = started_record(autoscheduler, parameters);
    read_proposal(pipeline, record);
    make_safe(pipeline, record);
    record.source = in_words(pipeline);
    return {record, ""};
}

/// Whole warps, at most what every GPU accepts.
int launchable_threads(int proposed) {
    constexpr int warp = 32, most_threads = 1024;
    return std::clamp((proposed + warp - 1) / warp * warp, warp, most_threads);
}

/// A power of two, so that vectors stay aligned; at most the 16 bytes of one access.
int loadable_elements(int proposed, int most) {
    int elements = 1;
    while (elements * 2 <= std::min(proposed, most)) elements *= 2;
    return elements;
}

AutoscheduleResult schedule_gpu(const Halide::Pipeline &pipeline, const TileShape &shape, const Target &target,
                                const Autoscheduler &autoscheduler, std::map<std::string, std::string> parameters) {
    parameters.insert(autoscheduler.needed_for_gpus.begin(), autoscheduler.needed_for_gpus.end());
    const Halide::Pipeline proposal = copy_of(pipeline);
    const Halide::Target gpu(target.halide + "-cuda-cuda_capability_80");
    const std::string failure = propose(proposal, autoscheduler, gpu, parameters);
    if (!failure.empty()) return refused(failure);

    ScheduleRecord record = started_record(autoscheduler, parameters);
    read_proposal(proposal, record);
    const LaunchShape proposed = launch_shape(proposal);
    Target thread = target;
    thread.lanes = loadable_elements(proposed.elements, target.lanes);
    const ScheduleRecord by_hand = schedule_for_cuda(pipeline, shape, thread);
    record.vector_widths = by_hand.vector_widths;
    record.source = by_hand.source;
    record.threads_per_block = launchable_threads(proposed.threads);
    record.elements_per_thread = by_hand.elements_per_thread;
    return {record, ""};
}

}  // namespace

void keep_halide_quiet() {
    static QuietReporter reporter;
    static std::once_flag once;
    std::call_once(once, [] { Halide::set_custom_compile_time_error_reporter(&reporter); });
}

AutoscheduleResult autoschedule(const Halide::Pipeline &pipeline, const TileShape &shape, const Target &target,
                                const std::string &name, const std::map<std::string, std::string> &parameters) {
    const Autoscheduler *autoscheduler = find_autoscheduler(name);
    if (autoscheduler == nullptr) {
        return refused("unknown autoscheduler '" + name +
                       "'; there are Mullapudi2016, Adams2019, Li2018 and Anderson2021");
    }
    const std::string complaint = parameter_complaint(*autoscheduler, parameters);
    if (!complaint.empty()) return refused(complaint);
    const std::string unfit = autoscheduler_error(name, target);
    if (!unfit.empty()) return refused(unfit);
    if (shape.kind == TileShape::Kind::lane_sums) {
        ScheduleRecord record = schedule_by_hand(pipeline, shape, target);
        record.note = name + " was not asked: it may reorder a sum, whose order is fixed";
        return {record, ""};
    }
    if (joint_computation(pipeline)) {
        ScheduleRecord record = schedule_by_hand(pipeline, shape, target);
        record.note = name + " was not asked: it may store one gradient before it has read what the other needs";
        return {record, ""};
    }
    if (target.architecture == Architecture::cuda) {
        return schedule_gpu(pipeline, shape, target, *autoscheduler, parameters);
    }
    return schedule_cpu(pipeline, target, *autoscheduler, parameters);
}

}  // namespace actinide
