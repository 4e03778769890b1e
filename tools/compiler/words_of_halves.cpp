#include "tools/compiler/words_of_halves.h"

#include <llvm/ADT/SetVector.h>
#include <llvm/Analysis/VectorUtils.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/PatternMatch.h>
#include <llvm/Transforms/Utils/Local.h>

#include <numeric>
#include <vector>

namespace actinide {
namespace {

unsigned lanes_of(const llvm::Value &value) {
    const auto *type = llvm::dyn_cast<llvm::FixedVectorType>(value.getType());
    return type == nullptr ? 0 : type->getNumElements();
}

bool is_of_halves(const llvm::Value &value) {
    return value.getType()->getScalarType()->isIntegerTy(16);
}

bool is_of_words(const llvm::Value &value) {
    return value.getType()->getScalarType()->isIntegerTy(32);
}

bool widens(const llvm::Instruction &instruction) {
    return llvm::isa<llvm::ZExtInst>(instruction) && is_of_halves(*instruction.getOperand(0)) &&
           is_of_words(instruction);
}

bool narrows(const llvm::Instruction &instruction) {
    return llvm::isa<llvm::TruncInst>(instruction) && is_of_halves(instruction) &&
           is_of_words(*instruction.getOperand(0));
}

/// What gives each lane from the same lanes of its operands.
bool works_by_lanes(const llvm::Instruction &instruction, unsigned lanes) {
    if (lanes_of(instruction) != lanes) return false;
    if (const auto *call = llvm::dyn_cast<llvm::IntrinsicInst>(&instruction)) {
        return llvm::isTriviallyVectorizable(call->getIntrinsicID());
    }
    if (const auto *cast = llvm::dyn_cast<llvm::CastInst>(&instruction)) {
        return lanes_of(*cast->getOperand(0)) == lanes && !is_of_halves(*cast) && !is_of_halves(*cast->getOperand(0));
    }
    return llvm::isa<llvm::BinaryOperator>(instruction) || llvm::isa<llvm::UnaryOperator>(instruction) ||
           llvm::isa<llvm::CmpInst>(instruction) || llvm::isa<llvm::SelectInst>(instruction);
}

/// Instructions that hang together by vectors whose lanes may be in any order.
class Region {
public:
    Region(llvm::Instruction &first, unsigned lanes) : lanes_(lanes) {
        members_.insert(&first);
        for (size_t i = 0; is_closed_ && i < members_.size(); ++i) grow(*members_[i]);
    }

    /// Whether nothing outside depends on the order.
    bool is_closed() const { return is_closed_; }
    const llvm::SetVector<llvm::Instruction *> &members() const { return members_; }

private:
    unsigned lanes_;
    llvm::SetVector<llvm::Instruction *> members_;
    bool is_closed_ = true;

    void add(llvm::Value *value) {
        auto *instruction = llvm::dyn_cast<llvm::Instruction>(value);
        const bool fits = instruction != nullptr &&
                          (widens(*instruction) || narrows(*instruction) || works_by_lanes(*instruction, lanes_));
        is_closed_ = is_closed_ && fits;
        if (is_closed_) members_.insert(instruction);
    }

