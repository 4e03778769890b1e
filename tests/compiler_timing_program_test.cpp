// links: actinide_compiler nlohmann_json::nlohmann_json
// Programs that time kernels elsewhere, run here.
#include "tools/compiler/timing_program.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "generators/catalogue/catalogue.h"
#include "runtime/timing.h"
#include "tests/package_scratch.h"

namespace actinide {
namespace {

using Json = nlohmann::json;

CompiledKernel compiled(const std::string &activation, Pass pass = Pass::forward) {
    const KernelKey key{find_activation(activation), pass, DType::f32, *find_target("x86-64-avx2").target};
    CompileResult result = compile({key}, {}, {});
    EXPECT_FALSE(result.error) << result.error->message;
    return result.kernels.front();
}

/// x and y of `n` floats.
TimedCall forward_call(size_t n) {
    return {.bytes = 2 * n * sizeof(float),
            .arrays = {{.bytes = n * sizeof(float), .filling = TimedArray::Filling::bell, .value = 7},
                       {.place = n * sizeof(float), .bytes = n * sizeof(float), .is_output = true}},
            .sizes = {n},
            .parameters = {}};
}

Json run_program(const TimingProgram &program) {
    const Scratch scratch;
    write_timing_program(program, "actn", scratch.path("program"));
    const CommandResult result = run(quoted(scratch.path("program")));
    EXPECT_EQ(result.exit_code, 0) << result.output;
    return Json::parse(result.output);
}

TEST(TimingProgram, TimesEachKernelAtEachSize) {
    const CompiledKernel relu = compiled("relu");
    const Json answer = run_program({.kernels = {&relu, &relu, &relu},
                                     .calls = {forward_call(64), forward_call(1024)},
                                     .forward = {},
                                     .forward_calls = {},
                                     .seconds = 0.001});
    ASSERT_EQ(answer.at("times").size(), 2U);
    for (const Json &of_size : answer.at("times")) {
        ASSERT_EQ(of_size.size(), 3U);
        for (const Json &of_kernel : of_size) EXPECT_GE(of_kernel.at("nanoseconds").size(), ACTINIDE_LEAST_ROUNDS);
    }
}

TEST(TimingProgram, FindsTheKernelWithOtherBits) {
    const CompiledKernel relu = compiled("relu");
    const CompiledKernel silu = compiled("silu");
    const Json answer = run_program({.kernels = {&relu, &relu, &silu},
                                     .calls = {forward_call(1000)},
                                     .forward = {},
                                     .forward_calls = {},
                                     .seconds = 0.001});
    EXPECT_EQ(answer.at("failed"), "bits");
    EXPECT_EQ(answer.at("kernel"), 2);
}

TEST(TimingProgram, TakesSavedOutputsOfTheForwardPass) {
    const CompiledKernel gradient = compiled("sigmoid", Pass::backward_from_output);
    const size_t n = 1000;
    TimedCall call = forward_call(n);
    call.bytes = 3 * n * sizeof(float);
    call.arrays.insert(
        call.arrays.begin(),
        {.place = 2 * n * sizeof(float), .bytes = n * sizeof(float), .filling = TimedArray::Filling::saved_output});
    const Json answer = run_program({.kernels = {&gradient},
                                     .calls = {call},
                                     .forward = compiled("sigmoid"),
                                     .forward_calls = {forward_call(n)},
                                     .seconds = 0.001});
    EXPECT_TRUE(answer.contains("times")) << answer;
}

TEST(TimingProgram, SaysWhenMemoryIsMissing) {
    const CompiledKernel relu = compiled("relu");
    TimedCall call = forward_call(1024);
    call.bytes = size_t{1} << 60U;
    const Json answer =
        run_program({.kernels = {&relu}, .calls = {call}, .forward = {}, .forward_calls = {}, .seconds = 0.001});
    EXPECT_EQ(answer.at("failed"), "memory");
    EXPECT_EQ(answer.at("number"), call.bytes);
}

TEST(TimingProgram, IsForLinuxOnly) {
    for (const Target &target : target_table()) {
        const bool is_linux_cpu = target.platform == &linux_platform && target.architecture != Architecture::cuda;
        EXPECT_EQ(has_timing_programs(target), is_linux_cpu) << target.name;
    }
}

TEST(CpuOfCpuinfo, IsNamedAsItsSystemOrLlvmDoes) {
    const std::string epyc = "processor\t: 0\nmodel\t\t: 17\nmodel name\t: AMD EPYC 9654\nflags\t\t: fpu\n";
    const std::string a76 = "processor\t: 0\nCPU implementer\t: 0x41\nCPU architecture: 8\nCPU part\t: 0xd0b\n";
    const Target x86 = *find_target("x86-64-avx2").target;
    const Target arm = *find_target("aarch64-neon").target;
    EXPECT_EQ(cpu_of_cpuinfo(epyc, x86), "AMD EPYC 9654");
    EXPECT_EQ(cpu_of_cpuinfo(a76, arm), "cortex-a76");
    EXPECT_EQ(cpu_of_cpuinfo(a76, *find_target("armv7").target), "cortex-a76");
    EXPECT_EQ(cpu_of_cpuinfo("uarch\t\t: sifive,u74-mc\n", *find_target("riscv64-v").target), "sifive-u74");
    EXPECT_EQ(cpu_of_cpuinfo(epyc, arm), "") << "an emulator shows its own machine's";
    EXPECT_EQ(cpu_of_cpuinfo("", x86), "");
    EXPECT_EQ(cpu_of_cpuinfo("model name", x86), "");
}

}  // namespace
}  // namespace actinide
