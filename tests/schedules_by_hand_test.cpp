// links: actinide_schedules
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/schedules_pipelines.h"

namespace actinide::testing_schedules {
namespace {

class EveryCpuRow : public ::testing::TestWithParam<Target> {};
class EveryRunnableLevel : public ::testing::TestWithParam<Target> {};

std::string test_name(const ::testing::TestParamInfo<Target> &info) {
    std::string name;
    for (const char c : info.param.name) {
        if (std::isalnum(static_cast<unsigned char>(c))) name += c;
    }
    return name;
}

INSTANTIATE_TEST_SUITE_P(Schedules, EveryCpuRow, ::testing::ValuesIn(cpu_rows()), test_name);
INSTANTIATE_TEST_SUITE_P(Schedules, EveryRunnableLevel, ::testing::ValuesIn(runnable_levels()), test_name);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(EveryRunnableLevel);

TEST_P(EveryRunnableLevel, IsRightAtEverySizeAndInPlace) {
    for (const bool is_polynomial : {false, true}) {
        Elementwise kernel(is_polynomial);
        schedule_by_hand(kernel.pipeline, kernel.shape(), GetParam());
        EXPECT_EQ(complaint_at_any_size(kernel, GetParam()), "") << "polynomial: " << is_polynomial;
    }
}

TEST_P(EveryRunnableLevel, IsRightForEveryShapeOfChannels) {
    for (const bool is_last : {false, true}) {
        Channelwise kernel(is_last);
        schedule_by_hand(kernel.pipeline, kernel.shape(), GetParam());
        EXPECT_EQ(complaint_at_any_shape(kernel, GetParam()), "") << "channels last: " << is_last;
    }
}

TEST_P(EveryRunnableLevel, AddsEachLaneStepByStep) {
    LaneSums kernel;
    schedule_by_hand(kernel.pipeline, LaneSums::shape(), GetParam());
    const Halide::Target jit = strict_jit(GetParam());
    kernel.pipeline.compile_jit(jit);
    for (const int lanes : {1, 2, 3, 8, 15, 16, 17, 31, 32, 33, 64, 70}) {
        for (const int steps : {0, 1, 2, 128}) {
            const size_t elements = static_cast<size_t>(lanes) * static_cast<size_t>(steps);
            FencedBytes inputs[2] = {{elements * 4, FencedBytes::Fence::behind},
                                     {elements * 4, FencedBytes::Fence::behind}};
            FencedBytes output(static_cast<size_t>(lanes) * 8, FencedBytes::Fence::behind);
            auto *const x = inputs[0].as<float>();
            auto *const dy = inputs[1].as<float>();
            for (size_t i = 0; i < elements; ++i) {
                x[i] = sample(i);
                dy[i] = sample(i + 3);
            }
            kernel.x.set(Halide::Buffer<float>(x, lanes, steps));
            kernel.dy.set(Halide::Buffer<float>(dy, lanes, steps));
            Halide::Buffer<double> sums(output.as<double>(), lanes);
            kernel.pipeline.realize(sums, jit);
            for (int lane = 0; lane < lanes; ++lane) {
                double expected = 0;
                for (auto i = static_cast<size_t>(lane); i < elements; i += static_cast<size_t>(lanes)) {
                    expected += x[i] > 0 ? 0.0 : static_cast<double>(x[i]) * static_cast<double>(dy[i]);
                }
                ASSERT_EQ(sums(lane), expected) << lanes << " lanes, " << steps << " steps, lane " << lane;
            }
        }
    }
}

TEST_P(EveryCpuRow, KeepsEveryFmaInWholeVectorsInBodyAndTail) {
    Elementwise kernel(true);
    schedule_by_hand(kernel.pipeline, kernel.shape(), GetParam());
    const std::string assembly = llvm_assembly(kernel.pipeline, GetParam());
    const FmaCalls fmas = fma_calls(assembly, GetParam().lanes);
    EXPECT_GE(fmas.in_whole_vectors, 2 * Elementwise::degree) << "body and tail";
    EXPECT_EQ(fmas.in_whole_vectors % Elementwise::degree, 0);
    EXPECT_EQ(fmas.others, 0);
}

TEST_P(EveryCpuRow, MasksTheTailsLoadsAndStores) {
    Elementwise kernel(false);
    schedule_by_hand(kernel.pipeline, kernel.shape(), GetParam());
    const std::string assembly = llvm_assembly(kernel.pipeline, GetParam());
    EXPECT_GE(count(assembly, "@llvm.masked.load."), 1);
    EXPECT_GE(count(assembly, "@llvm.masked.store."), 1);
}

TEST_P(EveryCpuRow, NeedsNoAllocatorForAnyTile) {
    const AllTiles tiles;
    for (const auto &[pipeline, shape] : tiles.all()) {
        schedule_by_hand(pipeline, shape, GetParam());
        EXPECT_EQ(count(llvm_assembly(pipeline, GetParam()), "@halide_"), 0);
    }
}

TEST_P(EveryCpuRow, RecordsWhatItDid) {
    Elementwise kernel(false);
    const ScheduleRecord record = schedule_by_hand(kernel.pipeline, kernel.shape(), GetParam());
    EXPECT_EQ(record.by, "hand");
    EXPECT_EQ(record.vector_widths.at("y"), GetParam().lanes);
    ASSERT_FALSE(record.splits.empty());
    EXPECT_EQ(record.splits[0].func, "y");
    EXPECT_EQ(record.splits[0].loop, "i");
    EXPECT_EQ(record.splits[0].factor, GetParam().lanes);
    EXPECT_EQ(record.splits[0].tail, "GuardWithIf");
    EXPECT_EQ(record.source.find('$'), std::string::npos) << record.source;
}

TEST_P(EveryCpuRow, UnrollsCheapKernelsMoreThanExpensiveOnes) {
    Elementwise cheap(false), expensive(true);
    const TileShape long_one{TileShape::Kind::elementwise, 100};
    const int few = count(schedule_by_hand(cheap.pipeline, cheap.shape(), GetParam()).source, "unroll");
    EXPECT_EQ(few, 1);
    const ScheduleRecord record = schedule_by_hand(expensive.pipeline, long_one, GetParam());
    EXPECT_EQ(count(record.source, "unroll"), 0);
}

TEST_P(EveryCpuRow, GivesLongKernelsVectorsOfTwoRegistersButFewElementsOne) {
    Elementwise expensive(true);
    const TileShape long_one{TileShape::Kind::elementwise, 100};
    const ScheduleRecord record = schedule_by_hand(expensive.pipeline, long_one, GetParam());
    ASSERT_EQ(record.splits.size(), 2U);
    EXPECT_EQ(record.splits[0].factor, GetParam().lanes);
    EXPECT_EQ(record.splits[1].factor, 2 * GetParam().lanes);
    EXPECT_EQ(record.vector_widths.at("y"), 2 * GetParam().lanes);
    EXPECT_NE(record.source.find("specialize(i <= " + std::to_string(GetParam().lanes)), std::string::npos)
        << record.source;
}

TEST_P(EveryRunnableLevel, IsRightAtEverySizeWhereAKernelIsLong) {
    Elementwise kernel(true);
    schedule_by_hand(kernel.pipeline, {TileShape::Kind::elementwise, 100}, GetParam());
    EXPECT_EQ(complaint_at_any_size(kernel, GetParam()), "");
}

TEST(ScheduleRecord, IsTheSameForTheSamePipelineBuiltAgain) {
    const Target target = *find_target("x86-64-avx2").target;
    Elementwise first(true), second(true);
    EXPECT_EQ(to_json(schedule_by_hand(first.pipeline, first.shape(), target)),
              to_json(schedule_by_hand(second.pipeline, second.shape(), target)));
}

TEST(ScheduleRecord, BecomesJsonWithAllItsMembers) {
    ScheduleRecord record;
    record.by = "Li2018";
    record.parameters = {{"parallelism", "4"}};
    record.splits = {{"y", "i", 8, "GuardWithIf"}};
    record.vector_widths = {{"y", 8}};
    record.made_serial = {"y.i"};
    record.source = "y.split(i, …)";
    const nlohmann::json json = nlohmann::json::parse(to_json(record));
    EXPECT_EQ(json["by"], "Li2018");
    EXPECT_EQ(json["parameters"]["parallelism"], "4");
    EXPECT_EQ(json["splits"][0]["factor"], 8);
    EXPECT_EQ(json["splits"][0]["tail"], "GuardWithIf");
    EXPECT_EQ(json["vector_widths"]["y"], 8);
    EXPECT_EQ(json["made_serial"][0], "y.i");
    EXPECT_FALSE(json.contains("threads_per_block"));
}

TEST(CudaThread, ComputesFourElementsThatLieTogether) {
    Elementwise kernel(true);
    const Target cuda = *find_target("cuda").target;
    const ScheduleRecord record = schedule_by_hand(kernel.pipeline, kernel.shape(), cuda);
    EXPECT_EQ(record.threads_per_block, 256);
    EXPECT_EQ(record.elements_per_thread, 4);
    const std::string assembly = llvm_assembly(kernel.pipeline, cuda);
    EXPECT_EQ(count(assembly, "call <4 x float> @llvm.fma.v4f32("), Elementwise::degree);
    EXPECT_EQ(count(assembly, "masked"), 0);
    EXPECT_EQ(count(assembly, "br "), 0) << "no loop and no branch is left in one thread's tile";
}

TEST(CudaThread, ComputesFourElementsOfAChannelsRowAndOneWhereChannelsAreLast) {
    for (const bool is_last : {false, true}) {
        Channelwise kernel(is_last);
        const Target cuda = *find_target("cuda").target;
        EXPECT_EQ(schedule_by_hand(kernel.pipeline, kernel.shape(), cuda).elements_per_thread, is_last ? 1 : 4);
        EXPECT_EQ(count(llvm_assembly(kernel.pipeline, cuda), "br "), 0);
    }
}

TEST(CudaThread, ComputesOneElementOfAnyTypeWhereOneIsWanted) {
    Target cuda = *find_target("cuda").target;
    cuda.lanes = 1;
    Elementwise kernel(true);
    TileShape shape = kernel.shape();
    shape.storage_bits = 16;
    EXPECT_EQ(schedule_by_hand(kernel.pipeline, shape, cuda).elements_per_thread, 1);
}

TEST(CudaThread, SumsOneLaneWithoutAnAllocator) {
    LaneSums kernel;
    const Target cuda = *find_target("cuda").target;
    EXPECT_EQ(schedule_by_hand(kernel.pipeline, LaneSums::shape(), cuda).elements_per_thread, 1);
    EXPECT_EQ(count(llvm_assembly(kernel.pipeline, cuda), "@halide_"), 0);
}

}  // namespace
}  // namespace actinide::testing_schedules
