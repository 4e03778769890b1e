// The rows. What several share stands above them: a CPU's facts once for each CPU, a platform's in platform.cpp.
#include "schedules/target.h"

namespace actinide {
namespace {

constexpr const char *halide_avx2 = "x86-64-linux-avx-avx2-f16c-fma-sse41";
constexpr const char *halide_avx512 = "x86-64-linux-avx-avx2-avx512-avx512_skylake-f16c-fma-sse41";
constexpr const char *halide_generic = "x86-64-linux-avx-avx2-fma-sse41";
constexpr const char *halide_neon = "arm-64-linux-arm_fp16";  // fcvt is in every Armv8.0; the arithmetic is not used

/// What makes a row of its own out of a CPU.
struct Place {
    std::string name;
    std::vector<std::string> aliases;
    std::string summary;
    std::string triple;
    const Platform *platform;
    std::string c_compiler;
    std::string proof;
};

Target at(const Place &place, Architecture architecture, const std::string &processor) {
    Target target;
    target.name = place.name;
    target.aliases = place.aliases;
    target.summary = place.summary;
    target.architecture = architecture;
    target.triple = place.triple;
    target.platform = place.platform;
    target.processor = processor;
    target.folder = processor + "-" + place.platform->name;
    target.c_compiler = place.c_compiler;
    target.proof = place.proof;
    const bool has_driver = architecture == Architecture::x86 || architecture == Architecture::arm;
    target.hosts_cuda = has_driver && place.platform == &linux_platform;
    return target;
}

/// An archive of all levels.
Target x86_64(const Place &place) {
    Target target = at(place, Architecture::x86, "x86_64");
    target.halide = "x86-64-linux";
    target.llvm_cpu = "x86-64";  // of what runs before the level is known
    target.levels = {"x86-64-sse41", "x86-64-avx2", "x86-64-avx512"};
    return target;
}

/// Kernels come from Halide as for Linux everywhere: they call nothing, and LLVM aims them at the triple.
Target aarch64(const Place &place) {
    Target target = at(place, Architecture::arm, "aarch64");
    target.halide = halide_neon;
    target.llvm_cpu = "generic";
    target.models = {"neoverse-v2", "neoverse-n1", "cortex-a55"};
    target.lanes = 4;
    target.registers = 32;
    target.unroll = 4;
    return target;
}

/// Halide's code for AVX2 has loops, generic vectors and masks, and nothing of x86 alone; without F16C halves are
/// converted by integers. So a CPU that Halide does not know, or knows no fma of, is served by it with its own lanes.
Target vectors_of_128_bits(const Place &place, Architecture architecture, const std::string &processor) {
    Target target = at(place, architecture, processor);
    target.halide = halide_generic;
    target.lanes = 4;
    target.registers = 16;
    target.unroll = 2;
    return target;
}

Target armv7(const Place &place) {
    Target target = vectors_of_128_bits(place, Architecture::arm32, "armv7");
    target.llvm_cpu = "cortex-a7";   // the least of those with VFPv4 that divide integers
    target.llvm_features = "+neon";  // LLVM takes it for floats only where it is asked for: it flushes subnormals
    return target;
}

Target wasm32(const Place &place) {
    Target target = vectors_of_128_bits(place, Architecture::wasm, "wasm32");
    target.llvm_cpu = "generic";
    target.llvm_features = "+simd128";
    target.has_fma = false;
    target.has_float16 = false;
    return target;
}

Target riscv64(const Place &place) {
    Target target = vectors_of_128_bits(place, Architecture::riscv, "riscv64");
    target.llvm_cpu = "generic-rv64";
    target.llvm_features = "+m,+a,+f,+d,+c,+v";
    target.has_float16 = false;  // an extension has it that not all CPUs with vectors have
    target.registers = 32;
    return target;
}

/// `psabi_level` is a second name for it, and LLVM's name for its CPUs.
Target level(int index, const char *name, const char *psabi_level, const char *summary, const char *halide) {
    Target target = at({.name = name,
                        .aliases = {psabi_level},
                        .summary = summary,
                        .triple = "x86_64-unknown-linux-gnu",
                        .platform = &linux_platform,
                        .c_compiler = "cc",
                        .proof = "run"},
                       Architecture::x86, "x86_64");
    target.halide = halide;
    target.llvm_cpu = psabi_level;
    target.unroll = 4;
    target.level = index;
    return target;
}

/// For machines that are older than AVX2: right, and in little code.
Target x86_64_sse41() {
    Target target = level(0, "x86-64-sse41", "x86-64-v2",
                          "Nehalem, Bulldozer and later: SSE4.2; without fma, so right but slow", halide_generic);
    target.lanes = 4;
    target.registers = 16;
    target.unroll = 1;
    target.has_fma = false;
    target.has_float16 = false;
    return target;
}

Target x86_64_avx2() {
    Target target = level(1, "x86-64-avx2", "x86-64-v3", "Haswell, Zen and later: AVX2, FMA, F16C", halide_avx2);
    target.models = {"znver3", "haswell", "alderlake"};
    target.lanes = 8;
    target.registers = 16;
    return target;
}

Target x86_64_avx512() {
    Target target =
        level(2, "x86-64-avx512", "x86-64-v4", "Skylake-X, Zen 4 and later: AVX-512 F, BW, CD, DQ, VL", halide_avx512);
    target.models = {"znver4", "sapphirerapids", "skylake-avx512"};
    target.lanes = 16;
    target.registers = 32;
    return target;
}

Target cuda() {
    Target target;
    target.name = "cuda";
    target.aliases = {"nvptx64"};
    target.summary = "NVIDIA GPUs from sm_80 on, as PTX; accompanies a host target";
    target.architecture = Architecture::cuda;
    target.halide = halide_avx2;  // only the tile's arithmetic is taken from this; the NVPTX stage retargets it
    target.triple = "nvptx64-nvidia-cuda";
    target.llvm_cpu = "sm_80";
    target.folder = "";  // beside the host target's archive
    target.proof = "run";
    target.lanes = 4;
    target.registers = 255;
    target.unroll = 1;
    return target;
}

std::vector<Target> make_table() {
    return {
        x86_64({.name = "x86-64",
                .aliases = {},
                .summary = "one archive for 64-bit x86 Linux; the level is chosen when the program runs",
                .triple = "x86_64-unknown-linux-gnu",
                .platform = &linux_platform,
                .c_compiler = "cc",
                .proof = "run"}),
        x86_64_sse41(),
        x86_64_avx2(),
        x86_64_avx512(),
        aarch64({.name = "aarch64-neon",
                 .aliases = {"aarch64", "arm64-neon"},
                 .summary = "64-bit ARM Linux: NEON, Armv8.0",
                 .triple = "aarch64-unknown-linux-gnu",
                 .platform = &linux_platform,
                 .c_compiler = "aarch64-linux-gnu-gcc",
                 .proof = "run under qemu"}),
        cuda(),
        aarch64({.name = "android-arm64",
                 .aliases = {"android-aarch64", "android-arm64-v8a"},
                 .summary = "64-bit ARM Android 5 and later: NEON, pages of 4 or 16 KiB",
                 .triple = "aarch64-unknown-linux-android21",
                 .platform = &android_platform,
                 .c_compiler = "aarch64-linux-android21-clang",
                 .proof = "run under qemu"}),
        x86_64({.name = "android-x86-64",
                .aliases = {},
                .summary = "64-bit x86 Android 5 and later: all levels of x86-64",
                .triple = "x86_64-unknown-linux-android21",
                .platform = &android_platform,
                .c_compiler = "x86_64-linux-android21-clang",
                .proof = "run on Linux"}),
        aarch64({.name = "macos-arm64",
                 .aliases = {"macos-aarch64"},
                 .summary = "Apple silicon, macOS 11 and later: NEON",
                 .triple = "arm64-apple-macosx11.0.0",
                 .platform = &macos_platform,
                 .c_compiler = "clang -arch arm64",
                 .proof = "linked by ld64.lld"}),
        x86_64({.name = "macos-x86-64",
                .aliases = {},
                .summary = "Macs with Intel CPUs, macOS 10.15 and later: all levels of x86-64",
                .triple = "x86_64-apple-macosx10.15.0",
                .platform = &macos_platform,
                .c_compiler = "clang -arch x86_64",
                .proof = "run on Linux"}),
        aarch64({.name = "ios-arm64",
                 .aliases = {"ios-aarch64"},
                 .summary = "iPhones and iPads, iOS 14 and later: NEON",
                 .triple = "arm64-apple-ios14.0.0",
                 .platform = &ios_platform,
                 .c_compiler = "xcrun -sdk iphoneos clang -arch arm64",
                 .proof = "linked by ld64.lld"}),
        x86_64({.name = "windows-x86-64",
                .aliases = {"windows-amd64"},
                .summary = "64-bit x86 Windows, for MSVC and clang-cl: all levels of x86-64",
                .triple = "x86_64-pc-windows-msvc",
                .platform = &windows_platform,
                .c_compiler = "clang --target=x86_64-pc-windows-msvc",
                .proof = "run on Linux"}),
        aarch64({.name = "windows-arm64",
                 .aliases = {"windows-aarch64"},
                 .summary = "64-bit ARM Windows, for MSVC and clang-cl: NEON",
                 .triple = "aarch64-pc-windows-msvc",
                 .platform = &windows_platform,
                 .c_compiler = "clang --target=aarch64-pc-windows-msvc",
                 .proof = "linked by lld-link"}),
        aarch64({.name = "bare-aarch64",
                 .aliases = {"bare-arm64"},
                 .summary = "64-bit ARM without an operating system: NEON on, memory that allows unaligned access",
                 .triple = "aarch64-none-elf",
                 .platform = &bare_platform,
                 .c_compiler = "aarch64-none-elf-gcc",
                 .proof = "run under qemu"}),
        armv7({.name = "armv7",
               .aliases = {"armv7-neon", "armv7-linux"},
               .summary = "32-bit ARM Linux, hard-float: NEON and VFPv4 (Cortex-A7, A15, A17 and later)",
               .triple = "armv7-unknown-linux-gnueabihf",
               .platform = &linux_platform,
               .c_compiler = "arm-linux-gnueabihf-gcc",
               .proof = "run under qemu"}),
        armv7({.name = "android-armv7",
               .aliases = {"android-armeabi-v7a"},
               .summary = "32-bit ARM Android 5 and later: NEON and VFPv4",
               .triple = "armv7-unknown-linux-androideabi21",
               .platform = &android_platform,
               .c_compiler = "armv7a-linux-androideabi21-clang",
               .proof = "run under qemu"}),
        armv7({.name = "bare-armv7",
               .aliases = {},
               .summary = "32-bit ARM without an operating system, hard-float: NEON and VFPv4 on",
               .triple = "armv7-none-eabihf",
               .platform = &bare_platform,
               .c_compiler = "arm-none-eabi-gcc -mfloat-abi=hard -mfpu=neon-vfpv4",
               .proof = "run under qemu"}),
        riscv64({.name = "riscv64-v",
                 .aliases = {"riscv64"},
                 .summary = "64-bit RISC-V Linux with the vector extension",
                 .triple = "riscv64-unknown-linux-gnu",
                 .platform = &linux_platform,
                 .c_compiler = "riscv64-linux-gnu-gcc",
                 .proof = "run under qemu"}),
        wasm32({.name = "wasm32-simd128",
                .aliases = {"wasm32", "wasm"},
                .summary = "WebAssembly with vectors; without fma, so right but slow",
                .triple = "wasm32-unknown-unknown",
                .platform = &wasm_platform,
                .c_compiler = "clang --target=wasm32-wasi",
                .proof = "run by wasmtime"}),
    };
}

}  // namespace

const std::vector<Target> &target_table() {
    static const std::vector<Target> table = make_table();
    return table;
}

}  // namespace actinide
