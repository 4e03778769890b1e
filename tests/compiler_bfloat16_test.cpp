// links: actinide_compiler
// Kernels of bfloat16, which round by integers: a NaN stays one, whatever its bits.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>

#include "generators/catalogue/catalogue.h"
#include "runtime/kernel.h"
#include "tools/compiler/loaded_kernels.h"

namespace actinide {
namespace {

CompiledKernel compiled(const Activation &activation, const Target &target) {
    const CompileResult result =
        compile({{&activation, Pass::forward, DType::bf16, target}}, {}, [](size_t, size_t, const std::string &) {});
    EXPECT_FALSE(result.error) << result.error->message;
    return result.kernels.at(0);
}

/// Arrays of 37 elements, so that every loop of a tile has its turn; what is below the threshold becomes `value`.
void expect_nans(const LoadedKernels &threshold, uint32_t value) {
    const std::vector<uint16_t> x(37, 0xbf80);
    std::vector<uint16_t> y(x.size());
    const void *inputs[] = {x.data()};
    void *outputs[] = {y.data()};
    const size_t n = x.size();
    const double parameters[] = {1, std::bit_cast<float>(value)};
    ASSERT_EQ(threshold.function(0)(inputs, outputs, &n, parameters), ACTINIDE_OK);
    for (const uint16_t each : y) {
        ASSERT_TRUE(std::isnan(std::bit_cast<float>(uint32_t{each} << 16U)))
            << std::hex << each << " of the parameter " << value;
    }
}

TEST(BFloat16, KeepsNanWhateverTheBitsOfAParameter) {
    const TargetLookup host = find_target("host");
    if (!host.target) GTEST_SKIP() << host.error;
    const bool has_levels = host.target->architecture == Architecture::x86;
    for (const std::string level : {has_levels ? "x86-64-avx2" : "host", "host"}) {
        const Target target = *find_target(level).target;
        const LoadedKernels threshold({compiled(*find_activation("threshold"), target)}, target, "actn");
        for (const uint32_t value : {0x7fffffffU, 0xffffffffU, 0x7fc00000U, 0x7fc0ffffU}) {
            expect_nans(threshold, value);
        }
    }
}

}  // namespace
}  // namespace actinide
