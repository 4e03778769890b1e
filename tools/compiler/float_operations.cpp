#include "tools/compiler/float_operations.h"

#include <llvm/Analysis/ValueTracking.h>
#include <llvm/IR/Constants.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/Operator.h>

#include <algorithm>
#include <optional>
#include <set>
#include <vector>

namespace actinide {
namespace {

using llvm::Instruction;
using llvm::Value;

uint64_t mix(uint64_t hash, uint64_t value) {
    constexpr uint64_t odd = 0x9e3779b97f4a7c15U;
    hash ^= value + odd + (hash << 6U) + (hash >> 2U);
    return hash * 0xff51afd7ed558ccdU ^ (hash >> 33U);
}

uint64_t hash_of(const std::string &text) {
    uint64_t hash = 0xcbf29ce484222325U;
    for (const unsigned char c : text) hash = (hash ^ c) * 0x100000001b3U;
    return hash;
}

const llvm::IntrinsicInst *intrinsic(const Value *value, llvm::Intrinsic::ID id) {
    const auto *call = llvm::dyn_cast<llvm::IntrinsicInst>(value);
    return call != nullptr && call->getIntrinsicID() == id ? call : nullptr;
}

/// The name of an operation that rounds; nothing for everything else. Negation and selection are exact, and LLVM writes
/// them in several ways; a conversion to a 16-bit type cannot be left out, unless nothing needs rounding.
std::optional<std::string> rounding_operation(const Value *value) {
    if (intrinsic(value, llvm::Intrinsic::fma) != nullptr) return "fma";
    if (intrinsic(value, llvm::Intrinsic::sqrt) != nullptr) return "sqrt";
    const auto *instruction = llvm::dyn_cast<Instruction>(value);
    if (instruction == nullptr) return std::nullopt;
    switch (instruction->getOpcode()) {
        case Instruction::FSub:
            return "fadd";  // a - b is a + -b, and LLVM writes either
        case Instruction::FAdd:
        case Instruction::FMul:
        case Instruction::FDiv:
        case Instruction::SIToFP:
        case Instruction::UIToFP:
            return std::string(instruction->getOpcodeName());
        default:
            return std::nullopt;
    }
}

/// How many of the operation's first operands may change places.
size_t commuting_operands(const std::string &operation) {
    return operation == "fma" || operation == "fadd" || operation == "fmul" ? 2 : 0;
}

/// The operations below a value. Loads, arguments and loops' own variables end the way.
class Slice {
public:
    FloatOperations operations;

    /// The keys of the nearest operations below `value`.
    const std::set<uint64_t> &below(const Value *value) {
        const auto known = below_.find(value);
        if (known != below_.end()) return known->second;
        below_[value];  // a loop's variable meets itself: it is an input then
        std::set<uint64_t> keys = find_below(value);
        return below_[value] = std::move(keys);
    }

private:
    std::map<const Value *, std::set<uint64_t>> below_;

    std::set<uint64_t> find_below(const Value *value) {
        const auto *instruction = llvm::dyn_cast<Instruction>(value);
        if (instruction == nullptr || llvm::isa<llvm::LoadInst>(instruction) ||
            intrinsic(instruction, llvm::Intrinsic::masked_load) != nullptr) {
            return {};
        }
        if (const auto operation = rounding_operation(instruction)) return {add(*operation, *instruction)};
        std::set<uint64_t> keys;
        for (const Value *operand : instruction->operand_values()) {
            const std::set<uint64_t> below_operand = below(operand);
            keys.insert(below_operand.begin(), below_operand.end());
        }
        return keys;
    }

    /// Of an operation's own operand. What is only selected or compared may be written in several ways. A splat counts
    /// as its element, lanes that nothing reads aside, and the sign is left out, as a negation may have moved into it;
    /// so is 1, whose sign may be selected.
    static std::optional<uint64_t> key_of_constant(const Value *value) {
        const auto *constant = llvm::dyn_cast<llvm::Constant>(value);
        if (constant == nullptr) return std::nullopt;
        const llvm::Constant *element =
            constant->getType()->isVectorTy() ? constant->getSplatValue(/*AllowPoison=*/true) : constant;
        const auto *number = llvm::dyn_cast_or_null<llvm::ConstantFP>(element);
        if (number == nullptr || number->isZero() || number->isExactlyValue(1.0) || number->isExactlyValue(-1.0)) {
            return std::nullopt;
        }
        // By value: LLVM narrows a product of two halves that is rounded to a half, as that is the same number.
        llvm::APFloat size = llvm::abs(number->getValueAPF());
        bool loses = false;
        size.convert(llvm::APFloat::IEEEdouble(), llvm::APFloat::rmNearestTiesToEven, &loses);
        return mix(hash_of("constant"), size.bitcastToAPInt().getLimitedValue());
    }

