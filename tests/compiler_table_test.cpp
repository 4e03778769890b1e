// links: actinide_compiler
// Tables of quantised activations: every entry against the formula's real value, and what their makers refuse.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "generators/catalogue/catalogue.h"
#include "generators/catalogue/definition_text.h"
#include "generators/catalogue/evidence.h"
#include "generators/formula/evaluate.h"
#include "runtime/status.h"
#include "tools/compiler/loaded_kernels.h"

namespace actinide {
namespace {

struct Quantization {
    double x_scale, x_zero_point, y_scale, y_zero_point;
};

/// Powers of 2, where ties are many; scales as networks have them; and one that saturates.
std::vector<Quantization> quantizations(DType dtype) {
    const double shift = dtype == DType::s8 ? 0 : 128;
    return {{0.0625, shift, 0.125, shift},
            {0.25, shift - 7, 0.5, shift + 11},
            {0.0471F, shift + 3, 0.0233F, shift - 100},
            {0.11764F, shift - 128, 0.0039F, shift - 128},
            {1e-3F, shift, 1e3F, shift + 5}};
}

double lowest(DType dtype) {
    return dtype == DType::s8 ? -128 : 0;
}

struct ExactEntry {
    int integer;
    bool is_near_tie;  ///< so near the middle between two integers, but not there, that either is right
};

/// ONNX's QuantizeLinear of the formula's value, in 300 bits.
ExactEntry exact_entry(const Activation &activation, DType dtype, const Quantization &by, int q) {
    constexpr int precision = 300;
    Values values;
    for (const Parameter &parameter : activation.parameters) {
        values.emplace(parameter.name, math::Real(parameter.default_value, precision));
    }
    values.emplace("x", math::Real((q - by.x_zero_point) * by.x_scale, precision));
    math::Real quotient = evaluate(activation.forward, values, precision);
    mpfr_div_d(quotient.get(), quotient.get(), by.y_scale, MPFR_RNDN);
    math::Real beyond_tie = quotient;
    mpfr_mul_ui(beyond_tie.get(), beyond_tie.get(), 2, MPFR_RNDN);
    math::Real nearest_tie = beyond_tie;
    mpfr_roundeven(nearest_tie.get(), nearest_tie.get());
    mpfr_sub(beyond_tie.get(), beyond_tie.get(), nearest_tie.get(), MPFR_RNDN);
    const double distance = std::abs(beyond_tie.to_double()) / std::max(1.0, std::abs(nearest_tie.to_double()));
    mpfr_roundeven(quotient.get(), quotient.get());
    const double integer = quotient.to_double() + by.y_zero_point;
    return {static_cast<int>(std::min(std::max(integer, lowest(dtype)), lowest(dtype) + 255)),
            distance > 0 && distance < 0x1p-40};
}

/// One maker of tables, with the activation's parameters at their defaults.
class TableMaker {
public:
    TableMaker(const Activation &activation, DType dtype) {
        const CompileResult compiled =
            compile({{&activation, Pass::forward_table, dtype, *find_target("x86-64").target}}, {}, nullptr);
        if (compiled.error) throw std::runtime_error(compiled.error->message);
        loaded_ = std::make_unique<LoadedKernels>(compiled.kernels, *find_target("x86-64").target, "actn");
        for (const Parameter &parameter : activation.parameters) own_.push_back(parameter.default_value);
    }

