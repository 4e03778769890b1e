// links: actinide_compiler
// Gradients of learned parameters where a square leaves the range of floats: the limit, not a NaN.
#include <gtest/gtest.h>

#include <limits>

#include "generators/catalogue/catalogue.h"
#include "runtime/kernel.h"
#include "tools/compiler/loaded_kernels.h"

namespace actinide {
namespace {

/// d swish / dbeta for dy = 1.
float dbeta_of(const LoadedKernels &backward, float x, float beta) {
    const float dy = 1;
    float dx = 0;
    float dbeta = 0;
    const void *inputs[] = {&x, &beta, &dy};
    void *outputs[] = {&dx, &dbeta};
    const size_t sizes[] = {1, 1, 1};
    EXPECT_EQ(backward.function(0)(inputs, outputs, sizes, nullptr), ACTINIDE_OK);
    return dbeta;
}

/// Formerly a NaN, or an infinity of the other sign: a correction multiplied what had overflowed.
TEST(LearnedSwish, HasAnInfiniteGradientInBetaWhereItsSquareIsTooLarge) {
    const TargetLookup host = find_target("host");
    if (!host.target) GTEST_SKIP() << host.error;
    const CompileResult result = compile({{find_activation("swish_learned"), Pass::backward, DType::f32, *host.target}},
                                         {}, [](size_t, size_t, const std::string &) {});
    ASSERT_FALSE(result.error) << result.error->message;
    const LoadedKernels backward(result.kernels, *host.target, "actn");
    const float infinity = std::numeric_limits<float>::infinity();
    EXPECT_EQ(dbeta_of(backward, 1e20F, 0), infinity);
    EXPECT_EQ(dbeta_of(backward, 3e37F, 2e-36F), infinity);
    EXPECT_EQ(dbeta_of(backward, 1e19F, 0), 0.25F * 1e19F * 1e19F);
    EXPECT_EQ(dbeta_of(backward, 1e20F, 1), 0);
}

}  // namespace
}  // namespace actinide
