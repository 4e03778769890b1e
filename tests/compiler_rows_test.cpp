// links: actinide_compiler
// Kernels over rows give the bits of those over dense arrays, wherever the rows lie.
#include <gtest/gtest.h>

#include <cstring>
#include <random>

#include "generators/catalogue/catalogue.h"
#include "runtime/status.h"
#include "tools/compiler/loaded_kernels.h"

namespace actinide {
namespace {

struct RowsCase {
    const char *activation;
    Pass pass;
};
void PrintTo(const RowsCase &each, std::ostream *out) {
    *out << each.activation << "/" << to_string(each.pass);
}

/// One and two arrays, with and without parameters, a residual beside x.
const std::vector<RowsCase> all_cases = {
    {"relu", Pass::forward_rows},   {"elu", Pass::backward_rows},           {"elu", Pass::backward_from_output_rows},
    {"swiglu", Pass::forward_rows}, {"swiglu", Pass::backward_rows},        {"swiglu_clamped", Pass::backward_rows},
    {"glu", Pass::backward_rows},   {"silu_residual", Pass::backward_rows},
};

class KernelOverRows : public testing::TestWithParam<RowsCase> {
protected:
    static constexpr size_t rows = 5;
    static constexpr size_t columns = 37;

    KernelKey key(Pass pass) const {
        return {find_activation(GetParam().activation), pass, DType::f32, *find_target("x86-64").target};
    }
    std::vector<std::string> names(Argument::Role role) const {
        std::vector<std::string> found;
        for (const Argument &argument :
             signature(*key(GetParam().pass).activation, GetParam().pass, DType::f32).arguments) {
            if (argument.role == role) found.push_back(argument.name);
        }
        return found;
    }
    std::vector<double> parameters() const {
        std::vector<double> values;
        for (const Parameter &parameter : key(GetParam().pass).activation->parameters) {
            values.push_back(parameter.default_value);
        }
        return values;
    }
};

INSTANTIATE_TEST_SUITE_P(All, KernelOverRows, testing::ValuesIn(all_cases), [](const auto &info) {
    return std::string(info.param.activation) + "_" + to_string(info.param.pass);
});

/// All inputs side by side in one array of wide rows, and outputs over the first of them: gate and value as halves.
TEST_P(KernelOverRows, GivesTheBitsOfTheDenseKernelSideBySideAndInPlace) {
    const CompileResult compiled = compile({key(plain_pass(GetParam().pass)), key(GetParam().pass)}, {}, nullptr);
    ASSERT_FALSE(compiled.error) << compiled.error->message;
    const LoadedKernels loaded(compiled.kernels, *find_target("x86-64").target, "actn");
    const size_t inputs = names(Argument::Role::input).size();
    const size_t outputs = names(Argument::Role::output).size();
    const std::vector<double> scalars = parameters();
    std::mt19937 random(5);
    std::normal_distribution<float> normal(0, 4);

    std::vector<std::vector<float>> dense(inputs + outputs, std::vector<float>(rows * columns));
    std::vector<float> wide(rows * columns * inputs);
    for (float &value : wide) value = normal(random);
    for (size_t i = 0; i < inputs; ++i) {
        for (size_t k = 0; k < rows * columns; ++k) {
            dense[i][k] = wide[k / columns * columns * inputs + i * columns + k % columns];
        }
    }
    for (const std::string &level : level_names(*find_target("x86-64").target)) {
        if (!loaded.set_level(level)) continue;
        std::vector<const void *> from;
        std::vector<void *> to;
        for (size_t i = 0; i < inputs; ++i) from.push_back(dense[i].data());
        for (size_t i = 0; i < outputs; ++i) to.push_back(dense[inputs + i].data());
        const std::vector<size_t> dense_sizes = {rows * columns};
        ASSERT_EQ(loaded.function(0)(from.data(), to.data(), dense_sizes.data(), scalars.data()), ACTINIDE_OK);

        std::vector<float> replaced = wide;
        for (size_t i = 0; i < inputs; ++i) from[i] = replaced.data() + i * columns;
        for (size_t i = 0; i < outputs; ++i) to[i] = replaced.data() + i * columns;
        std::vector<size_t> sizes(2 + inputs + outputs, columns * inputs);
        sizes[0] = rows;
        sizes[1] = columns;
        ASSERT_EQ(loaded.function(1)(from.data(), to.data(), sizes.data(), scalars.data()), ACTINIDE_OK);
        for (size_t i = 0; i < inputs; ++i) {
            for (size_t k = 0; k < rows * columns; ++k) {
                const float found = replaced[k / columns * columns * inputs + i * columns + k % columns];
                const float expected = i < outputs ? dense[inputs + i][k] : dense[i][k];
                ASSERT_EQ(std::memcmp(&found, &expected, sizeof found), 0) << level << ", array " << i << " at " << k;
            }
        }
        sizes[2] = columns - 1;
        EXPECT_EQ(loaded.function(1)(from.data(), to.data(), sizes.data(), scalars.data()), ACTINIDE_INVALID_SHAPE);
    }
}

TEST(KernelOverRows, ExistsForEveryTypeAndTarget) {
    std::vector<KernelKey> keys;
    for (const char *name : {"x86-64", "aarch64-neon", "cuda"}) {
        Target target = *find_target(name).target;
        if (target.folder.empty()) target.folder = find_target("x86-64").target->folder;
        for (const DType dtype : all_dtypes()) {
            for (const Pass pass : {Pass::forward_rows, Pass::backward_rows}) {
                keys.push_back({find_activation("swiglu"), pass, dtype, target});
            }
        }
    }
    const CompileResult compiled = compile(keys, {}, nullptr);
    ASSERT_FALSE(compiled.error) << compiled.error->message;
    EXPECT_EQ(compiled.kernels.front().symbol, "actn_swiglu_forward_rows_f32");
}

TEST(KernelOverRows, HasNoLearnedParameters) {
    EXPECT_NE(why_unsupported(*find_activation("prelu"), Pass::forward_rows), "");
    EXPECT_NE(why_unsupported(*find_activation("gelu_bias"), Pass::backward_rows), "");
    EXPECT_EQ(why_unsupported(*find_activation("gelu_residual"), Pass::backward_rows), "");
}

}  // namespace
}  // namespace actinide