    /// Whether b takes from the same two vectors what a leaves, element by element: LLVM has let operands that may
    /// change places do so in some elements.
    static bool are_exchanged(const Value *a, const Value *b) {
        const auto *first = llvm::dyn_cast<llvm::ShuffleVectorInst>(a);
        const auto *second = llvm::dyn_cast<llvm::ShuffleVectorInst>(b);
        if (first == nullptr || second == nullptr || first->getShuffleMask() != second->getShuffleMask()) return false;
        return first->isSelect() && first->getOperand(0) == second->getOperand(1) &&
               first->getOperand(1) == second->getOperand(0);
    }

    static std::vector<const Value *> operands_of(const Instruction &instruction, size_t commuting) {
        const auto *call = llvm::dyn_cast<llvm::CallBase>(&instruction);
        const size_t count = call != nullptr ? call->arg_size() : instruction.getNumOperands();
        std::vector<const Value *> values;
        values.reserve(count);
        for (unsigned i = 0; i < count; ++i) values.push_back(instruction.getOperand(i));
        if (commuting == 2 && are_exchanged(values[0], values[1])) {
            const auto *shuffle = llvm::cast<llvm::ShuffleVectorInst>(values[0]);
            values[0] = shuffle->getOperand(0);
            values[1] = shuffle->getOperand(1);
        }
        return values;
    }

