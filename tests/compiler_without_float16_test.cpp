// links: actinide_compiler actinide_llvm
// Float16 converted by integers, against arithmetic in double that shares nothing with it.
#include <gtest/gtest.h>

#include <llvm/ExecutionEngine/Orc/LLJIT.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InstIterator.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <vector>

#include "tools/compiler/code_generation.h"
#include "tools/compiler/without_float16.h"

namespace actinide {
namespace {

constexpr unsigned lanes = 8;

/// `void name(ptr from, ptr to)` of vectors, written with float16 and then made to do without.
class Compiled {
public:
    using Write = std::function<llvm::Value *(llvm::IRBuilder<> &, llvm::Value *)>;

    Compiled(llvm::Type *(*element)(llvm::LLVMContext &), const Write &write) {
        make_machine(*find_target("x86-64").target);  // wakes LLVM
        jit_ = llvm::cantFail(llvm::orc::LLJITBuilder().create());
        auto context = std::make_unique<llvm::LLVMContext>();
        auto module = std::make_unique<llvm::Module>("conversions", *context);
        module->setDataLayout(jit_->getDataLayout());
        llvm::IRBuilder<> builder(*context);
        auto *type = llvm::FunctionType::get(builder.getVoidTy(), {builder.getPtrTy(), builder.getPtrTy()}, false);
        auto *function = llvm::Function::Create(type, llvm::GlobalValue::ExternalLinkage, "convert", *module);
        builder.SetInsertPoint(llvm::BasicBlock::Create(*context, "", function));
        llvm::Type *vector = llvm::FixedVectorType::get(element(*context), lanes);
        builder.CreateAlignedStore(
            write(builder, builder.CreateAlignedLoad(vector, function->getArg(0), llvm::Align())), function->getArg(1),
            llvm::Align());
        builder.CreateRetVoid();
        replace_float16(*function);
        set_cpu(*function, find_target("x86-64-sse41").target->llvm_cpu);
        for (const llvm::Instruction &instruction : llvm::instructions(*function)) {
            EXPECT_FALSE(llvm::isa<llvm::FPExtInst>(instruction) || llvm::isa<llvm::FPTruncInst>(instruction));
        }
        llvm::cantFail(jit_->addIRModule(llvm::orc::ThreadSafeModule(std::move(module), std::move(context))));
        call_ = llvm::cantFail(jit_->lookup("convert")).toPtr<void (*)(const void *, void *)>();
    }

