// links: actinide_compiler actinide_llvm
// How the conditions on parameters reach the runtime.
#include <gtest/gtest.h>
#include <llvm/IR/Constants.h>

#include "generators/catalogue/catalogue.h"
#include "tools/compiler/failure.h"
#include "tools/compiler/kernel_constant.h"

namespace actinide {
namespace {

const Formula alpha = variable("alpha");

/// The comparison codes of the conditions that a kernel would check.
std::vector<int64_t> codes_of(const Formula &condition) {
    llvm::LLVMContext context;
    llvm::Module module("conditions", context);
    module.setDataLayout("e-i64:64");
    Signature elu = signature(*find_activation("elu"), Pass::forward, DType::f32);
    elu.valid_when = condition;
    const llvm::Constant *kernel = kernel_constant(module, elu, DType::f32, 1, nullptr, {});
    const auto number = [](const llvm::Constant *constant) {
        return llvm::cast<llvm::ConstantInt>(constant)->getSExtValue();
    };
    // Members of struct actinide_kernel.
    constexpr unsigned condition_count = 8;
    constexpr unsigned conditions = 10;
    std::vector<int64_t> codes;
    for (unsigned i = 0; i < number(kernel->getAggregateElement(condition_count)); ++i) {
        codes.push_back(
            number(kernel->getAggregateElement(conditions)->getAggregateElement(i)->getAggregateElement(2U)));
    }
    return codes;
}

TEST(KernelConstant, ChecksEachComparisonOfACondition) {
    EXPECT_EQ(codes_of(alpha > 0), (std::vector<int64_t>{ACTINIDE_GREATER}));
    EXPECT_EQ(codes_of(unequal(alpha, 0)), (std::vector<int64_t>{ACTINIDE_UNEQUAL}));
    EXPECT_EQ(codes_of(finite(alpha) && alpha < 3),
              (std::vector<int64_t>{ACTINIDE_GREATER_EQUAL, ACTINIDE_LESS_EQUAL, ACTINIDE_LESS}));
}

TEST(KernelConstant, RefusesWhatTheRuntimeCannotCheck) {
    EXPECT_THROW(codes_of(alpha < 0 || alpha > 1), CompileFailure);
    EXPECT_THROW(codes_of(alpha * alpha < 2), CompileFailure);
    Formula many = alpha < 1;
    for (int i = 0; i < ACTINIDE_MAX_CONDITIONS; ++i) many = many && alpha < 1;
    EXPECT_THROW(codes_of(many), CompileFailure);
}

}  // namespace
}  // namespace actinide
