// links: actinide_formula
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "generators/catalogue/catalogue.h"
#include "generators/catalogue/information_loss.h"

namespace actinide {
namespace {

TEST(InformationLoss, IsNoneWhereTheSignOfTheOutputDecides) {
    for (const DType dtype : all_dtypes()) {
        for (const char *name : {"relu", "leaky_relu"}) {
            EXPECT_FALSE(loss_from_output(*find_activation(name), dtype)) << name << " " << to_string(dtype);
        }
    }
}

/// y + 1 = e^x holds no digit more once y rounds to -1: where e^x is half of y's last place there, 2^-9 in bf16.
TEST(InformationLoss, OfEluIsAllOnceTheOutputRoundsToItsLimit) {
    const auto &elu = *find_activation("elu");
    const struct {
        DType dtype;
        double half_a_place;
    } types[] = {{DType::bf16, 0x1p-9}, {DType::f16, 0x1p-12}, {DType::f32, 0x1p-25}};
    for (const auto &[dtype, half_a_place] : types) {
        const auto loss = loss_from_output(elu, dtype);
        ASSERT_TRUE(loss && loss->all_lost_at) << to_string(dtype);
        const double limit = std::log(half_a_place);
        EXPECT_LE(*loss->all_lost_at, limit) << to_string(dtype);
        EXPECT_GT(*loss->all_lost_at, 1.03 * limit) << to_string(dtype);
        EXPECT_LT(loss->tenth_at, 0);
        EXPECT_GT(loss->tenth_at, *loss->all_lost_at);
    }
}

/// Formerly the residual had no value, and a package with such a gradient ended with an abort.
TEST(InformationLoss, OfAFusedFormIsThatOfItsSum) {
    for (const DType dtype : all_dtypes()) {
        const auto plain = loss_from_output(*find_activation("elu"), dtype);
        const auto with_residual = loss_from_output(*find_activation("elu_residual"), dtype);
        ASSERT_TRUE(plain && with_residual) << to_string(dtype);
        EXPECT_EQ(with_residual->tenth_at, plain->tenth_at) << to_string(dtype);
    }
}

TEST(InformationLoss, ComesLaterInWiderTypes) {
    const auto &elu = *find_activation("elu");
    EXPECT_LT(loss_from_output(elu, DType::f32)->tenth_at, loss_from_output(elu, DType::f16)->tenth_at);
    EXPECT_LT(loss_from_output(elu, DType::f16)->tenth_at, loss_from_output(elu, DType::bf16)->tenth_at);
}

TEST(InformationLoss, IsSaidInOneSentence) {
    const std::string text = loss_text(*find_activation("elu"), DType::bf16);
    EXPECT_EQ(text.rfind("off by 10 % at x = -4", 0), 0u) << text;
    EXPECT_NE(text.find("100 % at x = -6"), std::string::npos) << text;
    EXPECT_NE(text.find("bf16"), std::string::npos) << text;
    EXPECT_EQ(loss_text(*find_activation("relu"), DType::bf16), "");
}

}  // namespace
}  // namespace actinide
