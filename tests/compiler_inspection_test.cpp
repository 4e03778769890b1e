// links: actinide_compiler actinide_llvm actinide_halide
// A kernel that is not what its formula says must not leave the compiler: every case changes a real one and looks.
#include <gtest/gtest.h>
#include <llvm/IR/CFG.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/IntrinsicInst.h>

#include <Halide.h>

#include "generators/catalogue/catalogue.h"
#include "tools/compiler/cpu_kernel.h"
#include "tools/compiler/failure.h"
#include "tools/compiler/float_operations.h"
#include "tools/compiler/lint.h"

namespace actinide {
namespace {

KernelKey elu_forward() {
    return {find_activation("elu"), Pass::forward, DType::f32, *find_target("x86-64").target};
}

std::string complaint_after(const ModuleHook &change) {
    try {
        compile_cpu_kernel(elu_forward(), {}, change);
    } catch (const CompileFailure &failure) {
        EXPECT_EQ(failure.exit_code(), exit_own_bug);
        return failure.what();
    }
    return "";
}

bool is_tile(const llvm::Function &function) {
    return function.getName().contains(".elementwise.");
}

bool is_fma(const llvm::Instruction &instruction) {
    const auto *call = llvm::dyn_cast<llvm::IntrinsicInst>(&instruction);
    return call != nullptr && call->getIntrinsicID() == llvm::Intrinsic::fma;
}

/// The instructions of all tiles that `wanted` holds for, in their order.
template <typename Wanted>
std::vector<llvm::Instruction *> find_in_tiles(llvm::Module &module, const Wanted &wanted) {
    std::vector<llvm::Instruction *> found;
    for (llvm::Function &function : module) {
        if (!is_tile(function)) continue;
        for (llvm::Instruction &instruction : llvm::instructions(function)) {
            if (wanted(instruction)) found.push_back(&instruction);
        }
    }
    return found;
}

bool is_in_tail(const llvm::Instruction &instruction) {
    for (const llvm::Instruction &other : *instruction.getParent()) {
        const auto *call = llvm::dyn_cast<llvm::IntrinsicInst>(&other);
        if (call != nullptr && call->getIntrinsicID() == llvm::Intrinsic::masked_store) return true;
    }
    return false;
}

void undo_fma(llvm::Instruction &fma) {
    llvm::IRBuilder<> builder(&fma);
    llvm::Value *product = builder.CreateFMul(fma.getOperand(0), fma.getOperand(1));
    fma.replaceAllUsesWith(builder.CreateFAdd(product, fma.getOperand(2)));
    fma.eraseFromParent();
}

TEST(Inspection, PassesTheKernelAsItIs) {
    EXPECT_EQ(complaint_after([](llvm::Module &module) {
                  EXPECT_GE(find_in_tiles(module, is_fma).size(), 6U) << "body and tail of all levels";
              }),
              "");
}

TEST(Inspection, RefusesAnFmaThatIsUndoneInTheTail) {
    const std::string complaint = complaint_after([](llvm::Module &module) {
        const auto fmas = find_in_tiles(module, [](const llvm::Instruction &instruction) {
            return is_fma(instruction) && is_in_tail(instruction);
        });
        ASSERT_FALSE(fmas.empty());
        undo_fma(*fmas.front());
    });
    EXPECT_NE(complaint.find("floating-point operations per element differ"), std::string::npos) << complaint;
}

TEST(Inspection, RefusesAnFmaThatIsUndoneInOneLevelOnly) {
    const std::string complaint = complaint_after([](llvm::Module &module) {
        const auto in_last_level = [](const llvm::Instruction &instruction) {
            return is_fma(instruction) && instruction.getFunction()->getName().ends_with("avx512");
        };
        // The last polynomial step of the body and of the tail.
        std::map<const llvm::BasicBlock *, llvm::Instruction *> last;
        for (llvm::Instruction *fma : find_in_tiles(module, in_last_level)) last[fma->getParent()] = fma;
        ASSERT_GE(last.size(), 2U);
        for (const auto &[block, fma] : last) undo_fma(*fma);
    });
    EXPECT_NE(complaint.find("x86-64-avx512"), std::string::npos) << complaint;
}

TEST(Inspection, RefusesAConstantThatDiffersInTheTail) {
    const std::string complaint = complaint_after([](llvm::Module &module) {
        const auto fmas = find_in_tiles(module, [](const llvm::Instruction &instruction) {
            return is_fma(instruction) && is_in_tail(instruction);
        });
        for (llvm::Instruction *fma : fmas) {
            for (unsigned i = 0; i < 3; ++i) {
                if (!llvm::isa<llvm::Constant>(fma->getOperand(i))) continue;
                fma->setOperand(i, llvm::ConstantFP::get(fma->getType(), 0.125));
                return;
            }
        }
        FAIL() << "no fma with a constant";
    });
    EXPECT_NE(complaint.find("differ"), std::string::npos) << complaint;
}

/// Rounded to a half, the product of two halves is the same in either width, and LLVM takes now this, now that.
TEST(Inspection, TakesAConstantInAnotherWidthAsTheSame) {
    llvm::LLVMContext context;
    llvm::Module module("widths", context);
    llvm::IRBuilder<> builder(context);
    auto *type = llvm::FunctionType::get(builder.getVoidTy(), {builder.getPtrTy()}, false);
    auto *function = llvm::Function::Create(type, llvm::Function::ExternalLinkage, "tile", module);
    builder.SetInsertPoint(llvm::BasicBlock::Create(context, "", function));
    llvm::Value *place = function->getArg(0);
    llvm::Value *half = builder.CreateLoad(builder.getHalfTy(), place);
    builder.CreateStore(builder.CreateFMul(half, llvm::ConstantFP::get(builder.getHalfTy(), 0.75)), place);
    llvm::Value *wide = builder.CreateFPExt(half, builder.getFloatTy());
    llvm::Value *product = builder.CreateFMul(wide, llvm::ConstantFP::get(builder.getFloatTy(), 0.75));
    builder.CreateStore(builder.CreateFPTrunc(product, builder.getHalfTy()), place);
    builder.CreateRetVoid();
    EXPECT_EQ(inspect_elements(*function, false).complaint, "");
}

/// Lets the factors of an fma in the tail change places in the last element; of the second factor, too, if `in_both`.
std::string complaint_after_exchange(bool in_both) {
    return complaint_after([=](llvm::Module &module) {
        const auto fmas = find_in_tiles(module, [](const llvm::Instruction &instruction) {
            return is_fma(instruction) && is_in_tail(instruction) &&
                   !llvm::isa<llvm::Constant>(instruction.getOperand(0)) &&
                   !llvm::isa<llvm::Constant>(instruction.getOperand(1)) &&
                   instruction.getOperand(0) != instruction.getOperand(1);
        });
        ASSERT_FALSE(fmas.empty());
        llvm::Instruction *fma = fmas.front();
        llvm::Value *a = fma->getOperand(0);
        llvm::Value *b = fma->getOperand(1);
        const auto lanes = static_cast<int>(llvm::cast<llvm::FixedVectorType>(a->getType())->getNumElements());
        llvm::SmallVector<int> mask;
        for (int lane = 0; lane < lanes; ++lane) mask.push_back(lane + 1 < lanes ? lane : lane + lanes);
        llvm::IRBuilder<> builder(fma);
        fma->setOperand(0, builder.CreateShuffleVector(a, b, mask));
        if (in_both) fma->setOperand(1, builder.CreateShuffleVector(b, a, mask));
    });
}

TEST(Inspection, LetsFactorsChangePlacesInSomeElements) {
    EXPECT_EQ(complaint_after_exchange(true), "");
}

TEST(Inspection, RefusesAFactorThatIsTakenTwice) {
    EXPECT_NE(complaint_after_exchange(false).find("differ"), std::string::npos);
}

TEST(Inspection, RefusesAMaximumThatSlippedIn) {
    for (const llvm::Intrinsic::ID id : {llvm::Intrinsic::maxnum, llvm::Intrinsic::maximum, llvm::Intrinsic::minnum}) {
        const std::string complaint = complaint_after([&](llvm::Module &module) {
            llvm::Instruction *fma = find_in_tiles(module, is_fma).front();
            llvm::IRBuilder<> builder(fma);
            fma->setOperand(2, builder.CreateBinaryIntrinsic(id, fma->getOperand(2), fma->getOperand(0)));
        });
        EXPECT_NE(complaint.find("not the same on every CPU"), std::string::npos) << complaint;
    }
}

TEST(Inspection, RefusesArithmeticThatMayBeReordered) {
    const std::string complaint =
        complaint_after([](llvm::Module &module) { find_in_tiles(module, is_fma).front()->setHasAllowReassoc(true); });
    EXPECT_NE(complaint.find("may be reordered or contracted"), std::string::npos) << complaint;
}

TEST(Inspection, RefusesACallInALoop) {
    const std::string complaint = complaint_after([](llvm::Module &module) {
        llvm::Instruction *fma = find_in_tiles(module, is_fma).front();
        auto *type = llvm::FunctionType::get(fma->getType(), {fma->getType()}, false);
        llvm::Value *slow =
            llvm::IRBuilder<>(fma).CreateCall(module.getOrInsertFunction("expf", type), {fma->getOperand(0)});
        fma->setOperand(2, slow);
    });
    EXPECT_NE(complaint.find("calls expf"), std::string::npos) << complaint;
}

TEST(Inspection, RefusesAnFmaOfASingleElement) {
    const std::string complaint = complaint_after([](llvm::Module &module) {
        // Few elements have one vector and no loop, where nothing tells a single element from a call's constant.
        const std::vector<llvm::Instruction *> all = find_in_tiles(module, is_fma);
        llvm::Instruction *fma = *std::find_if(all.begin(), all.end(), [](const llvm::Instruction *each) {
            return llvm::is_contained(llvm::successors(each->getParent()), each->getParent());
        });
        llvm::IRBuilder<> builder(fma);
        std::vector<llvm::Value *> elements;
        for (unsigned i = 0; i < 3; ++i)
            elements.push_back(builder.CreateExtractElement(fma->getOperand(i), uint64_t{0}));
        llvm::Value *single = builder.CreateIntrinsic(llvm::Intrinsic::fma, {elements[0]->getType()}, elements);
        fma->setOperand(2, builder.CreateInsertElement(fma->getOperand(2), single, uint64_t{0}));
    });
    EXPECT_NE(complaint.find("fma of a single element"), std::string::npos) << complaint;
}

/// What the lint says of y(i) = `value` of x(i).
template <typename Value>
std::string lint_of(const Value &value) {
    const Halide::Var i("i");
    Halide::ImageParam x(Halide::Float(32), 1, "x");
    Halide::Func y("y");
    y(i) = value(x(i));
    const Halide::Target target("x86-64-linux-avx2-fma-no_runtime-no_asserts-no_bounds_query-strict_float");
    return lint(y.compile_to_module({x}, "tile", target));
}

TEST(Lint, NamesEveryOperationThatDiffersBetweenCpus) {
    using Halide::Expr;
    EXPECT_NE(lint_of([](const Expr &x) { return Halide::max(x, 0.5f); }).find("max"), std::string::npos);
    EXPECT_NE(lint_of([](const Expr &x) { return Halide::min(x, 0.5f); }).find("min"), std::string::npos);
    EXPECT_NE(lint_of([](const Expr &x) { return -x; }).find("subtraction from zero"), std::string::npos);
    EXPECT_NE(lint_of([](const Expr &x) { return Halide::select(x <= 0, x, 1.0f); }).find("<="), std::string::npos);
    EXPECT_NE(lint_of([](const Expr &x) { return Halide::round(x); }).find("round"), std::string::npos);
    EXPECT_NE(lint_of([](const Expr &x) { return Halide::floor(x); }).find("floor"), std::string::npos);
    EXPECT_NE(lint_of([](const Expr &x) { return Halide::exp(x); }).find("exp"), std::string::npos);
    EXPECT_NE(lint_of([](const Expr &x) { return Halide::cast<float>(Halide::cast<int>(x)); }).find("integer"),
              std::string::npos);
}

TEST(Lint, LetsTheRestPass) {
    EXPECT_EQ(
        lint_of([](const Halide::Expr &x) { return Halide::select(x > 0, x * 0.5f, x / 3.0f) + Halide::sqrt(x); }), "");
}

}  // namespace
}  // namespace actinide
