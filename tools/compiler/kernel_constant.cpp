#include "tools/compiler/kernel_constant.h"

#include <llvm/IR/Constants.h>

#include <algorithm>
#include <array>
#include <cstddef>

#include "generators/formula/exact.h"
#include "generators/formula/print.h"
#include "tools/compiler/block_function.h"
#include "tools/compiler/failure.h"

namespace actinide {
namespace {

static_assert(offsetof(actinide_kernel, conditions) == 40 && offsetof(actinide_kernel, packing) == 296 &&
              offsetof(actinide_kernel, split) == 360 && offsetof(actinide_kernel, part) == 368 &&
              offsetof(actinide_kernel, tiles) == 376 && sizeof(actinide_condition) == 32);
static_assert(offsetof(actinide_cuda_kernel, ptx) == sizeof(actinide_kernel) &&
              offsetof(actinide_cuda_kernel, module) == sizeof(actinide_kernel) + 56);
static_assert(sizeof(actinide_cuda_module) == 8 + ACTINIDE_CUDA_MAX_CONTEXTS * 56);

class Constants {
public:
    explicit Constants(const llvm::Module &module) : context_(module.getContext()), layout_(module.getDataLayout()) {}

    llvm::Constant *i32(int64_t value) const {
        return llvm::ConstantInt::getSigned(llvm::Type::getInt32Ty(context_), value);
    }
    llvm::Constant *u32(uint32_t value) const {
        return llvm::ConstantInt::get(llvm::Type::getInt32Ty(context_), value);
    }
    llvm::Constant *size(size_t value) const { return llvm::ConstantInt::get(layout_.getIntPtrType(context_), value); }
    llvm::Constant *number(double value) const {
        return llvm::ConstantFP::get(llvm::Type::getDoubleTy(context_), value);
    }
    llvm::Constant *null() const { return llvm::ConstantPointerNull::get(llvm::PointerType::get(context_, 0)); }
    llvm::Constant *record(const std::vector<llvm::Constant *> &members) const {
        return llvm::ConstantStruct::getAnon(context_, members);
    }
    static llvm::Constant *array(const std::vector<llvm::Constant *> &elements) {
        return llvm::ConstantArray::get(llvm::ArrayType::get(elements.front()->getType(), elements.size()), elements);
    }

private:
    llvm::LLVMContext &context_;
    const llvm::DataLayout &layout_;
};

void collect_comparisons(const Formula &condition, std::vector<Formula> &comparisons) {
    if (condition.operation() != Operation::both) {
        comparisons.push_back(condition);
        return;
    }
    for (const Formula &operand : condition.operands()) collect_comparisons(operand, comparisons);
}

int comparison_code(const Formula &comparison) {
    if (is_unequal(comparison)) return ACTINIDE_UNEQUAL;
    switch (comparison.operation()) {
        case Operation::less:
            return ACTINIDE_LESS;
        case Operation::less_equal:
            return ACTINIDE_LESS_EQUAL;
        case Operation::greater:
            return ACTINIDE_GREATER;
        case Operation::greater_equal:
            return ACTINIDE_GREATER_EQUAL;
        default:
            break;
    }
    throw CompileFailure("the runtime cannot check the condition " + print(comparison));
}

/// A parameter's index and no constant, or -1 and the constant.
struct Side {
    int parameter;
    double constant;
};

Side side_of(const Formula &formula, const std::vector<std::string> &parameters) {
    if (variables(formula).empty()) return {-1, exact_to(float64_format, formula, {})};
    const auto found = std::find(parameters.begin(), parameters.end(), formula.text());
    if (formula.operation() != Operation::variable || found == parameters.end()) {
        throw CompileFailure("the runtime compares only parameters and constants, not " + print(formula));
    }
    return {static_cast<int>(found - parameters.begin()), 0};
}

std::vector<llvm::Constant *> condition_records(const Constants &make, const Signature &signature) {
    std::vector<Formula> comparisons;
    if (signature.valid_when) collect_comparisons(*signature.valid_when, comparisons);
    if (comparisons.size() > ACTINIDE_MAX_CONDITIONS)
        throw CompileFailure(signature.function + " has too many conditions");
    const std::vector<std::string> parameters = names_of_role(signature, Argument::Role::parameter);
    std::vector<llvm::Constant *> records;
    for (const Formula &comparison : comparisons) {
        const int code = comparison_code(comparison);
        const std::vector<Formula> &sides =
            is_unequal(comparison) ? comparison.operands()[0].operands() : comparison.operands();
        const Side left = side_of(sides[0], parameters);
        const Side right = side_of(sides[1], parameters);
        records.push_back(make.record({make.i32(left.parameter), make.number(left.constant), make.i32(code),
                                       make.i32(right.parameter), make.number(right.constant)}));
    }
    while (records.size() < ACTINIDE_MAX_CONDITIONS) {
        records.push_back(make.record({make.i32(0), make.number(0), make.i32(0), make.i32(0), make.number(0)}));
    }
    return records;
}

size_t count_conditions(const Signature &signature) {
    std::vector<Formula> comparisons;
    if (signature.valid_when) collect_comparisons(*signature.valid_when, comparisons);
    return comparisons.size();
}

uint32_t per_channel_mask(const Signature &signature, Argument::Role role) {
    uint32_t mask = 0;
    uint32_t bit = 1;
    for (const Argument &argument : signature.arguments) {
        if (argument.role != role) continue;
        if (argument.per_channel) mask |= bit;
        bit <<= 1U;
    }
    return mask;
}

llvm::Constant *packing_record(const Constants &make, const Signature &signature, DType dtype, int block) {
    std::array<int, ACTINIDE_MAX_INPUTS> inputs{};
    std::array<int, ACTINIDE_MAX_OUTPUTS> outputs{};
    const bool is_packed = signature.pattern == Pattern::packed;
    size_t input = 0;
    size_t output = 0;
    bool has_bits = false;
    for (const Argument &argument : signature.arguments) {
        if (!is_packed) break;
        has_bits = has_bits || argument.bits > 0;
        const int bits = bits_of_element(argument, dtype);
        if (argument.role == Argument::Role::input) inputs.at(input++) = bits;
        if (argument.role == Argument::Role::output) outputs.at(output++) = bits;
    }
    if (is_packed && std::max(input, output) > ACTINIDE_MAX_PACKED_ARRAYS) {
        throw CompileFailure(signature.function + " has more packed arrays than the runtime can take");
    }
    const auto numbers = [&](const auto &bits) {
        std::vector<llvm::Constant *> members;
        members.reserve(bits.size());
        for (const int each : bits) members.push_back(make.i32(each));
        return Constants::array(members);
    };
    if (is_packed) block = has_bits ? ACTINIDE_MASK_BLOCK : ACTINIDE_PAIRS_BLOCK;
    return make.record({make.i32(block), numbers(inputs), numbers(outputs)});
}

int count_of_role(const Signature &signature, Argument::Role role, int most) {
    const int count = static_cast<int>(names_of_role(signature, role).size());
    if (count > most)
        throw CompileFailure(signature.function + " has more arguments of one kind than the runtime can take");
    return count;
}

llvm::Constant *tile_pointers(const Constants &make, const TileTable &tiles) {
    std::vector<llvm::Constant *> levels;
    for (const auto &level : tiles) {
        std::vector<llvm::Constant *> roles;
        for (llvm::Function *tile : level) roles.push_back(tile == nullptr ? make.null() : tile);
        levels.push_back(Constants::array(roles));
    }
    return Constants::array(levels);
}

/// struct actinide_cuda_module: zero until the launcher loads the PTX.
llvm::GlobalVariable *add_module_state(llvm::Module &module) {
    constexpr unsigned words = sizeof(actinide_cuda_module) / 8;
    auto *type = llvm::ArrayType::get(llvm::Type::getInt64Ty(module.getContext()), words);
    auto *state = new llvm::GlobalVariable(module, type, false, llvm::GlobalValue::InternalLinkage,
                                           llvm::Constant::getNullValue(type), "cuda_module");
    state->setAlignment(llvm::Align(8));
    return state;
}

llvm::GlobalVariable *add_text(llvm::Module &module, const std::string &text, const std::string &name) {
    llvm::GlobalVariable *constant =
        add_constant(module, llvm::ConstantDataArray::getString(module.getContext(), text), name);
    constant->setUnnamedAddr(llvm::GlobalValue::UnnamedAddr::Global);
    return constant;
}

/// Of struct actinide_kernel, whose last members are a size_t and pointers.
size_t bytes_of_kernel(const llvm::Module &module) {
    constexpr size_t words = 2 + size_t{ACTINIDE_MAX_LEVELS} * ACTINIDE_MAX_TILES;
    const size_t missing = words * (sizeof(size_t) - module.getDataLayout().getPointerSize());
    return llvm::alignTo(sizeof(actinide_kernel) - missing, llvm::Align::Of<double>());
}

/// The members are counted here and in the runtime's headers.
void expect_size(const llvm::Module &module, llvm::Type *type, size_t bytes) {
    if (module.getDataLayout().getTypeAllocSize(type) != bytes) {
        throw CompileFailure("the compiler's form of a runtime structure has not the runtime's size");
    }
}

}  // namespace

std::vector<std::string> names_of_role(const Signature &signature, Argument::Role role) {
    std::vector<std::string> names;
    for (const Argument &argument : signature.arguments) {
        if (argument.role == role) names.push_back(argument.name);
    }
    return names;
}

llvm::GlobalVariable *add_constant(llvm::Module &module, llvm::Constant *value, const std::string &name) {
    return new llvm::GlobalVariable(module, value->getType(), true, llvm::GlobalValue::InternalLinkage, value, name);
}

llvm::Constant *kernel_constant(llvm::Module &module, const Signature &signature, DType dtype, size_t split,
                                llvm::Function *part, const TileTable &tiles, int block) {
    const Constants make(module);
    using Role = Argument::Role;
    llvm::Constant *kernel = make.record(
        {make.i32(count_of_role(signature, Role::input, ACTINIDE_MAX_INPUTS)),
         make.i32(count_of_role(signature, Role::output, ACTINIDE_MAX_OUTPUTS)),
         make.i32(count_of_role(signature, Role::parameter, ACTINIDE_MAX_PARAMETERS)),
         make.i32(static_cast<int64_t>(bytes_per_element(dtype))),
         make.i32(static_cast<int64_t>(bytes_per_element(dtype_of_sums(dtype)))),
         make.i32(static_cast<int64_t>(bytes_per_element(dtype_of_parameters(dtype)))),
         make.u32(per_channel_mask(signature, Role::input)), make.u32(per_channel_mask(signature, Role::output)),
         make.i32(static_cast<int64_t>(count_conditions(signature))), make.i32(dtype == DType::s8 ? -128 : 0),
         Constants::array(condition_records(make, signature)), packing_record(make, signature, dtype, block),
         make.size(split), part == nullptr ? make.null() : part, tile_pointers(make, tiles)});
    expect_size(module, kernel->getType(), bytes_of_kernel(module));
    return kernel;
}

llvm::Constant *cuda_kernel_constant(llvm::Module &module, const Signature &signature, DType dtype,
                                     const DeviceCode &device) {
    const Constants make(module);
    std::vector<llvm::Constant *> entries;
    entries.reserve(device.entries.size());
    for (const std::string &entry : device.entries) {
        entries.push_back(entry.empty() ? make.null() : add_text(module, entry, "entry_name"));
    }
    // The launcher splits by what a grid can hold, not by this.
    llvm::Constant *kernel =
        make.record({kernel_constant(module, signature, dtype, SIZE_MAX, nullptr, {}),
                     add_text(module, device.ptx, "ptx"), Constants::array(entries), make.i32(device.threads_per_block),
                     make.i32(device.elements_per_thread), add_module_state(module)});
    expect_size(module, kernel->getType(), sizeof(actinide_cuda_kernel));
    return kernel;
}

}  // namespace actinide