    void operator()(const void *from, void *to) const { call_(from, to); }

private:
    std::unique_ptr<llvm::orc::LLJIT> jit_;
    void (*call_)(const void *, void *) = nullptr;
};

llvm::Value *narrow(llvm::IRBuilder<> &builder, llvm::Value *numbers) {
    return builder.CreateFPTrunc(numbers, llvm::FixedVectorType::get(builder.getHalfTy(), lanes));
}
llvm::Value *widen(llvm::IRBuilder<> &builder, llvm::Value *halves) {
    return builder.CreateFPExt(halves, llvm::FixedVectorType::get(builder.getFloatTy(), lanes));
}

bool is_nan(uint16_t bits) {
    return (bits & 0x7fffU) > 0x7c00U;
}

float number_of(uint16_t bits) {
    const int exponent = bits >> 10 & 31;
    const int fraction = bits & 1023;
    float size = std::ldexp(static_cast<float>(exponent == 0 ? fraction : fraction + 1024), std::max(exponent, 1) - 25);
    if (exponent == 31) {
        size = fraction == 0 ? std::numeric_limits<float>::infinity() : std::numeric_limits<float>::quiet_NaN();
    }
    return std::copysign(size, bits < 0x8000 ? 1.0F : -1.0F);
}

/// Any NaN stands for all.
uint16_t nearest(float number) {
    const auto sign = static_cast<uint16_t>(std::signbit(number) ? 0x8000 : 0);
    const double size = std::abs(static_cast<double>(number));
    if (std::isnan(number)) return 0x7e00;
    if (size >= 65520) return sign | 0x7c00U;
    const int exponent = size < 0x1p-14 ? -14 : std::ilogb(size);
    const auto places = static_cast<unsigned>(std::nearbyint(std::ldexp(size, 10 - exponent)));
    return static_cast<uint16_t>(sign | (places + (static_cast<unsigned>(exponent + 14) << 10U)));
}

TEST(WithoutFloat16, WidensEveryHalf) {
    const Compiled convert(llvm::Type::getHalfTy, widen);
    for (uint32_t first = 0; first < 0x10000; first += lanes) {
        uint16_t halves[lanes];
        float found[lanes];
        for (uint32_t i = 0; i < lanes; ++i) halves[i] = static_cast<uint16_t>(first + i);
        convert(halves, found);
        for (uint32_t i = 0; i < lanes; ++i) {
            const float expected = number_of(halves[i]);
            if (std::isnan(expected) && std::isnan(found[i])) continue;
            ASSERT_EQ(std::bit_cast<uint32_t>(found[i]), std::bit_cast<uint32_t>(expected)) << std::hex << halves[i];
        }
    }
}

/// All exponents, each with every bit that float16 keeps, and below it what makes, misses and passes a tie.
TEST(WithoutFloat16, NarrowsToTheNearestEven) {
    const Compiled convert(llvm::Type::getFloatTy, narrow);
    constexpr uint32_t endings[lanes] = {0, 1, 0x0fff, 0x1000, 0x1001, 0x1800, 0x1ffe, 0x1fff};
    for (uint32_t kept = 0; kept < uint32_t{1} << 19; ++kept) {
        float numbers[lanes];
        uint16_t found[lanes];
        for (uint32_t i = 0; i < lanes; ++i) numbers[i] = std::bit_cast<float>(kept << 13 | endings[i]);
        convert(numbers, found);
        for (uint32_t i = 0; i < lanes; ++i) {
            const uint16_t expected = nearest(numbers[i]);
            if (is_nan(found[i]) && is_nan(expected)) continue;
            ASSERT_EQ(found[i], expected) << std::hexfloat << numbers[i];
        }
    }
}

/// The least normal and all subnormal results end at other places of the number.
TEST(WithoutFloat16, NarrowsToSubnormalsLikewise) {
    const Compiled convert(llvm::Type::getFloatTy, narrow);
    for (uint32_t place = 0; place <= 2 * 1025; place += 1) {
        const float tie = std::ldexp(static_cast<float>(place), -25);
        float numbers[lanes] = {tie,  std::nextafter(tie, 1.0F),  std::nextafter(tie, -1.0F),  0,
                                -tie, -std::nextafter(tie, 1.0F), -std::nextafter(tie, -1.0F), -0.0F};
        uint16_t found[lanes];
        convert(numbers, found);
        for (uint32_t i = 0; i < lanes; ++i) ASSERT_EQ(found[i], nearest(numbers[i])) << std::hexfloat << numbers[i];
    }
}

/// LLVM multiplies and compares halves where that is the same number.
TEST(WithoutFloat16, ComputesInFloat32WhatLlvmHasNarrowed) {
    const Compiled convert(llvm::Type::getHalfTy, [](llvm::IRBuilder<> &builder, llvm::Value *halves) {
        llvm::Value *squares = builder.CreateFMul(halves, halves);
        return builder.CreateSelect(builder.CreateFCmpOGT(halves, llvm::ConstantFP::get(halves->getType(), 0.5)),
                                    squares, builder.CreateFNeg(halves));
    });
    for (uint32_t first = 0; first < 0x10000; first += lanes) {
        uint16_t halves[lanes];
        uint16_t found[lanes];
        for (uint32_t i = 0; i < lanes; ++i) halves[i] = static_cast<uint16_t>(first + i);
        convert(halves, found);
        for (uint32_t i = 0; i < lanes; ++i) {
            const float number = number_of(halves[i]);
            const uint16_t expected = nearest(number > 0.5F ? number * number : -number);
            if (is_nan(found[i]) && is_nan(expected)) continue;
            ASSERT_EQ(found[i], expected) << std::hex << halves[i];
        }
    }
}

}  // namespace
}  // namespace actinide
