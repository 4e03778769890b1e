// links: actinide_compiler
// What `compile` gives for every kernel: the same bytes however it is asked, and what was asked for beside them.
#include <gtest/gtest.h>

#include <algorithm>
#include <mutex>
#include <set>

#include "generators/catalogue/catalogue.h"
#include "tools/compiler/compiler.h"

namespace actinide {
namespace {

/// Every kernel that exists, for the archives that are built by default; CUDA's beside x86-64.
std::vector<KernelKey> all_keys() {
    std::vector<KernelKey> keys;
    for (const Target &row : target_table()) {
        Target target = row;
        if (target.architecture == Architecture::cuda) target.folder = find_target("x86-64").target->folder;
        if (target.level >= 0 || (target.architecture != Architecture::cuda && !target.hosts_cuda)) continue;
        for (const Activation &activation : catalogue()) {
            for (const Pass pass : all_passes()) {
                if (why_unsupported(activation, pass).empty()) keys.push_back({&activation, pass, DType::f32, target});
            }
        }
    }
    return keys;
}

CompileResult compile_all(const std::vector<KernelKey> &keys, const CompileOptions &options = {}) {
    return compile(keys, options, [](size_t, size_t, const std::string &) {});
}

KernelKey elu(Pass pass, const std::string &target) {
    KernelKey key{find_activation("elu"), pass, DType::f32, find_target(target).target.value()};
    if (key.target.folder.empty()) key.target.folder = find_target("x86-64").target->folder;
    return key;
}

TEST(Compile, GivesTheSameBytesWithOneThreadAndWithMany) {
    CompileOptions one, many;
    one.jobs = 1;
    many.jobs = 4;
    const std::vector<KernelKey> keys = all_keys();
    const CompileResult first = compile_all(keys, one);
    const CompileResult second = compile_all(keys, many);
    ASSERT_FALSE(first.error) << first.error->message;
    ASSERT_FALSE(second.error) << second.error->message;
    ASSERT_EQ(first.kernels.size(), keys.size());
    for (size_t i = 0; i < keys.size(); ++i) {
        EXPECT_EQ(first.kernels[i].symbol, second.kernels[i].symbol);
        EXPECT_EQ(first.kernels[i].hash, second.kernels[i].hash) << to_string(keys[i]);
        EXPECT_FALSE(first.kernels[i].object.empty());
        EXPECT_FALSE(first.kernels[i].tiles.empty());
    }
}

TEST(Compile, ForSizeTakesFewerBytesAndTheSameOperations) {
    std::vector<KernelKey> keys;
    for (const char *target : {"x86-64-avx2", "aarch64-neon", "windows-arm64"}) {
        for (const Pass pass : {Pass::forward, Pass::backward}) keys.push_back(elu(pass, target));
    }
    CompileOptions for_size;
    for_size.optimize_size = true;
    const CompileResult fast = compile_all(keys);
    const CompileResult small = compile_all(keys, for_size);
    ASSERT_FALSE(fast.error) << fast.error->message;
    ASSERT_FALSE(small.error) << small.error->message;
    for (size_t i = 0; i < keys.size(); ++i) {
        EXPECT_GT(small.kernels[i].bytes, 0U);
        EXPECT_LT(small.kernels[i].bytes, small.kernels[i].object.size());
        EXPECT_LT(small.kernels[i].bytes, fast.kernels[i].bytes) << to_string(keys[i]);
        EXPECT_EQ(small.kernels[i].float_operations, fast.kernels[i].float_operations);
    }
}

/// Generators are asked by stock Halide too, where no command refuses beforehand.
TEST(Compile, RefusesATypeThatAFunctionOfTheKernelLacks) {
    for (const Activation &activation : catalogue()) {
        const KernelKey key{&activation, Pass::forward, DType::f64, *find_target("x86-64-avx2").target};
        const std::string reason = why_unsupported(activation, Pass::forward, DType::f64);
        const CompileResult result = compile_all({key});
        ASSERT_EQ(result.error.has_value(), !reason.empty()) << activation.name;
        if (result.error) EXPECT_NE(result.error->message.find(reason), std::string::npos) << result.error->message;
    }
}

TEST(Compile, CountsProgressUpToTheEnd) {
    std::vector<size_t> counts;
    std::set<std::string> names;
    const std::vector<KernelKey> keys = {elu(Pass::forward, "x86-64-avx2"), elu(Pass::backward, "x86-64-avx2")};
    const CompileResult result = compile(keys, {}, [&](size_t done, size_t total, const std::string &name) {
        EXPECT_EQ(total, keys.size());
        counts.push_back(done);
        names.insert(name);
    });
    ASSERT_FALSE(result.error);
    EXPECT_EQ(counts, (std::vector<size_t>{1, 2}));
    EXPECT_EQ(names, (std::set<std::string>{"elu/forward/f32@x86-64-avx2", "elu/backward/f32@x86-64-avx2"}));
}

TEST(Compile, NamesEverySymbolAfterThePrefix) {
    CompileOptions options;
    options.prefix = "acme";
    const CompileResult result = compile_all({elu(Pass::forward, "x86-64"), elu(Pass::forward, "cuda")}, options);
    ASSERT_FALSE(result.error);
    EXPECT_EQ(result.kernels[0].symbols, std::vector<std::string>{"acme_elu_forward_f32"});
    EXPECT_EQ(result.kernels[1].symbols, std::vector<std::string>{"acme_elu_forward_f32_cuda"});
    EXPECT_EQ(result.kernels[0].object.find("actinide_level"), std::string::npos);
    EXPECT_EQ(result.kernels[0].object.find("actn_"), std::string::npos);
}

TEST(Compile, SizesTheWorkspaceOfAGradientThatIsSummedOnCuda) {
    KernelKey key{find_activation("prelu"), Pass::backward, DType::f32, *find_target("cuda").target};
    key.target.folder = find_target("aarch64-neon").target->folder;
    const CompileResult result = compile_all({key});
    ASSERT_FALSE(result.error);
    EXPECT_EQ(result.kernels[0].symbols, (std::vector<std::string>{"actn_prelu_backward_f32_cuda",
                                                                   "actn_prelu_backward_f32_cuda_workspace_bytes"}));
}

TEST(Compile, WritesEveryStageThatIsAskedFor) {
    CompileOptions options;
    options.emit = all_emits();
    const CompileResult result = compile_all({elu(Pass::forward, "x86-64"), elu(Pass::forward, "cuda")}, options);
    ASSERT_FALSE(result.error);
    const auto names = [](const CompiledKernel &kernel) {
        std::set<std::string> all;
        for (const auto &[name, content] : kernel.stages) {
            EXPECT_FALSE(content.empty()) << name;
            all.insert(name);
        }
        return all;
    };
    const std::string cpu = "actn_elu_forward_f32", cuda = "actn_elu_forward_f32_cuda";
    EXPECT_EQ(names(result.kernels[0]),
              (std::set<std::string>{cpu + ".elementwise.x86-64-sse41.stmt", cpu + ".elementwise.x86-64-sse41.bc",
                                     cpu + ".elementwise.x86-64-avx2.stmt", cpu + ".elementwise.x86-64-avx2.bc",
                                     cpu + ".elementwise.x86-64-avx512.stmt", cpu + ".elementwise.x86-64-avx512.bc",
                                     cpu + ".schedule.json", cpu + ".ll", cpu + ".s", cpu + ".o"}));
    EXPECT_EQ(
        names(result.kernels[1]),
        (std::set<std::string>{cuda + ".elementwise.cuda.stmt", cuda + ".elementwise.cuda.bc", cuda + ".ptx",
                               cuda + ".schedule.json", cuda + ".device.ll", cuda + ".ll", cuda + ".s", cuda + ".o"}));
    EXPECT_EQ(result.kernels[0].stages.at(cpu + ".elementwise.x86-64-avx2.stmt").find('$'), std::string::npos);
}

TEST(Compile, GivesBytesOfTheSameHashWhenTheyCarryStages) {
    CompileOptions options;
    options.emit = {Emit::assembly};
    const CompileResult plain = compile_all({elu(Pass::backward, "x86-64")});
    const CompileResult staged = compile_all({elu(Pass::backward, "x86-64")}, options);
    ASSERT_FALSE(plain.error || staged.error);
    EXPECT_EQ(plain.kernels[0].hash, staged.kernels[0].hash);
}

/// 16-bit results too, which instruction selection narrows and stores at once where it may.
TEST(Compile, StoresPastTheCacheInTheStreamingFormOnly) {
    CompileOptions options;
    options.emit = {Emit::assembly};
    for (const DType dtype : {DType::f32, DType::f16, DType::bf16, DType::f64}) {
        for (const char *level : {"x86-64-avx2", "x86-64-avx512"}) {
            KernelKey key = elu(Pass::forward, level);
            key.dtype = dtype;
            const CompileResult result = compile_all({key}, options);
            ASSERT_FALSE(result.error) << result.error->message;
            const std::string text = result.kernels[0].stages.at(result.kernels[0].symbol + ".s");
            const size_t streaming_form = text.find(".streaming\":");
            ASSERT_NE(streaming_form, std::string::npos) << to_string(key);
            EXPECT_NE(text.find("vmovnt", streaming_form), std::string::npos) << to_string(key);
            EXPECT_GT(text.find("vmovnt"), streaming_form) << to_string(key);
        }
    }
}

TEST(Compile, TakesTheSameOperationsPerElementOnEveryCpu) {
    const CompileResult result = compile_all({elu(Pass::forward, "x86-64"), elu(Pass::forward, "aarch64-neon")});
    ASSERT_FALSE(result.error) << result.error->message;
    EXPECT_EQ(result.kernels[0].float_operations, result.kernels[1].float_operations);
    EXPECT_GT(result.kernels[0].float_operations.at("elementwise").size(), 5U);
}

TEST(Compile, ServesARawHalideTargetWithoutLevels) {
    const CompileResult result = compile_all(
        {elu(Pass::forward, "x86-64-linux-avx-avx2-f16c-fma-sse41"), elu(Pass::forward, "arm-64-linux-arm_dot_prod")});
    ASSERT_FALSE(result.error) << result.error->message;
}

TEST(Compile, ChangesAKernelWithTheAutoschedulersParallelism) {
    std::set<std::string> schedules, hashes;
    for (const char *parallelism : {"1", "64"}) {
        CompileOptions options;
        options.autoscheduler = "Adams2019";
        options.autoscheduler_parameters = {{"parallelism", parallelism}};
        const CompileResult result = compile_all({elu(Pass::forward, "x86-64-avx2")}, options);
        ASSERT_FALSE(result.error) << result.error->message;
        schedules.insert(result.kernels[0].tiles[0].schedule);
        hashes.insert(result.kernels[0].hash);
    }
    EXPECT_EQ(schedules.size(), 2U);
    EXPECT_EQ(hashes.size(), 2U);
}

TEST(Compile, SaysWhyAnAutoschedulerCannotServe) {
    CompileOptions options;
    options.autoscheduler = "Anderson2021";
    const CompileResult result = compile_all({elu(Pass::forward, "x86-64")}, options);
    ASSERT_TRUE(result.error);
    EXPECT_EQ(result.error->exit_code, 4);
    EXPECT_NE(result.error->message.find("Mullapudi2016, Adams2019, Li2018 can"), std::string::npos);
    EXPECT_TRUE(result.kernels.empty());
}

TEST(Archive, HasTheSameBytesEveryTime) {
    const Target target = *find_target("x86-64").target;
    std::vector<ArchiveMember> members = runtime_objects(target, "actn");
    EXPECT_EQ(make_archive(members, target), make_archive(runtime_objects(target, "actn"), target));
    EXPECT_EQ(make_archive(members, target).substr(0, 8), "!<arch>\n");
}

TEST(Archive, SupportDiffersByItsLevels) {
    const auto support = [](const char *name) { return runtime_objects(*find_target(name).target, "actn")[0].content; };
    EXPECT_NE(support("x86-64"), support("x86-64-avx2"));
    EXPECT_NE(support("x86-64-avx512"), support("x86-64-avx2"));
}

}  // namespace
}  // namespace actinide
