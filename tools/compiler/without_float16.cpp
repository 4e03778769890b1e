#include "tools/compiler/without_float16.h"

#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InstIterator.h>

#include <cassert>
#include <vector>

namespace actinide {
namespace {

using llvm::Value;

bool is_float16(const Value *value) {
    return value->getType()->getScalarType()->isHalfTy();
}

/// Whether it takes numbers of float16 for numbers, or makes such.
bool computes_float16(const llvm::Instruction &instruction) {
    const bool is_operation = llvm::isa<llvm::BinaryOperator, llvm::UnaryOperator, llvm::FCmpInst, llvm::FPExtInst,
                                        llvm::FPTruncInst, llvm::SIToFPInst, llvm::UIToFPInst>(instruction);
    return is_operation && (is_float16(&instruction) || is_float16(instruction.getOperand(0)));
}

/// Writes before an instruction what its float16 operands are and what its result becomes.
class Writer {
public:
    explicit Writer(llvm::Instruction &instruction) : builder_(&instruction) {}

    /// The exact float32.
    Value *widened(Value *half) {
        llvm::Type *words = half->getType()->getWithNewType(builder_.getInt32Ty());
        llvm::Type *floats = half->getType()->getWithNewType(builder_.getFloatTy());
        Value *bits = builder_.CreateZExt(
            builder_.CreateBitCast(half, half->getType()->getWithNewType(builder_.getInt16Ty())), words);
        Value *size = builder_.CreateAnd(bits, word(words, 0x7fff));
        Value *place = builder_.CreateShl(size, word(words, 13));
        // Exponents begin at 2^-14 here and at 2^-126 there, and end with infinity and NaN.
        Value *normal = builder_.CreateAdd(place, word(words, 0x38000000));
        Value *endless = builder_.CreateOr(place, word(words, 0x7f800000));
        Value *subnormal =
            builder_.CreateFMul(builder_.CreateUIToFP(size, floats), llvm::ConstantFP::get(floats, 0x1p-24));
        Value *known = select_below(size, 0x7c00, normal, endless);
        known = select_below(size, 0x0400, builder_.CreateBitCast(subnormal, words), known);
        Value *sign = builder_.CreateShl(builder_.CreateAnd(bits, word(words, 0x8000)), word(words, 16));
        return builder_.CreateBitCast(builder_.CreateOr(known, sign), floats);
    }

    /// The nearest float16, to even.
    Value *narrowed(Value *number) {
        llvm::Type *floats = number->getType();
        assert(floats->getScalarType()->isFloatTy() && "no kernel rounds float64 to float16");
        llvm::Type *words = floats->getWithNewType(builder_.getInt32Ty());
        Value *bits = builder_.CreateBitCast(number, words);
        Value *size = builder_.CreateAnd(bits, word(words, 0x7fffffff));
        // Half a place, or a little less where the last kept bit is even; the carry makes infinity of what lies beyond
        // the largest number.
        Value *last_bit = builder_.CreateAnd(builder_.CreateLShr(size, word(words, 13)), word(words, 1));
        Value *raised = builder_.CreateAdd(builder_.CreateAdd(size, word(words, 0x0fffU - 0x38000000U)), last_bit);
        Value *normal = builder_.CreateLShr(raised, word(words, 13));
        // 0.5 has a unit in the last place of 2^-24, as subnormal numbers of float16 have: the addition rounds.
        Value *sum = builder_.CreateFAdd(builder_.CreateBitCast(size, floats), llvm::ConstantFP::get(floats, 0.5));
        Value *subnormal = builder_.CreateSub(builder_.CreateBitCast(sum, words), word(words, 0x3f000000));
        Value *known = select_below(size, 0x47800000, normal, word(words, 0x7c00));
        known = select_below(size, 0x38800000, subnormal, known);
        known = select_below(size, 0x7f800001, known, word(words, 0x7e00));
        Value *sign = builder_.CreateAnd(builder_.CreateLShr(bits, word(words, 16)), word(words, 0x8000));
        Value *half =
            builder_.CreateTrunc(builder_.CreateOr(known, sign), floats->getWithNewType(builder_.getInt16Ty()));
        return builder_.CreateBitCast(half, floats->getWithNewType(builder_.getHalfTy()));
    }

    /// What takes the instruction's place.
    Value *replaced(const llvm::Instruction &instruction) {
        if (llvm::isa<llvm::FPExtInst>(instruction)) {
            return builder_.CreateFPExt(widened(instruction.getOperand(0)), instruction.getType());
        }
        if (llvm::isa<llvm::FPTruncInst>(instruction)) return narrowed(instruction.getOperand(0));
        if (const auto *cast = llvm::dyn_cast<llvm::CastInst>(&instruction)) {
            llvm::Type *floats = cast->getType()->getWithNewType(builder_.getFloatTy());
            return narrowed(builder_.CreateCast(cast->getOpcode(), cast->getOperand(0), floats));
        }
        std::vector<Value *> operands;
        for (Value *operand : instruction.operands()) operands.push_back(widened(operand));
        if (const auto *comparison = llvm::dyn_cast<llvm::FCmpInst>(&instruction)) {
            return builder_.CreateFCmp(comparison->getPredicate(), operands[0], operands[1]);
        }
        return narrowed(builder_.CreateNAryOp(instruction.getOpcode(), operands));
    }

private:
    llvm::IRBuilder<> builder_;

    static llvm::Constant *word(llvm::Type *words, uint32_t value) { return llvm::ConstantInt::get(words, value); }

    /// Of sizes, which are no negative numbers; so the comparison that all vectors have serves.
    Value *select_below(Value *size, uint32_t limit, Value *below, Value *otherwise) {
        return builder_.CreateSelect(builder_.CreateICmpSLT(size, word(size->getType(), limit)), below, otherwise);
    }
};

}  // namespace

void replace_float16(llvm::Function &function) {
    std::vector<llvm::Instruction *> found;
    for (llvm::Instruction &instruction : llvm::instructions(function)) {
        if (computes_float16(instruction)) found.push_back(&instruction);
    }
    for (llvm::Instruction *instruction : found) {
        instruction->replaceAllUsesWith(Writer(*instruction).replaced(*instruction));
        instruction->eraseFromParent();
    }
}

}  // namespace actinide
