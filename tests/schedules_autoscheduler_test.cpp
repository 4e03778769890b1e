// links: actinide_schedules
#include <gtest/gtest.h>

#include <thread>

#include "tests/schedules_pipelines.h"

namespace actinide::testing_schedules {
namespace {

using Parameters = std::map<std::string, std::string>;

const std::vector<std::string> cpu_autoschedulers{"Mullapudi2016", "Adams2019", "Li2018"};
const std::vector<std::string> gpu_autoschedulers{"Mullapudi2016", "Li2018", "Anderson2021"};

class EveryCpuAutoscheduler : public ::testing::TestWithParam<std::string> {};
class EveryGpuAutoscheduler : public ::testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Schedules, EveryCpuAutoscheduler, ::testing::ValuesIn(cpu_autoschedulers),
                         [](const auto &info) { return info.param; });
INSTANTIATE_TEST_SUITE_P(Schedules, EveryGpuAutoscheduler, ::testing::ValuesIn(gpu_autoschedulers),
                         [](const auto &info) { return info.param; });

const Target &row(const std::string &name) {
    static std::map<std::string, Target> rows;
    return rows.try_emplace(name, *find_target(name).target).first->second;
}

/// What the plugin itself proposes for `kernel`, from Halide's own structures.
struct Proposal {
    std::vector<int> factors;
    int vector_width = 0;
    int parallel_loops = 0;
};

Proposal proposal(const Halide::Pipeline &pipeline, const std::string &name, const Parameters &parameters,
                  const Target &target) {
    pipeline.apply_autoscheduler(Halide::Target(target.halide), {name, parameters});
    const auto &schedule = pipeline.outputs().front().function().definition().schedule();
    Proposal found;
    std::map<std::string, int> factor_of;
    for (const auto &split : schedule.splits()) {
        if (split.split_type != Halide::Internal::Split::SplitVar) continue;
        found.factors.push_back(static_cast<int>(*Halide::Internal::as_const_int(split.factor)));
        factor_of[split.inner] = found.factors.back();
    }
    for (const auto &loop : schedule.dims()) {
        if (loop.for_type == Halide::Internal::ForType::Vectorized) found.vector_width = factor_of[loop.var];
        if (loop.for_type == Halide::Internal::ForType::Parallel) ++found.parallel_loops;
    }
    return found;
}

ScheduleRecord record_of(const Halide::Pipeline &pipeline, const TileShape &shape, const std::string &target,
                         const std::string &name, const Parameters &parameters = {}) {
    const AutoscheduleResult result = autoschedule(pipeline, shape, row(target), name, parameters);
    EXPECT_TRUE(result.record) << result.error;
    return result.record.value_or(ScheduleRecord{});
}

std::string error_of(const std::string &target, const std::string &name, const Parameters &parameters = {}) {
    Elementwise kernel(false);
    const AutoscheduleResult result = autoschedule(kernel.pipeline, kernel.shape(), row(target), name, parameters);
    EXPECT_FALSE(result.record);
    return result.error;
}

TEST_P(EveryCpuAutoscheduler, IsRightAtEverySizeAndInPlace) {
    for (const Target &level : runnable_levels()) {
        for (const bool is_polynomial : {false, true}) {
            Elementwise kernel(is_polynomial);
            record_of(kernel.pipeline, kernel.shape(), level.name, GetParam());
            EXPECT_EQ(complaint_at_any_size(kernel, level), "") << level.name << ", polynomial: " << is_polynomial;
        }
    }
}

TEST_P(EveryCpuAutoscheduler, IsRightForEveryShapeOfChannels) {
    for (const Target &level : runnable_levels()) {
        for (const bool is_last : {false, true}) {
            Channelwise kernel(is_last);
            record_of(kernel.pipeline, kernel.shape(), level.name, GetParam());
            EXPECT_EQ(complaint_at_any_shape(kernel, level), "") << level.name << ", channels last: " << is_last;
        }
    }
}

TEST_P(EveryCpuAutoscheduler, IsRecordedAsItProposed) {
    for (const Target &target : cpu_rows()) {
        Elementwise mended(true), untouched(true);
        const ScheduleRecord record = record_of(mended.pipeline, mended.shape(), target.name, GetParam());
        const Proposal proposed = proposal(untouched.pipeline, GetParam(), {}, target);
        std::vector<int> factors;
        for (const SplitRecord &split : record.splits) {
            factors.push_back(split.factor);
            EXPECT_EQ(split.tail, "GuardWithIf");
        }
        EXPECT_EQ(record.by, GetParam());
        EXPECT_EQ(factors, proposed.factors) << target.name;
        EXPECT_EQ(record.vector_widths.at("y"), proposed.vector_width) << target.name;
        EXPECT_EQ(static_cast<int>(record.made_serial.size()), proposed.parallel_loops) << target.name;
        EXPECT_GT(proposed.parallel_loops, 0) << "the default parallelism asks for threads";
        EXPECT_EQ(count(record.source, "parallel"), 0) << record.source;
        EXPECT_EQ(count(record.source, "ShiftInwards"), 0) << record.source;
    }
}

TEST_P(EveryCpuAutoscheduler, KeepsEveryFmaInWholeVectors) {
    for (const Target &target : cpu_rows()) {
        Elementwise kernel(true);
        const ScheduleRecord record = record_of(kernel.pipeline, kernel.shape(), target.name, GetParam());
        const FmaCalls fmas = fma_calls(llvm_assembly(kernel.pipeline, target), record.vector_widths.at("y"));
        EXPECT_GE(fmas.in_whole_vectors, 2 * Elementwise::degree) << target.name;
        EXPECT_EQ(fmas.others, 0) << target.name;
    }
}

TEST_P(EveryCpuAutoscheduler, NeedsNeitherAllocatorNorThreads) {
    for (const Target &target : cpu_rows()) {
        const AllTiles tiles;
        for (const auto &[pipeline, shape] : tiles.all()) {
            record_of(pipeline, shape, target.name, GetParam());
            EXPECT_EQ(count(llvm_assembly(pipeline, target), "@halide_"), 0) << target.name;
        }
    }
}

TEST_P(EveryCpuAutoscheduler, SaysNothing) {
    ::testing::internal::CaptureStderr();
    ::testing::internal::CaptureStdout();
    Elementwise kernel(true);
    const AutoscheduleResult result = autoschedule(kernel.pipeline, kernel.shape(), row("x86-64-avx2"), GetParam(), {});
    EXPECT_EQ(::testing::internal::GetCapturedStdout(), "");
    EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
    EXPECT_TRUE(result.record);
}

TEST_P(EveryCpuAutoscheduler, ChangesWithParallelismAndRecordsIt) {
    std::string sources[2];
    for (int i = 0; i < 2; ++i) {
        Elementwise kernel(false);
        const Parameters parameters{{"parallelism", std::to_string(1 + 31 * i)}};
        const ScheduleRecord record = record_of(kernel.pipeline, kernel.shape(), "x86-64-avx2", GetParam(), parameters);
        EXPECT_EQ(record.parameters, parameters);
        sources[i] = to_json(record).substr(to_json(record).find("\"splits\""));
    }
    EXPECT_NE(sources[0], sources[1]);
}

TEST_P(EveryCpuAutoscheduler, IsRecordedTheSameWayAgain) {
    Channelwise first(false), second(false);
    EXPECT_EQ(to_json(record_of(first.pipeline, first.shape(), "x86-64-avx2", GetParam())),
              to_json(record_of(second.pipeline, second.shape(), "x86-64-avx2", GetParam())));
}

TEST_P(EveryCpuAutoscheduler, LeavesTheOrderOfASumAlone) {
    LaneSums asked, by_hand;
    const ScheduleRecord record = record_of(asked.pipeline, LaneSums::shape(), "x86-64-avx2", GetParam());
    EXPECT_EQ(record.by, "hand");
    EXPECT_NE(record.note.find(GetParam()), std::string::npos) << record.note;
    EXPECT_EQ(record.source, schedule_by_hand(by_hand.pipeline, LaneSums::shape(), row("x86-64-avx2")).source);
}

TEST_P(EveryGpuAutoscheduler, GivesTheLaunchShape) {
    Elementwise kernel(true);
    const ScheduleRecord record = record_of(kernel.pipeline, kernel.shape(), "cuda", GetParam());
    EXPECT_EQ(record.by, GetParam());
    EXPECT_FALSE(record.splits.empty());
    EXPECT_EQ(record.threads_per_block % 32, 0);
    EXPECT_GE(record.threads_per_block, 32);
    EXPECT_LE(record.threads_per_block, 1024);
    EXPECT_GE(record.elements_per_thread, 1);
    EXPECT_LE(record.elements_per_thread, 4);
    EXPECT_EQ(count(llvm_assembly(kernel.pipeline, row("cuda")), "br "), 0) << "the tile itself is scheduled by hand";
}

TEST(GpuAutoscheduler, DecidesTheThreadsOfABlock) {
    Elementwise mullapudi(true), li(true);
    EXPECT_EQ(record_of(mullapudi.pipeline, mullapudi.shape(), "cuda", "Mullapudi2016").threads_per_block, 32);
    EXPECT_EQ(record_of(li.pipeline, li.shape(), "cuda", "Li2018").threads_per_block, 64);
}

TEST(Autoschedule, RefusesWhatCannotServeAndListsWhatCan) {
    EXPECT_EQ(error_of("x86-64-avx2", "Anderson2021"),
              "Anderson2021 cannot schedule for x86-64-avx2; Mullapudi2016, Adams2019, Li2018 can");
    EXPECT_EQ(error_of("cuda", "Adams2019"),
              "Adams2019 cannot schedule for cuda; Mullapudi2016, Li2018, Anderson2021 can");
}

TEST(Autoschedule, RefusesAnUnknownName) {
    EXPECT_NE(error_of("x86-64-avx2", "Adams2020").find("unknown autoscheduler 'Adams2020'"), std::string::npos);
}

TEST(Autoschedule, RefusesUnknownAndMalformedParameters) {
    EXPECT_EQ(error_of("x86-64-avx2", "Li2018", {{"beam_size", "4"}}),
              "Li2018 has no parameter 'beam_size'; it takes parallelism");
    for (const char *value : {"", "abc", "-3", "0", "1.5", "4x", "99999999999"}) {
        EXPECT_NE(error_of("x86-64-avx2", "Li2018", {{"parallelism", value}}).find("parallelism cannot be"),
                  std::string::npos)
            << value;
    }
    EXPECT_NE(error_of("x86-64-avx2", "Adams2019", {{"weights_path", "/nowhere"}}).find("a file that exists"),
              std::string::npos);
}

TEST(Autoschedule, TakesEveryParameterThatItNames) {
    const Parameters adams{{"parallelism", "4"},
                           {"beam_size", "8"},
                           {"random_dropout", "90"},
                           {"random_dropout_seed", "7"},
                           {"disable_subtiling", "true"},
                           {"disable_memoized_features", "0"},
                           {"disable_memoized_blocks", "1"},
                           {"memory_limit", "1000000"}};
    const Parameters anderson{{"parallelism", "80"},
                              {"beam_size", "8"},
                              {"random_dropout", "100"},
                              {"random_dropout_seed", "0"},
                              {"disable_subtiling", "0"},
                              {"randomize_tilings", "false"},
                              {"search_space_options", "1111"},
                              {"freeze_inline_compute_root", "0"},
                              {"num_passes", "1"},
                              {"stack_factor", "0.95"},
                              {"shared_memory_limit_kb", "48"},
                              {"shared_memory_sm_limit_kb", "96"},
                              {"active_block_limit", "32"},
                              {"active_warp_limit", "64"}};
    const Parameters mullapudi{{"parallelism", "4"}, {"last_level_cache_size", "4000000"}, {"balance", "10"}};
    Elementwise first(false), second(false), third(false);
    record_of(first.pipeline, first.shape(), "x86-64-avx2", "Adams2019", adams);
    record_of(second.pipeline, second.shape(), "cuda", "Anderson2021", anderson);
    record_of(third.pipeline, third.shape(), "x86-64-avx2", "Mullapudi2016", mullapudi);
}

TEST(Autoschedule, SaysWhyWithoutEstimates) {
    for (const std::string &name : cpu_autoschedulers) {
        const Halide::Var i("i");
        Halide::ImageParam x(Halide::Float(32), 1, "x");
        Halide::Func y("y");
        y(i) = x(i) * 2;
        const AutoscheduleResult result =
            autoschedule(Halide::Pipeline(y), {TileShape::Kind::elementwise, 1}, row("x86-64-avx2"), name, {});
        EXPECT_FALSE(result.record) << name;
        EXPECT_NE(result.error.find(name + " found no schedule: "), std::string::npos) << result.error;
    }
}

TEST(Autoschedule, ServesSeveralThreadsAtOnce) {
    std::vector<std::string> records(8);
    std::vector<std::thread> threads;
    for (std::string &json : records) {
        threads.emplace_back([&json] {
            for (const std::string &name : cpu_autoschedulers) {
                Elementwise kernel(true);
                const AutoscheduleResult result =
                    autoschedule(kernel.pipeline, kernel.shape(), row("x86-64-avx2"), name, {});
                json += result.record ? to_json(*result.record) : result.error;
            }
        });
    }
    for (std::thread &thread : threads) thread.join();
    for (const std::string &json : records) EXPECT_EQ(json, records[0]);
}

}  // namespace
}  // namespace actinide::testing_schedules
