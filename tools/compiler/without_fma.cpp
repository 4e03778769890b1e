#include "tools/compiler/without_fma.h"

#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/IntrinsicInst.h>

#include <map>
#include <string>

namespace actinide {
namespace {

using llvm::Value;

llvm::IntrinsicInst *as_fma(llvm::Instruction &instruction) {
    auto *intrinsic = llvm::dyn_cast<llvm::IntrinsicInst>(&instruction);
    return intrinsic != nullptr && intrinsic->getIntrinsicID() == llvm::Intrinsic::fma ? intrinsic : nullptr;
}

bool is_float32(const llvm::Type *type) {
    return type->getScalarType()->isFloatTy();
}

/// Whether a float64 came from at most 24 bits, so that two of them have a product of at most 48.
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

/// What takes the place of an fma, one function for each type of vector: the bodies are as long as a polynomial.
class Substitutes {
public:
    explicit Substitutes(const std::string &float64_fma) : float64_fma_(float64_fma) {}

    llvm::Function *for_type(llvm::Type *type, llvm::Function &like) {
        llvm::Function *&function = functions_[type];
        if (function != nullptr) return function;
        auto *signature = llvm::FunctionType::get(type, {type, type, type}, false);
        const char *name = is_float32(type) ? "fma_by_float64" : "fma_by_integers";
        function = llvm::Function::Create(signature, llvm::GlobalValue::InternalLinkage, name, like.getParent());
        const llvm::AttrBuilder attributes(like.getContext(), like.getAttributes().getFnAttrs());
        function->setAttributes(llvm::AttributeList().addFnAttributes(like.getContext(), attributes));
        function->addFnAttr(llvm::Attribute::NoInline);
        if (is_float32(type)) {
            write_by_float64(*function);
        } else {
            write_by_integers(*function);
        }
        return function;
    }

private:
    const std::string &float64_fma_;
    std::map<llvm::Type *, llvm::Function *> functions_;

    llvm::Function *runtime_function(llvm::Module &module) const {
        if (llvm::Function *known = module.getFunction(float64_fma_)) return known;
        llvm::Type *number = llvm::Type::getDoubleTy(module.getContext());
        auto *function = llvm::Function::Create(llvm::FunctionType::get(number, {number, number, number}, false),
                                                llvm::GlobalValue::ExternalLinkage, float64_fma_, module);
        function->setVisibility(llvm::GlobalValue::HiddenVisibility);
        return function;
    }

    void write_by_integers(llvm::Function &function) const {
        llvm::Function *fma = runtime_function(*function.getParent());
        llvm::IRBuilder<> builder(llvm::BasicBlock::Create(function.getContext(), "", &function));
        const auto *vector = llvm::dyn_cast<llvm::FixedVectorType>(function.getReturnType());
        if (vector == nullptr) {
            builder.CreateRet(builder.CreateCall(fma, {function.getArg(0), function.getArg(1), function.getArg(2)}));
            return;
        }
        Value *result = llvm::PoisonValue::get(function.getReturnType());
        for (uint64_t lane = 0; lane < vector->getNumElements(); ++lane) {
            const auto number = [&](unsigned i) { return builder.CreateExtractElement(function.getArg(i), lane); };
            Value *sum = builder.CreateCall(fma, {number(0), number(1), number(2)});
            result = builder.CreateInsertElement(result, sum, lane);
        }
        builder.CreateRet(result);
    }

    static void write_by_float64(llvm::Function &function) {
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

void replace_fma(const std::vector<llvm::Function *> &functions, const std::string &float64_fma) {
    std::vector<llvm::IntrinsicInst *> found;
    for (llvm::Function *function : functions) {
        for (llvm::Instruction &instruction : llvm::instructions(*function)) {
            if (llvm::IntrinsicInst *fma = as_fma(instruction)) found.push_back(fma);
        }
    }
    Substitutes substitutes(float64_fma);
    for (llvm::IntrinsicInst *fma : found) {
        llvm::IRBuilder<> builder(fma);
        Value *a = fma->getArgOperand(0);
        Value *b = fma->getArgOperand(1);
        Value *c = fma->getArgOperand(2);
        Value *result = has_exact_product(*fma)
                            ? builder.CreateFAdd(builder.CreateFMul(a, b), c)
                            : builder.CreateCall(substitutes.for_type(fma->getType(), *fma->getFunction()), {a, b, c});
        fma->replaceAllUsesWith(result);
        fma->eraseFromParent();
    }
}

}  // namespace actinide