    void grow(llvm::Instruction &member) {
        if (!widens(member)) {
            for (llvm::Value *operand : member.operands()) {
                // The callee of an intrinsic is one, too.
                if (lanes_of(*operand) == lanes_ && !llvm::isSplatValue(operand)) add(operand);
            }
        }
        if (narrows(member)) return;
        for (llvm::User *user : member.users()) add(user);
    }
};

std::vector<int> numbers_from(int first, unsigned count) {
    std::vector<int> numbers(count);
    std::iota(numbers.begin(), numbers.end(), first);
    return numbers;
}

void take_halves_of_words(llvm::Instruction &widening, unsigned lanes) {
    llvm::IRBuilder<> builder(&widening);
    auto *words_type = llvm::FixedVectorType::get(builder.getInt32Ty(), lanes / 2);
    llvm::Value *words = builder.CreateBitCast(widening.getOperand(0), words_type);
    llvm::Value *even = builder.CreateAnd(words, llvm::ConstantInt::get(words_type, 0xffff));
    llvm::Value *odd = builder.CreateLShr(words, llvm::ConstantInt::get(words_type, 16));
    widening.replaceAllUsesWith(builder.CreateShuffleVector(even, odd, numbers_from(0, lanes)));
    widening.eraseFromParent();
}

void join_into_words(llvm::Instruction &narrowing, unsigned lanes) {
    llvm::IRBuilder<> builder(&narrowing);
    const auto half = static_cast<int>(lanes / 2);
    llvm::Value *wide = narrowing.getOperand(0);
    llvm::Value *even = builder.CreateShuffleVector(wide, numbers_from(0, lanes / 2));
    llvm::Value *odd = builder.CreateShuffleVector(wide, numbers_from(half, lanes / 2));
    llvm::Value *low = builder.CreateAnd(even, llvm::ConstantInt::get(even->getType(), 0xffff));
    llvm::Value *high = builder.CreateShl(odd, llvm::ConstantInt::get(odd->getType(), 16));
    narrowing.replaceAllUsesWith(builder.CreateBitCast(builder.CreateOr(low, high), narrowing.getType()));
    narrowing.eraseFromParent();
}

/// A NaN parameter's bits are whatever a caller has; the one that arithmetic makes takes their place.
void make_nan_plain(llvm::LoadInst &parameter) {
    llvm::IRBuilder<> builder(parameter.getNextNode());
    llvm::Value *is_number = builder.CreateFCmpORD(&parameter, &parameter);
    llvm::Value *plain = builder.CreateSelect(is_number, &parameter, llvm::ConstantFP::getNaN(parameter.getType()));
    parameter.replaceUsesWithIf(
        plain, [&](const llvm::Use &use) { return use.getUser() != is_number && use.getUser() != plain; });
}

}  // namespace

void compute_on_words(llvm::Function &function, unsigned lanes) {
    llvm::SetVector<llvm::Instruction *> starts;
    for (llvm::Instruction &instruction : llvm::instructions(function)) {
        if (narrows(instruction) && lanes_of(instruction) == lanes) starts.insert(&instruction);
    }
    while (!starts.empty()) {
        const Region region(*starts.back(), lanes);
        starts.pop_back();
        for (llvm::Instruction *member : region.members()) starts.remove(member);
        if (!region.is_closed()) continue;
        for (llvm::Instruction *member : region.members()) {
            if (widens(*member)) {
                take_halves_of_words(*member, lanes);
            } else if (narrows(*member)) {
                join_into_words(*member, lanes);
            }
        }
    }
}

void round_without_choice(llvm::Function &function) {
    using namespace llvm::PatternMatch;
    constexpr uint64_t quiet = 0x00400000;
    constexpr uint64_t almost_half = 0x7fff;
    std::vector<llvm::Instruction *> choices;
    std::vector<llvm::LoadInst *> parameters;  // arrays hold integers
    for (llvm::Instruction &instruction : llvm::instructions(function)) {
        auto *load = llvm::dyn_cast<llvm::LoadInst>(&instruction);
        if (load != nullptr && load->getType()->isFloatTy()) parameters.push_back(load);
        llvm::Value *bits = nullptr;
        llvm::Value *rounded = nullptr;
        const bool is_choice =
            match(&instruction, m_Select(m_Value(), m_c_Or(m_Value(bits), m_SpecificInt(quiet)), m_Value(rounded)));
        if (!is_choice) continue;
        const auto last_bit = m_c_And(m_LShr(m_Specific(bits), m_SpecificInt(16)), m_One());
        const auto raised = m_c_Add(m_Specific(bits), m_SpecificInt(almost_half));
        if (!match(rounded, m_c_Add(raised, last_bit))) continue;
        instruction.replaceAllUsesWith(rounded);
        choices.push_back(&instruction);
    }
    if (choices.empty()) return;
    for (llvm::LoadInst *parameter : parameters) make_nan_plain(*parameter);
    for (llvm::Instruction *choice : choices) llvm::RecursivelyDeleteTriviallyDeadInstructions(choice);
}

}  // namespace actinide
