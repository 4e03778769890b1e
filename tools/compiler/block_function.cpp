#include "tools/compiler/block_function.h"

#include <llvm/IR/IRBuilder.h>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "tools/compiler/tile_function.h"

namespace actinide {
namespace {

using llvm::Value;
using Role = Argument::Role;

/// How far the bits of a word are moved at once, and which of them then stay: every second bit is free in the end.
struct SpreadStep {
    unsigned distance;
    uint64_t kept;
};
constexpr SpreadStep spread_steps[] = {{16, 0x0000ffff0000ffff},
                                       {8, 0x00ff00ff00ff00ff},
                                       {4, 0x0f0f0f0f0f0f0f0f},
                                       {2, 0x3333333333333333},
                                       {1, 0x5555555555555555}};

class BlockFunctionWriter {
public:
    BlockFunctionWriter(llvm::Function &function, llvm::Function &tile, DType dtype, int block)
        : context_(function.getContext()),
          function_(function),
          tile_(tile),
          dtype_(dtype),
          block_(static_cast<unsigned>(block)),
          builder_(llvm::BasicBlock::Create(context_, "", &function)) {}

    void write(const Signature &packed) {
        llvm::StructType *type = tile_type(context_);
        Value *given = function_.getArg(0);
        inner_ = builder_.CreateAlloca(type);
        builder_.CreateStore(
            builder_.CreateLoad(builder_.getPtrTy(), builder_.CreateStructGEP(type, given, tile_parameters)),
            builder_.CreateStructGEP(type, inner_, tile_parameters));
        for (const TileMember where : {tile_extent, tile_stride}) {
            for (unsigned i = 0; i < 3; ++i) {
                const bool is_whole = where == tile_extent && i == 0;
                set(where, i, builder_.getInt32(is_whole ? block_ : 1));
            }
        }
        make_arrays(packed);
        Value *elements = builder_.CreateZExt(load(tile_extent, 0, builder_.getInt32Ty()), builder_.getInt64Ty());
        llvm::BasicBlock *before = builder_.GetInsertBlock();
        llvm::BasicBlock *loop = llvm::BasicBlock::Create(context_, "block", &function_);
        llvm::BasicBlock *done = llvm::BasicBlock::Create(context_, "done", &function_);
        builder_.CreateBr(loop);
        builder_.SetInsertPoint(loop);
        first_ = builder_.CreatePHI(builder_.getInt64Ty(), 2);
        for (const Array &array : arrays_) aim(array);
        builder_.CreateCall(&tile_, {inner_});
        for (const Array &array : arrays_) {
            if (array.argument->role == Role::output) pack(array);
        }
        Value *next = builder_.CreateAdd(first_, builder_.getInt64(block_));
        first_->addIncoming(builder_.getInt64(0), before);
        first_->addIncoming(next, loop);
        builder_.CreateCondBr(builder_.CreateICmpULT(next, elements), loop, done);
        builder_.SetInsertPoint(done);
        builder_.CreateRetVoid();
    }

private:
    /// One array of the kernel, and those on the stack that stand for it; none where the tile takes it as it lies.
    struct Array {
        const Argument *argument;
        Value *base;
        unsigned first_inner;
        std::vector<Value *> unpacked;
    };

    llvm::LLVMContext &context_;
    llvm::Function &function_;
    llvm::Function &tile_;
    DType dtype_;
    unsigned block_;
    llvm::IRBuilder<> builder_;
    Value *inner_ = nullptr;
    llvm::PHINode *first_ = nullptr;
    std::vector<Array> arrays_;

    llvm::Type *number() {
        if (bytes_per_element(dtype_) == 2) return builder_.getInt16Ty();
        return dtype_ == DType::f64 ? builder_.getDoubleTy() : builder_.getFloatTy();
    }
    llvm::Align alignment() const { return llvm::Align(bytes_per_element(dtype_)); }
    llvm::VectorType *vector_of(llvm::Type *element, unsigned count) {
        return llvm::FixedVectorType::get(element, count);
    }
    llvm::Type *bits_word(const Argument &mask) {
        return builder_.getIntNTy(static_cast<unsigned>(mask.bits) * block_);
    }

