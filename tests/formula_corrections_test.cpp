// links: actinide_formula
// What formulas for coarse results leave out: what is nothing in real numbers, and only that.
#include <gtest/gtest.h>

#include "generators/catalogue/catalogue.h"
#include "generators/catalogue/rounding.h"
#include "generators/catalogue/signature.h"
#include "generators/formula/corrections.h"
#include "generators/formula/evaluate.h"
#include "generators/formula/print.h"

namespace actinide {
namespace {

const Formula a = variable("a");
const Formula b = variable("b");

void expect_becomes(const Formula &formula, const Formula &simpler) {
    EXPECT_EQ(print(without_corrections(formula)), print(simpler)) << print(formula);
}

TEST(Corrections, OfSumsProductsAndQuotientsAreLeftOut) {
    const Formula sum = a + b;
    expect_becomes(sum + lost_in(sum, a, b), sum);
    expect_becomes(lost_in_any(sum, a, b) + sum, sum);
    expect_becomes(sum - lost_in(sum, a, b), sum);
    expect_becomes(lost_in(sum, a, b) - sum, -sum);
    expect_becomes(a * b + lost_in_product(a, b) * call("exp", {b}), a * b);
    const Quotient sixth = divided_by(6, sum, lost_in(sum, a, b));
    expect_becomes(a * sixth.nearest + a * sixth.lacking, a * sixth.nearest);
    const Formula reciprocal = 1 / sum;
    expect_becomes(reciprocal + reciprocal * (1 - reciprocal * sum), reciprocal);
}

TEST(Corrections, UnderAChoiceAreLeftOutToo) {
    expect_becomes(a + b * where(a < 1, lost_in_product(a, b), 0), a);
    expect_becomes(where(a < 1, a + lost_in_product(a, b), b), where(a < 1, a, b));
}

TEST(Corrections, InConditionsStay) {
    const Formula condition = lost_in_product(a, b) >= 0;
    expect_becomes(where(condition, a, b), where(condition, a, b));
}

TEST(Corrections, AreNotWhatIsOnlySmall) {
    const Formula tiny = constant("1e-30") * a;
    for (const Formula &formula :
         {a + constant("1e-30"), a + tiny * tiny * a, a - tiny * tiny, a - a * constant("0.999999999"), a * a - b * b,
          where(a < 1, 0, b) + a, a - call("exp", {a}), call("tanh", {a - b}) + a}) {
        expect_becomes(formula, formula);
    }
}

TEST(Corrections, MakeProductsOfQuotientsByConstants) {
    expect_becomes(a / 6, a * (Formula(1) / 6));
    expect_becomes(a / b, a / b);
}

/// One by a constant becomes a product, which is longer by two.
size_t quotients_in(const Formula &formula) {
    size_t count = formula.operation() == Operation::divide ? 1 : 0;
    for (const Formula &operand : formula.operands()) count += quotients_in(operand);
    return count;
}

/// At 100 digits both forms of every formula agree.
TEST(Corrections, LeaveTheCatalogueTheSameRealNumbers) {
    for (const Activation &activation : catalogue()) {
        for (const Pass pass : all_passes()) {
            if (!why_unsupported(activation, pass).empty()) continue;
            for (const OutputFormula &output : output_formulas(activation, pass)) {
                const Formula simpler = without_corrections(output.computed);
                EXPECT_LE(simpler.size(), output.computed.size() + 2 * quotients_in(output.computed)) << print(simpler);
                for (const double x : {-7.25, -2.5, -0.375, 0.625, 1.75, 5.5}) {
                    std::map<std::string, math::Real> values;
                    for (const std::string &name : variables(output.computed)) {
                        values.emplace(name, math::Real(name == "x" || name == "gate" || name == "y" ? x : 0.75, 400));
                    }
                    const math::Real one = evaluate(output.computed, values, 400);
                    const math::Real other = evaluate(simpler, values, 400);
                    if (one.is_nan()) continue;  // outside the domain, such as a root's of a negative y
                    math::Real distance(400);
                    mpfr_sub(distance.get(), one.get(), other.get(), MPFR_RNDN);
                    const bool is_near = mpfr_zero_p(distance.get()) != 0 ||
                                         mpfr_get_exp(distance.get()) <
                                             (mpfr_zero_p(one.get()) != 0 ? -200 : mpfr_get_exp(one.get()) - 200);
                    EXPECT_TRUE(is_near) << activation.name << " " << to_string(pass) << " " << x;
                }
            }
        }
    }
}

}  // namespace
}  // namespace actinide
