// links: actinide_compiler actinide_llvm
// The loop that is explained, its instructions and LLVM's model of it, on assembly written for the purpose.
#include <gtest/gtest.h>

#include "tools/compiler/cpu_model.h"
#include "tools/compiler/hot_loop.h"
#include "tools/compiler/instruction_mix.h"
#include "tools/compiler/loop_skeleton.h"

namespace actinide {
namespace {

MachineTables tables_of(const std::string &target, const std::string &cpu) {
    return machine_tables(*find_target(target).target, cpu);
}

HotLoop loop_in(const std::string &assembly, const MachineTables &tables) {
    const auto loop = find_hot_loop(read_assembly(assembly, tables), "tile", tables);
    EXPECT_TRUE(loop);
    return loop.value_or(HotLoop{});
}

std::map<InstructionKind, int> mix_of(const std::string &instructions, const std::string &target,
                                      const std::string &cpu) {
    const MachineTables tables = tables_of(target, cpu);
    return instruction_mix(read_assembly(instructions, tables).instructions, tables);
}

TEST(HotLoop, IsTheOneWithTheMostStores) {
    const MachineTables tables = tables_of("x86-64-avx2", "haswell");
    const HotLoop loop = loop_in(
        "tile:\n"
        ".Lfirst:\n vmovups (%rdi,%rax), %ymm0\n vaddps %ymm0, %ymm0, %ymm1\n vaddps %ymm0, %ymm1, %ymm1\n"
        " vmovups %ymm1, (%rsi,%rax)\n addq $32, %rax\n jne .Lfirst\n"
        ".Lsecond:\n vmovups %ymm0, (%rsi,%rax)\n vmovups %ymm0, 32(%rsi,%rax)\n addq $64, %rax\n jne .Lsecond\n"
        " retq\n.Lfunc_end0:\n",
        tables);
    EXPECT_EQ(loop.label, ".Lsecond");
    EXPECT_EQ(loop.instructions.size(), 4U);
}

TEST(HotLoop, IsInsideOthers) {
    const MachineTables tables = tables_of("x86-64-avx2", "haswell");
    const HotLoop loop = loop_in(
        "tile:\n.Louter:\n vmovups %ymm0, (%rsi)\n vmovups %ymm0, 32(%rsi)\n"
        ".Linner:\n vmovups %ymm0, (%rdi,%rax)\n addq $32, %rax\n jne .Linner\n"
        " decq %rcx\n jne .Louter\n retq\n.Lfunc_end0:\n",
        tables);
    EXPECT_EQ(loop.label, ".Linner");
    EXPECT_EQ(loop.instructions.size(), 3U);
}

/// LLVM puts rare blocks behind the return; from there they jump back without being a loop.
TEST(HotLoop, IsNoJumpBackFromBehindTheReturn) {
    const MachineTables tables = tables_of("aarch64-neon", "neoverse-v2");
    const HotLoop loop = loop_in(
        "tile:\n cbz x0, .Lrare\n.Lmain:\n ldr q0, [x1], #16\n str q0, [x2], #16\n subs x0, x0, #1\n b.ne .Lmain\n"
        ".Lend:\n ret\n.Lrare:\n str q1, [x2]\n str q1, [x2, #16]\n str q1, [x2, #32]\n b .Lend\n.Lfunc_end0:\n",
        tables);
    EXPECT_EQ(loop.label, ".Lmain");
    EXPECT_EQ(loop.instructions.size(), 4U);
}

/// Only ELF has labels at the ends of functions.
TEST(HotLoop, IsNotThatOfTheNextFunction) {
    for (const std::string system : {"", "macos-", "windows-"}) {
        const MachineTables tables = tables_of(system + (system.empty() ? "x86-64-avx2" : "x86-64"), "haswell");
        const std::string local = system == "macos-" ? "L" : ".L";
        const HotLoop loop = loop_in("tile:\n" + local + "own:\n vmovups %ymm0, (%rsi,%rax)\n addq $32, %rax\n jne " +
                                         local + "own\n retq\nnext:\n" + local +
                                         "other:\n vmovups %ymm0, (%rsi,%rax)\n vmovups %ymm0, 32(%rsi,%rax)\n jne " +
                                         local + "other\n retq\n",
                                     tables);
        EXPECT_EQ(loop.label, local + "own") << system;
    }
}

TEST(HotLoop, IsMissingWhereNothingRepeats) {
    const MachineTables tables = tables_of("x86-64-avx2", "haswell");
    EXPECT_FALSE(find_hot_loop(read_assembly("tile:\n retq\n.Lfunc_end0:\n", tables), "tile", tables));
    EXPECT_FALSE(find_hot_loop(read_assembly("tile:\n retq\n.Lfunc_end0:\n", tables), "another", tables));
}

TEST(InstructionMix, TellsTheStackFromArraysAndConstants) {
    const auto mix = mix_of(
        "vmovups (%rdi), %ymm0\n vmovups 32(%rsp), %ymm1\n vmovups %ymm1, 64(%rsp)\n vmovups %ymm1, (%rsi)\n"
        "vbroadcastss .LCPI0_0(%rip), %ymm2\n vmovaps %ymm1, %ymm2\n",
        "x86-64-avx2", "haswell");
    EXPECT_EQ(mix, (std::map<InstructionKind, int>{{InstructionKind::load, 1},
                                                   {InstructionKind::reload, 1},
                                                   {InstructionKind::spill, 1},
                                                   {InstructionKind::store, 1},
                                                   {InstructionKind::constant, 1},
                                                   {InstructionKind::move, 1}}));
}

TEST(InstructionMix, CallsAMoveWithAMaskABlend) {
    const auto mix =
        mix_of("vmovaps %zmm1, %zmm0 {%k1}\n vfmadd213ps %zmm2, %zmm1, %zmm0\n vcmpltps %zmm0, %zmm1, %k1\n",
               "x86-64-avx512", "skylake-avx512");
    EXPECT_EQ(mix, (std::map<InstructionKind, int>{
                       {InstructionKind::blend, 1}, {InstructionKind::fma, 1}, {InstructionKind::compare, 1}}));
}

TEST(InstructionMix, KnowsNeon) {
    const auto mix = mix_of(
        "ldr q0, [x0], #16\n ldr q1, [sp, #32]\n fmla v0.4s, v1.4s, v2.4s\n mov v3.16b, v0.16b\n bsl v1.16b, v2.16b, "
        "v3.16b\n fcmgt v1.4s, v2.4s, v3.4s\n str q0, [x1]\n subs x2, x2, #1\n add v1.4s, v1.4s, v2.4s\n",
        "aarch64-neon", "neoverse-v2");
    EXPECT_EQ(mix, (std::map<InstructionKind, int>{{InstructionKind::load, 1},
                                                   {InstructionKind::reload, 1},
                                                   {InstructionKind::fma, 1},
                                                   {InstructionKind::move, 1},
                                                   {InstructionKind::blend, 1},
                                                   {InstructionKind::compare, 1},
                                                   {InstructionKind::store, 1},
                                                   {InstructionKind::control, 1},
                                                   {InstructionKind::add, 1}}));
}

TEST(CpuModel, GivesAChainItsLatencyAndIndependentWorkItsThroughput) {
    const MachineTables tables = tables_of("x86-64-avx2", "haswell");
    const auto chain = read_assembly("vfmadd213ps %ymm1, %ymm2, %ymm0\n", tables).instructions;
    EXPECT_DOUBLE_EQ(simulate(chain, tables).cycles, 5);
    const auto independent =
        read_assembly("vmulps %ymm1, %ymm2, %ymm0\n vmulps %ymm1, %ymm2, %ymm3\n", tables).instructions;
    EXPECT_DOUBLE_EQ(simulate(independent, tables).cycles, 1);
    EXPECT_DOUBLE_EQ(unit_cycles(independent, tables).arithmetic, 1);
}

TEST(CpuModel, TellsTheUnitsOfMemoryFromThoseOfArithmetic) {
    const MachineTables tables = tables_of("x86-64-avx2", "haswell");
    const auto folded = read_assembly("vmulps (%rdi), %ymm2, %ymm0\n vmovups %ymm0, (%rsi)\n", tables).instructions;
    const UnitCycles cycles = unit_cycles(folded, tables);
    EXPECT_DOUBLE_EQ(cycles.arithmetic, 0.5);
    EXPECT_DOUBLE_EQ(cycles.memory, 1);
}

TEST(LoopSkeleton, KeepsOnlyLoopsAndWritesTheirBoundsOut) {
    EXPECT_EQ(loop_skeleton("produce y {\n let t1 = y.extent.0/16\n for (y.s0.i, 0, t1) {\n  let t2 = t1*2\n"
                            "  for (y.s0.j, 0, t2) {\n   y[0] = x[0]\n  }\n }\n for (y.s0.k, 0, 3) {\n }\n}\n"),
              (std::vector<std::string>{"for (y.s0.i, 0, y.extent.0/16)", "  for (y.s0.j, 0, y.extent.0/16*2)",
                                        "for (y.s0.k, 0, 3)"}));
}

}  // namespace
}  // namespace actinide