    void set(TileMember where, unsigned index, Value *value) {
        llvm::StructType *type = tile_type(context_);
        Value *member = builder_.CreateStructGEP(type, inner_, where);
        builder_.CreateStore(value, builder_.CreateConstInBoundsGEP2_32(type->getElementType(where), member, 0, index));
    }
    Value *load(TileMember where, unsigned index, llvm::Type *element) {
        llvm::StructType *type = tile_type(context_);
        Value *member = builder_.CreateStructGEP(type, function_.getArg(0), where);
        return builder_.CreateLoad(element,
                                   builder_.CreateConstInBoundsGEP2_32(type->getElementType(where), member, 0, index));
    }

    Value *on_stack(llvm::Type *element) {
        llvm::AllocaInst *array = builder_.CreateAlloca(llvm::ArrayType::get(element, block_));
        array->setAlignment(llvm::Align(64));
        return array;
    }

    void make_arrays(const Signature &packed) {
        std::map<Role, unsigned> outside;
        std::map<Role, unsigned> inside;
        for (const Argument &argument : packed.arguments) {
            if (argument.role != Role::input && argument.role != Role::output) continue;
            const TileMember where = argument.role == Role::input ? tile_inputs : tile_outputs;
            Array array{
                &argument, load(where, outside[argument.role]++, builder_.getPtrTy()), inside[argument.role], {}};
            for (size_t i = 0; i < argument.interleaves.size(); ++i) array.unpacked.push_back(on_stack(number()));
            if (argument.bits > 0) array.unpacked.push_back(on_stack(builder_.getInt8Ty()));
            inside[argument.role] += std::max<unsigned>(1, static_cast<unsigned>(array.unpacked.size()));
            arrays_.push_back(std::move(array));
        }
    }

    /// Where the array's part of this block begins.
    Value *place(const Array &array) {
        const auto bits = static_cast<uint64_t>(bits_of_element(*array.argument, dtype_));
        Value *bytes = bits < 8 ? builder_.CreateUDiv(first_, builder_.getInt64(8 / bits))
                                : builder_.CreateMul(first_, builder_.getInt64(bits / 8));
        return builder_.CreateInBoundsGEP(builder_.getInt8Ty(), array.base, {bytes});
    }

    void aim(const Array &array) {
        const bool is_input = array.argument->role == Role::input;
        const TileMember where = is_input ? tile_inputs : tile_outputs;
        if (array.unpacked.empty()) {
            set(where, array.first_inner, place(array));
            return;
        }
        if (is_input) unpack(array);
        for (unsigned i = 0; i < array.unpacked.size(); ++i) set(where, array.first_inner + i, array.unpacked[i]);
    }

    void unpack(const Array &array) {
        if (array.argument->bits > 0) {
            Value *word = builder_.CreateAlignedLoad(bits_word(*array.argument), place(array), llvm::Align(1));
            builder_.CreateStore(spread_to_bytes(word, array.argument->bits), array.unpacked.front());
            return;
        }
        const auto count = static_cast<unsigned>(array.unpacked.size());
        Value *both = builder_.CreateAlignedLoad(vector_of(number(), count * block_), place(array), alignment());
        for (unsigned i = 0; i < count; ++i) {
            std::vector<int> every;
            every.reserve(block_);
            for (unsigned k = 0; k < block_; ++k) every.push_back(static_cast<int>(k * count + i));
            builder_.CreateStore(builder_.CreateShuffleVector(both, every), array.unpacked[i]);
        }
    }

    void pack(const Array &array) {
        if (array.unpacked.empty()) return;
        if (array.argument->bits > 0) {
            Value *indices = builder_.CreateLoad(vector_of(builder_.getInt8Ty(), block_), array.unpacked.front());
            builder_.CreateAlignedStore(gather_bits(indices, array.argument->bits), place(array), llvm::Align(1));
            return;
        }
        llvm::VectorType *type = vector_of(number(), block_);
        Value *first = builder_.CreateLoad(type, array.unpacked[0]);
        Value *second = builder_.CreateLoad(type, array.unpacked[1]);
        std::vector<int> in_turn;
        for (unsigned k = 0; k < block_; ++k) {
            in_turn.push_back(static_cast<int>(k));
            in_turn.push_back(static_cast<int>(block_ + k));
        }
        builder_.CreateAlignedStore(builder_.CreateShuffleVector(first, second, in_turn), place(array), alignment());
    }

