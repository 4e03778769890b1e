#include "tools/compiler/block_function.h"
#include "tools/compiler/device_kernel_writer.h"

namespace actinide {
namespace {

using llvm::Value;
using Role = Argument::Role;

class PackedKernelWriter {
public:
    PackedKernelWriter(llvm::Module &module, const DeviceKernel &kernel)
        : signature_(kernel.signature),
          dtype_(kernel.dtype),
          writer_(module, kernel, names_of_role(kernel.signature, Role::output), 1),
          builder_(writer_.builder()) {}

    /// Returns how many elements a thread has.
    unsigned write(llvm::Function *tile) {
        const Argument *mask = bits_with(Role::output);
        const unsigned elements = mask == nullptr ? 1 : 8 / static_cast<unsigned>(mask->bits);
        Value *first = builder_.CreateMul(writer_.thread(), wide(elements));
        writer_.leave_if(builder_.CreateICmpUGE(first, writer_.size(0)));
        Value *one = builder_.getInt32(1);
        writer_.shape({one, one, one}, {one, one, one});
        Value *index = builder_.CreateAlloca(builder_.getInt8Ty());
        if (mask == nullptr) {
            aim(first, index);
            writer_.run(tile);
            builder_.CreateRetVoid();
        } else {
            write_byte(tile, first, index, *mask);
        }
        return elements;
    }

private:
    const Signature &signature_;
    DType dtype_;
    DeviceKernelWriter writer_;
    llvm::IRBuilder<> &builder_;

    Value *wide(uint64_t value) { return builder_.getInt64(value); }

    const Argument *bits_with(Role role) const {
        for (const Argument &argument : signature_.arguments) {
            if (argument.role == role && argument.bits > 0) return &argument;
        }
        return nullptr;
    }

    unsigned position_of(const Argument &wanted) const {
        unsigned position = 0;
        for (const Role role : {Role::input, Role::output}) {
            for (const Argument &argument : signature_.arguments) {
                if (argument.role != role) continue;
                if (&argument == &wanted) return position;
                ++position;
            }
        }
        return position;
    }

    Value *byte_at(Value *array, Value *bytes) {
        return builder_.CreateInBoundsGEP(builder_.getInt8Ty(), array, {bytes});
    }

    /// Points the tile at `element`; an element's bits are read into `index`, or written there by the tile.
    void aim(Value *element, Value *index) {
        for (const Role role : {Role::input, Role::output}) {
            const TileMember where = role == Role::input ? tile_inputs : tile_outputs;
            unsigned inner = 0;
            for (const Argument &argument : signature_.arguments) {
                if (argument.role != role) continue;
                Value *array = writer_.array(position_of(argument));
                if (argument.bits > 0) {
                    if (role == Role::input) builder_.CreateStore(read_bits(array, element, argument.bits), index);
                    writer_.aim_at(where, inner++, index);
                    continue;
                }
                const auto bytes = static_cast<uint64_t>(bits_of_element(argument, dtype_)) / 8;
                Value *place = byte_at(array, builder_.CreateMul(element, wide(bytes)));
                const size_t values = std::max<size_t>(1, argument.interleaves.size());
                for (size_t i = 0; i < values; ++i) {
                    writer_.aim_at(where, inner++, byte_at(place, wide(i * bytes_per_element(dtype_))));
                }
            }
        }
    }

    Value *read_bits(Value *mask, Value *element, int bits) {
        const uint64_t per_byte = 8 / static_cast<uint64_t>(bits);
        Value *place = byte_at(mask, builder_.CreateUDiv(element, wide(per_byte)));
        Value *byte = builder_.CreateLoad(builder_.getInt8Ty(), place);
        Value *shift =
            builder_.CreateMul(builder_.CreateURem(element, wide(per_byte)), wide(static_cast<uint64_t>(bits)));
        Value *shifted = builder_.CreateLShr(byte, builder_.CreateTrunc(shift, builder_.getInt8Ty()));
        return builder_.CreateAnd(shifted,
                                  builder_.getInt8(static_cast<uint8_t>((1U << static_cast<unsigned>(bits)) - 1)));
    }

    /// All elements whose bits share a byte, so that no two threads write the same one.
    void write_byte(llvm::Function *tile, Value *first, Value *index, const Argument &mask) {
        const unsigned elements = 8 / static_cast<unsigned>(mask.bits);
        Value *byte = builder_.CreateAlloca(builder_.getInt8Ty());
        builder_.CreateStore(builder_.getInt8(0), byte);
        llvm::BasicBlock *done = writer_.new_block("done");
        for (unsigned i = 0; i < elements; ++i) {
            Value *element = builder_.CreateAdd(first, wide(i));
            llvm::BasicBlock *inside = writer_.new_block("inside");
            builder_.CreateCondBr(builder_.CreateICmpULT(element, writer_.size(0)), inside, done);
            builder_.SetInsertPoint(inside);
            aim(element, index);
            writer_.run(tile);
            Value *bits =
                builder_.CreateShl(builder_.CreateLoad(builder_.getInt8Ty(), index),
                                   builder_.getInt8(static_cast<uint8_t>(i * static_cast<unsigned>(mask.bits))));
            builder_.CreateStore(builder_.CreateOr(builder_.CreateLoad(builder_.getInt8Ty(), byte), bits), byte);
        }
        builder_.CreateBr(done);
        builder_.SetInsertPoint(done);
        Value *place = byte_at(writer_.array(position_of(mask)), builder_.CreateUDiv(first, wide(elements)));
        builder_.CreateStore(builder_.CreateLoad(builder_.getInt8Ty(), byte), place);
        builder_.CreateRetVoid();
    }
};

}  // namespace

int add_packed_kernel(llvm::Module &module, const DeviceKernel &kernel, llvm::Function *tile) {
    return static_cast<int>(PackedKernelWriter(module, kernel).write(tile));
}

}  // namespace actinide