    int32_t fill(void *table, const Quantization &by) const {
        std::vector<double> parameters = {by.x_scale, by.x_zero_point, by.y_scale, by.y_zero_point};
        parameters.insert(parameters.end(), own_.begin(), own_.end());
        void *const outputs[] = {table};
        return loaded_->function(0)(nullptr, outputs, nullptr, parameters.data());
    }

private:
    std::unique_ptr<LoadedKernels> loaded_;
    std::vector<double> own_;
};

class Table : public testing::TestWithParam<const char *> {};

INSTANTIATE_TEST_SUITE_P(All, Table, testing::ValuesIn([] {
                             std::vector<const char *> names;
                             for (const Activation &activation : catalogue()) {
                                 if (why_unsupported(activation, Pass::forward_table).empty()) {
                                     names.push_back(activation.name.c_str());
                                 }
                             }
                             return names;
                         }()),
                         [](const auto &info) { return std::string(info.param); });

TEST_P(Table, HoldsTheNearestIntegersOfTheRealValues) {
    const Activation &activation = *find_activation(GetParam());
    for (const DType dtype : quantized_dtypes()) {
        const TableMaker maker(activation, dtype);
        for (const Quantization &by : quantizations(dtype)) {
            unsigned char table[256];
            ASSERT_EQ(maker.fill(table, by), ACTINIDE_OK);
            for (int i = 0; i < 256; ++i) {
                const int q = static_cast<int>(lowest(dtype)) + i;
                const unsigned char byte = table[static_cast<unsigned char>(q)];
                const int found = dtype == DType::s8 ? static_cast<signed char>(byte) : byte;
                const ExactEntry exact = exact_entry(activation, dtype, by, q);
                ASSERT_LE(std::abs(found - exact.integer), exact.is_near_tie ? 1 : 0)
                    << to_string(dtype) << ", x_scale " << by.x_scale << ", q " << q;
            }
        }
    }
}

TEST(TableMaker, RefusesScalesAndZeroPointsThatAreNone) {
    const TableMaker maker(*find_activation("relu"), DType::s8);
    signed char table[256];
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const double infinity = std::numeric_limits<double>::infinity();
    EXPECT_EQ(maker.fill(table, {1, -128, 1, 127}), ACTINIDE_OK);
    for (const double scale : {0.0, -1.0, nan, infinity}) {
        EXPECT_EQ(maker.fill(table, {scale, 0, 1, 0}), ACTINIDE_INVALID_PARAMETER) << scale;
        EXPECT_EQ(maker.fill(table, {1, 0, scale, 0}), ACTINIDE_INVALID_PARAMETER) << scale;
    }
    for (const double zero_point : {-129.0, 128.0, 0.5, nan, infinity, 1e300}) {
        EXPECT_EQ(maker.fill(table, {1, zero_point, 1, 0}), ACTINIDE_INVALID_PARAMETER) << zero_point;
        EXPECT_EQ(maker.fill(table, {1, 0, 1, zero_point}), ACTINIDE_INVALID_PARAMETER) << zero_point;
    }
    EXPECT_EQ(maker.fill(nullptr, {1, 0, 1, 0}), ACTINIDE_INVALID_POINTER);
}

TEST(TableMaker, GivesTheZeroPointForNaNAndTheEndsForInfinities) {
    const Activation own = *parse_definition("odd(x) = log(x)").activation;
    const TableMaker maker(own, DType::s8);
    signed char table[256];
    ASSERT_EQ(maker.fill(table, {1, 0, 0.01, 3}), ACTINIDE_OK);
    EXPECT_EQ(table[static_cast<unsigned char>(-5)], 3) << "log of -5";
    EXPECT_EQ(table[0], -128) << "log of 0";
    EXPECT_EQ(table[100], 127);
}

TEST(TableMaker, PromisesNothingOfWhatItsDefinitionMayLose) {
    const Activation own = *parse_definition("own(x) = log(1 + exp(x))").activation;
    EXPECT_EQ(accuracy_text(own, Pass::forward_table, std::nullopt).find("none"), std::string::npos);
    EXPECT_EQ(accuracy_text(*find_activation("relu"), Pass::forward_table, std::nullopt).find("none"), 0u);
}

TEST(TableMaker, IsOfOneInputAndOfNoLearnedParameter) {
    EXPECT_NE(why_unsupported(*find_activation("swiglu"), Pass::forward_table), "");
    EXPECT_NE(why_unsupported(*find_activation("prelu"), Pass::forward_table), "");
    EXPECT_NE(why_unsupported(*find_activation("relu"), Pass::forward_table, DType::f32), "");
    EXPECT_NE(why_unsupported(*find_activation("relu"), Pass::forward, DType::u8), "");
    EXPECT_EQ(why_unsupported(*find_activation("relu"), Pass::forward_table, DType::u8), "");
}

}  // namespace
}  // namespace actinide