    /// Bit k of the word from the lowest bit of element k.
    Value *word_of(Value *indices, unsigned bit) {
        Value *mask = builder_.CreateAnd(indices, splat(1U << bit));
        return builder_.CreateBitCast(builder_.CreateICmpNE(mask, splat(0)), builder_.getIntNTy(block_));
    }
    /// Byte k from bit k of the word: its byte is compared with the bit, as LLVM tears a vector of single bits apart.
    Value *bytes_of(Value *word) {
        llvm::Type *byte = builder_.getInt8Ty();
        std::vector<int> byte_of_bit;
        std::vector<llvm::Constant *> bit_in_byte;
        for (unsigned k = 0; k < block_; ++k) {
            byte_of_bit.push_back(static_cast<int>(k / 8));
            bit_in_byte.push_back(builder_.getInt8(static_cast<uint8_t>(1U << k % 8)));
        }
        Value *bytes =
            builder_.CreateShuffleVector(builder_.CreateBitCast(word, vector_of(byte, block_ / 8)), byte_of_bit);
        Value *bits = builder_.CreateAnd(bytes, llvm::ConstantVector::get(bit_in_byte));
        return builder_.CreateZExt(builder_.CreateICmpNE(bits, splat(0)), bytes->getType());
    }
    Value *splat(unsigned value) {
        return builder_.CreateVectorSplat(block_, builder_.getInt8(static_cast<uint8_t>(value)));
    }

    Value *gather_bits(Value *indices, int bits) {
        if (bits == 1) return word_of(indices, 0);
        return builder_.CreateOr(spread(word_of(indices, 0)), builder_.CreateShl(spread(word_of(indices, 1)), 1));
    }

    Value *spread_to_bytes(Value *word, int bits) {
        if (bits == 1) return bytes_of(word);
        Value *high = bytes_of(gather(builder_.CreateLShr(word, 1)));
        return builder_.CreateOr(bytes_of(gather(word)), builder_.CreateShl(high, splat(1)));
    }

    /// Bit k to bit 2 k.
    Value *spread(Value *word) {
        Value *wide = builder_.CreateZExt(word, builder_.getInt64Ty());
        for (const SpreadStep &step : spread_steps) {
            wide = builder_.CreateAnd(builder_.CreateOr(wide, builder_.CreateShl(wide, step.distance)),
                                      builder_.getInt64(step.kept));
        }
        return wide;
    }
    /// Bit 2 k to bit k.
    Value *gather(Value *wide) {
        constexpr auto count = static_cast<int>(std::size(spread_steps));
        wide = builder_.CreateAnd(wide, builder_.getInt64(spread_steps[count - 1].kept));
        for (int i = count - 1; i >= 0; --i) {
            const uint64_t kept = i > 0 ? spread_steps[i - 1].kept : 0x00000000ffffffffU;
            wide = builder_.CreateAnd(builder_.CreateOr(wide, builder_.CreateLShr(wide, spread_steps[i].distance)),
                                      builder_.getInt64(kept));
        }
        return builder_.CreateTrunc(wide, builder_.getIntNTy(block_));
    }
};

}  // namespace

Signature unpacked(const Signature &packed) {
    Signature result = packed;
    result.pattern = Pattern::elementwise;
    result.arguments.clear();
    if (packed.pattern == Pattern::table) {
        result.arguments = {{Role::input, "x", ""}, {Role::output, "y", ""}};
    }
    for (const Argument &argument : packed.arguments) {
        if (packed.pattern == Pattern::table && argument.role == Role::output) continue;
        if (argument.interleaves.empty()) result.arguments.push_back(argument);
        for (const std::string &name : argument.interleaves) {
            result.arguments.push_back({argument.role, name, argument.meaning});
        }
    }
    return result;
}

llvm::Function *add_block_function(llvm::Module &module, llvm::Function *tile, const Signature &packed, DType dtype,
                                   int block, const std::string &name) {
    tile->addFnAttr(llvm::Attribute::AlwaysInline);
    auto *function = llvm::Function::Create(tile->getFunctionType(), llvm::GlobalValue::InternalLinkage, name, module);
    function->addParamAttr(0, llvm::Attribute::ReadOnly);
    BlockFunctionWriter(*function, *tile, dtype, block).write(packed);
    return function;
}

}  // namespace actinide
