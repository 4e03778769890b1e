// links: actinide_formula actinide_schedules kernels_table
// Lengths and places: nothing outside an array is touched, and no element depends on where or in what company it lies.
#include <gtest/gtest.h>

#include <memory>

#include "tests/kernels_cases.h"

namespace actinide::kernels {
namespace {

class Lengths : public testing::TestWithParam<KernelCase> {
protected:
    const kernel_entry &entry() const { return *GetParam().entry; }
};

INSTANTIATE_TEST_SUITE_P(Catalogue, Lengths, testing::ValuesIn(all_kernel_cases()), name_of);

TEST_P(Lengths, GiveTheSameBitsEverywhereAndTouchNothingElse) {
    for (const std::string &level : machine_levels()) {
        const LevelInUse in_use(level);
        EXPECT_EQ(Sweep(entry()).run(), "") << level;
    }
}

TEST_P(Lengths, OfZeroNeedNoArrays) {
    const Sizes none{0, 0, 0};
    const std::array<const void *, KERNEL_MAX_ARRAYS> inputs{};
    const std::array<void *, KERNEL_MAX_ARRAYS> outputs{};
    const std::vector<float> parameters = default_parameters(entry());
    EXPECT_EQ(entry().run(inputs.data(), outputs.data(), none.data(), parameters.data()), ACTN_OK);
}

/// The seed's own example.
TEST(LeakyRelu, GivesTheSeedsExampleAtEveryLevel) {
    const std::array<float, 5> x = {-2, -1, 0, 1, 2};
    const std::array<float, 5> expected = {-0.02f, -0.01f, 0, 1, 2};
    for (const std::string &level : machine_levels()) {
        const LevelInUse in_use(level);
        std::array<float, 5> y{};
        ASSERT_EQ(actn_leaky_relu_forward_f32(x.data(), y.data(), y.size(), 0.01f), ACTN_OK);
        EXPECT_EQ(y, expected) << level;
    }
}

}  // namespace
}  // namespace actinide::kernels
