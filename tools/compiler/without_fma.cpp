#include "tools/compiler/without_fma.h"

#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/IntrinsicInst.h>

namespace actinide {
namespace {

using llvm::Value;

const llvm::IntrinsicInst *as_fma(const llvm::Instruction &instruction) {
    const auto *intrinsic = llvm::dyn_cast<llvm::IntrinsicInst>(&instruction);
    return intrinsic != nullptr && intrinsic->getIntrinsicID() == llvm::Intrinsic::fma ? intrinsic : nullptr;
}

bool is_float32(const llvm::Type *type) {
    return type->getScalarType()->isFloatTy();
}

/// Whether a number came from at most 24 bits, so that two of them have a product of at most 48.
bool has_half_the_bits(const Value *value) {
    if (const auto *cast = llvm::dyn_cast<llvm::FPExtInst>(value)) return is_float32(cast->getSrcTy());
    if (const auto *shuffle = llvm::dyn_cast<llvm::ShuffleVectorInst>(value)) {
        return has_half_the_bits(shuffle->getOperand(0)) &&
               (llvm::isa<llvm::UndefValue>(shuffle->getOperand(1)) || has_half_the_bits(shuffle->getOperand(1)));
    }
    return false;
}

bool has_exact_product(const llvm::IntrinsicInst &fma) {
    return has_half_the_bits(fma.getArgOperand(0)) && has_half_the_bits(fma.getArgOperand(1));
}

/// One function for each type of vector: the body is as long as a polynomial.
class Float32Fma {
public:
    explicit Float32Fma(llvm::Module &module) : module_(module) {}

    llvm::Function *for_type(llvm::Type *type, const llvm::Function &like) {
        llvm::Function *&function = functions_[type];
        if (function != nullptr) return function;
        auto *signature = llvm::FunctionType::get(type, {type, type, type}, false);
        function = llvm::Function::Create(signature, llvm::GlobalValue::InternalLinkage, "fma_by_float64", module_);
        function->setAttributes(llvm::AttributeList().addFnAttributes(module_.getContext(), attributes_like(like)));
        function->addFnAttr(llvm::Attribute::NoInline);
        write(*function);
        return function;
    }

private:
    llvm::Module &module_;
    std::map<llvm::Type *, llvm::Function *> functions_;

    llvm::AttrBuilder attributes_like(const llvm::Function &like) const {
        return {module_.getContext(), like.getAttributes().getFnAttrs()};
    }

    static void write(llvm::Function &function) {
        llvm::LLVMContext &context = function.getContext();
        llvm::IRBuilder<> builder(llvm::BasicBlock::Create(context, "", &function));
        llvm::Type *type = function.getReturnType();
        llvm::Type *wide = type->getWithNewType(builder.getDoubleTy());
        llvm::Type *bits = type->getWithNewType(builder.getInt64Ty());
        const auto widened = [&](unsigned i) { return builder.CreateFPExt(function.getArg(i), wide); };
        Value *product = builder.CreateFMul(widened(0), widened(1));
        Value *addend = widened(2);
        Value *sum = builder.CreateFAdd(product, addend);

        // What the sum has lost, exactly (Knuth's TwoSum).
        Value *from_addend = builder.CreateFSub(sum, product);
        Value *from_product = builder.CreateFSub(sum, from_addend);
        Value *lost =
            builder.CreateFAdd(builder.CreateFSub(product, from_product), builder.CreateFSub(addend, from_addend));

        // To odd: an inexact sum with an even last bit is one too far, or one short, in the direction of what was lost.
        Value *zero = llvm::ConstantFP::get(wide, 0);
        Value *one = llvm::ConstantInt::get(bits, 1);
        Value *sum_bits = builder.CreateBitCast(sum, bits);
        Value *is_inexact = builder.CreateFCmpONE(lost, zero);  // false for NaN, which infinities leave
        Value *is_even = builder.CreateICmpEQ(builder.CreateAnd(sum_bits, one), llvm::ConstantInt::get(bits, 0));
        Value *is_short = builder.CreateICmpSGE(builder.CreateXor(sum_bits, builder.CreateBitCast(lost, bits)),
                                                llvm::ConstantInt::get(bits, 0));
        Value *step = builder.CreateSelect(is_short, one, llvm::ConstantInt::getSigned(bits, -1));
        Value *odd_bits =
            builder.CreateSelect(builder.CreateAnd(is_inexact, is_even), builder.CreateAdd(sum_bits, step), sum_bits);
        builder.CreateRet(builder.CreateFPTrunc(builder.CreateBitCast(odd_bits, wide), type));
    }
};

}  // namespace

bool can_do_without_fma(const llvm::Function &function) {
    return llvm::all_of(llvm::instructions(function), [](const llvm::Instruction &instruction) {
        const llvm::IntrinsicInst *fma = as_fma(instruction);
        return fma == nullptr || is_float32(fma->getType()) || has_exact_product(*fma);
    });
}

void replace_fma(llvm::Module &module) {
    std::vector<llvm::Instruction *> found;
    for (llvm::Function &function : module) {
        for (llvm::Instruction &instruction : llvm::instructions(function)) {
            if (as_fma(instruction) != nullptr) found.push_back(&instruction);
        }
    }
    Float32Fma float32(module);
    for (llvm::Instruction *instruction : found) {
        const auto *fma = llvm::cast<llvm::IntrinsicInst>(instruction);
        llvm::IRBuilder<> builder(instruction);
        Value *a = fma->getArgOperand(0);
        Value *b = fma->getArgOperand(1);
        Value *c = fma->getArgOperand(2);
        Value *result = is_float32(fma->getType())
                            ? builder.CreateCall(float32.for_type(fma->getType(), *fma->getFunction()), {a, b, c})
                            : builder.CreateFAdd(builder.CreateFMul(a, b), c);
        instruction->replaceAllUsesWith(result);
        instruction->eraseFromParent();
    }
}

}  // namespace actinide