    uint64_t add(const std::string &operation, const Instruction &instruction) {
        std::vector<uint64_t> operands;
        for (const Value *value : operands_of(instruction, commuting_operands(operation))) {
            uint64_t key = key_of_constant(value).value_or(0);
            for (const uint64_t part : below(value)) key = mix(key, part);
            operands.push_back(key);
        }
        std::sort(operands.begin(), operands.begin() + static_cast<std::ptrdiff_t>(commuting_operands(operation)));
        uint64_t key = hash_of(operation);
        for (const uint64_t operand : operands) key = mix(key, operand);
        operations.emplace(key, operation);
        return key;
    }
};

/// Which output an array is: an argument of its own, or a member of the structure that the one argument points to.
int64_t output_of(const Value *array, const llvm::DataLayout &layout) {
    if (const auto *argument = llvm::dyn_cast<llvm::Argument>(array)) return argument->getArgNo();
    const auto *load = llvm::dyn_cast<llvm::LoadInst>(array);
    if (load == nullptr) return 0;
    llvm::APInt offset(64, 0);
    load->getPointerOperand()->stripAndAccumulateConstantOffsets(layout, offset, /*AllowNonInbounds=*/true);
    return offset.getSExtValue();
}

/// A value that goes to memory outside the function, and to which output.
struct StoredValue {
    const Value *value;
    int64_t output;
};

/// Nothing for any other instruction.
std::optional<StoredValue> stored_value(const Instruction &instruction) {
    const Value *value = nullptr;
    const Value *place = nullptr;
    if (const auto *store = llvm::dyn_cast<llvm::StoreInst>(&instruction)) {
        value = store->getValueOperand();
        place = store->getPointerOperand();
    } else if (const auto *masked = intrinsic(&instruction, llvm::Intrinsic::masked_store)) {
        value = masked->getArgOperand(0);
        place = masked->getArgOperand(1);
    }
    if (value == nullptr) return std::nullopt;
    constexpr unsigned however_far = 0;
    const Value *array = llvm::getUnderlyingObject(place, however_far);
    if (llvm::isa<llvm::AllocaInst>(array)) return std::nullopt;
    return StoredValue{value, output_of(array, instruction.getDataLayout())};
}

bool is_harmless(llvm::Intrinsic::ID id) {
    switch (id) {
        case llvm::Intrinsic::fma:
        case llvm::Intrinsic::sqrt:
        case llvm::Intrinsic::fabs:
        case llvm::Intrinsic::copysign:
        case llvm::Intrinsic::masked_load:
        case llvm::Intrinsic::masked_store:
        case llvm::Intrinsic::vector_insert:
        case llvm::Intrinsic::vector_extract:
            return true;
        default:
            return false;
    }
}

bool touches_floats(const llvm::CallBase &call) {
    const auto is_float = [](const Value *value) { return value->getType()->isFPOrFPVectorTy(); };
    return is_float(&call) || std::any_of(call.arg_begin(), call.arg_end(), is_float);
}

/// Whether it is another one for every element: what depends on no loop's variable, a load's place included, is
/// computed once per call.
bool changes_in_loops(const Value *value, std::set<const Value *> &seen) {
    const auto *instruction = llvm::dyn_cast<Instruction>(value);
    if (instruction == nullptr || !seen.insert(value).second) return false;
    if (llvm::isa<llvm::PHINode>(instruction)) return true;
    return std::any_of(instruction->value_op_begin(), instruction->value_op_end(),
                       [&](const Value *operand) { return changes_in_loops(operand, seen); });
}

std::string complaint_about_call(const llvm::CallBase &call, bool must_be_vectors) {
    const llvm::Function *callee = call.getCalledFunction();
    if (callee == nullptr || !callee->isIntrinsic()) {
        // A device's own helpers take no floats and are inlined by the time anything runs.
        return "calls " + (callee == nullptr ? "a function through a pointer" : callee->getName().str()) +
               " in its loops";
    }
    if (touches_floats(call) && !is_harmless(callee->getIntrinsicID())) {
        return "uses " + callee->getName().str() +
               ", which is not the same on every CPU; write it with generators/math";
    }
    std::set<const Value *> seen;
    if (must_be_vectors && callee->getIntrinsicID() == llvm::Intrinsic::fma && !call.getType()->isVectorTy() &&
        changes_in_loops(&call, seen)) {
        return "has an fma of a single element in a vector loop";
    }
    return "";
}

std::string complaint_about(const Instruction &instruction, bool must_be_vectors) {
    if (const auto *call = llvm::dyn_cast<llvm::CallBase>(&instruction)) {
        const std::string complaint = complaint_about_call(*call, must_be_vectors);
        if (!complaint.empty()) return complaint;
    }
    if (instruction.getOpcode() == Instruction::FPToSI || instruction.getOpcode() == Instruction::FPToUI) {
        return "converts a number to an integer, which is not the same on every CPU out of range";
    }
    if (llvm::isa<llvm::FPMathOperator>(instruction) && instruction.getFastMathFlags().any()) {
        return std::string("has an ") + instruction.getOpcodeName() + " that may be reordered or contracted";
    }
    return "";
}

std::string first_complaint(const llvm::Function &tile, bool must_be_vectors) {
    for (const Instruction &instruction : llvm::instructions(tile)) {
        const std::string complaint = complaint_about(instruction, must_be_vectors);
        if (!complaint.empty()) return tile.getName().str() + " " + complaint;
    }
    return "";
}

/// "12 fma, 2 fmul"
std::string in_words(const FloatOperations &operations) {
    std::map<std::string, int> counts;
    for (const auto &[key, name] : operations) ++counts[name];
    std::string words;
    for (const auto &[name, count] : counts) {
        words += (words.empty() ? "" : ", ") + std::to_string(count) + " " + name;
    }
    return words.empty() ? "none" : words;
}

}  // namespace

std::string difference(const FloatOperations &a, const std::string &a_name, const FloatOperations &b,
                       const std::string &b_name) {
    if (a == b) return "";
    return "the floating-point operations per element differ: " + a_name + " has " + in_words(a) + ", " + b_name +
           " has " + in_words(b);
}

FloatReport inspect_elements(const llvm::Function &tile, bool must_be_vectors) {
    FloatReport report;
    report.complaint = first_complaint(tile, must_be_vectors);
    std::map<int64_t, FloatOperations> outputs;
    for (const Instruction &instruction : llvm::instructions(tile)) {
        const std::optional<StoredValue> stored = stored_value(instruction);
        if (!stored) continue;
        Slice slice;
        slice.below(stored->value);
        const FloatOperations &first = outputs.try_emplace(stored->output, slice.operations).first->second;
        const std::string differs = difference(first, "one loop", slice.operations, "another");
        if (report.complaint.empty() && !differs.empty())
            report.complaint = "in " + tile.getName().str() + " " + differs;
    }
    if (outputs.empty() && report.complaint.empty()) report.complaint = tile.getName().str() + " stores nothing";
    for (const auto &[output, operations] : outputs) report.operations.insert(operations.begin(), operations.end());
    return report;
}

FloatReport inspect_one_element(const llvm::Function &tile) {
    FloatReport report;
    report.complaint = first_complaint(tile, false);
    Slice slice;
    for (const Instruction &instruction : llvm::instructions(tile)) {
        if (const std::optional<StoredValue> stored = stored_value(instruction)) slice.below(stored->value);
    }
    report.operations = std::move(slice.operations);
    return report;
}

FloatReport inspect_sums(const llvm::Function &tile, bool must_be_vectors) {
    FloatReport report;
    report.complaint = first_complaint(tile, must_be_vectors);
    for (const Instruction &instruction : llvm::instructions(tile)) {
        // Without what lies below: an unrolled sum is the same additions, one upon the other.
        if (const auto operation = rounding_operation(&instruction))
            report.operations.emplace(hash_of(*operation), *operation);
    }
    return report;
}

}  // namespace actinide
