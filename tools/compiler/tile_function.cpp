#include "tools/compiler/tile_function.h"

#include <HalideRuntime.h>
#include <llvm/IR/IRBuilder.h>

#include <cstddef>

#include "runtime/kernel.h"
#include "tools/compiler/failure.h"
#include "tools/compiler/modules.h"
#include "tools/compiler/optimize.h"

namespace actinide {
namespace {

using llvm::Value;

/// Where Halide's code looks for the members of a buffer. Pointers keep these places where they have four bytes: the
/// code was made for eight.
enum BufferOffset {
    buffer_device = offsetof(halide_buffer_t, device),
    buffer_device_interface = offsetof(halide_buffer_t, device_interface),
    buffer_host = offsetof(halide_buffer_t, host),
    buffer_flags = offsetof(halide_buffer_t, flags),
    buffer_type = offsetof(halide_buffer_t, type),
    buffer_dimensions = offsetof(halide_buffer_t, dimensions),
    buffer_dim = offsetof(halide_buffer_t, dim),
    buffer_padding = offsetof(halide_buffer_t, padding)
};
enum DimensionMember { dimension_min, dimension_extent, dimension_stride, dimension_flags };

static_assert(sizeof(halide_dimension_t) == 16 && offsetof(halide_dimension_t, stride) == 8);
static_assert(sizeof(actinide_tile) == 152 && offsetof(actinide_tile, extent) == 120 &&
              offsetof(actinide_tile, parameters) == 144);

constexpr int dense = -1;

/// Where one dimension of a buffer finds its extent and its stride in struct actinide_tile.
struct DimensionSource {
    int extent;
    int stride;
};

std::vector<DimensionSource> dimensions_of(TileShape::Kind kind, bool per_channel, bool is_sum) {
    switch (kind) {
        case TileShape::Kind::elementwise:
        case TileShape::Kind::block:
            return {{0, dense}};
        case TileShape::Kind::channels_outside:
            if (per_channel) return {{1, dense}};
            return {{0, dense}, {1, 1}, {2, 2}};
        case TileShape::Kind::channels_last:
            if (per_channel) return {{0, dense}};
            return {{0, dense}, {1, 1}};
        case TileShape::Kind::lane_sums:
            if (is_sum) return {{0, dense}};
            if (per_channel) return {{0, dense}};
            return {{0, dense}, {1, 1}};
    }
    return {};
}

/// An argument's place among those of its role.
struct Place {
    Argument::Role role;
    unsigned index;
    bool per_channel;
};

Place find_place(const Signature &signature, const TileArgument &argument) {
    std::map<Argument::Role, unsigned> counts;
    for (const Argument &candidate : signature.arguments) {
        const unsigned index = counts[candidate.role]++;
        if (candidate.name == argument.name) return {candidate.role, index, candidate.per_channel};
    }
    // Outputs that one Func computes together are in order; the sums of lanes are no output but the tile's.
    if (argument.is_output) return {Argument::Role::output, argument.index, false};
    throw CompileFailure("the tile's argument " + argument.name + " is none of " + signature.function);
}

class TileFunctionWriter {
public:
    TileFunctionWriter(llvm::Module &module, llvm::Function &function)
        : context_(module.getContext()),
          function_(function),
          builder_(llvm::BasicBlock::Create(context_, "", &function)),
          pointer_(builder_.getPtrTy()),
          dimension_(llvm::StructType::get(context_, {i32(), i32(), i32(), i32()})),
          type_(llvm::StructType::get(context_, {builder_.getInt8Ty(), builder_.getInt8Ty(), builder_.getInt16Ty()})) {}

    void write(llvm::Function &halide, const HalideTile &tile, const Signature &signature, TileShape::Kind kind) {
        std::vector<Value *> arguments;
        for (const TileArgument &argument : tile.arguments) {
            const Place place = find_place(signature, argument);
            arguments.push_back(argument.dimensions == 0 ? load_parameter(place.index, argument.bits)
                                                         : make_buffer(argument, place, kind));
        }
        builder_.CreateCall(&halide, arguments);
        builder_.CreateRetVoid();
    }

private:
    llvm::LLVMContext &context_;
    llvm::Function &function_;
    llvm::IRBuilder<> builder_;
    llvm::PointerType *pointer_;
    llvm::StructType *dimension_;
    llvm::StructType *type_;

    llvm::Type *i32() { return llvm::Type::getInt32Ty(context_); }
    Value *member(llvm::StructType *type, Value *base, unsigned index) {
        return builder_.CreateStructGEP(type, base, index);
    }
    void set(llvm::StructType *type, Value *base, unsigned index, Value *value) {
        builder_.CreateStore(value, member(type, base, index));
    }

    /// inputs[index], extent[index] …
    Value *load_element(TileMember where, unsigned index) {
        llvm::StructType *tile = tile_type(context_);
        Value *place = member(tile, function_.getArg(0), where);
        llvm::Type *array = tile->getElementType(where);
        return builder_.CreateLoad(array->getArrayElementType(),
                                   builder_.CreateConstInBoundsGEP2_32(array, place, 0, index));
    }

    Value *load_parameter(unsigned index, int bits) {
        Value *parameters =
            builder_.CreateLoad(pointer_, member(tile_type(context_), function_.getArg(0), tile_parameters));
        Value *place = builder_.CreateConstInBoundsGEP1_32(parameter_slot_type(context_), parameters, index);
        return builder_.CreateLoad(bits == 64 ? builder_.getDoubleTy() : builder_.getFloatTy(), place);
    }

    Value *make_dimensions(const std::vector<DimensionSource> &sources) {
        llvm::Type *array = llvm::ArrayType::get(dimension_, sources.size());
        Value *dimensions = builder_.CreateAlloca(array);
        for (unsigned i = 0; i < sources.size(); ++i) {
            Value *dimension = builder_.CreateConstInBoundsGEP2_32(array, dimensions, 0, i);
            const DimensionSource &source = sources[i];
            set(dimension_, dimension, dimension_min, builder_.getInt32(0));
            set(dimension_, dimension, dimension_extent,
                load_element(tile_extent, static_cast<unsigned>(source.extent)));
            set(dimension_, dimension, dimension_stride,
                source.stride == dense ? builder_.getInt32(1)
                                       : load_element(tile_stride, static_cast<unsigned>(source.stride)));
            set(dimension_, dimension, dimension_flags, builder_.getInt32(0));
        }
        return dimensions;
    }

    Value *make_buffer(const TileArgument &argument, const Place &place, TileShape::Kind kind) {
        const bool is_sum = argument.is_output && kind == TileShape::Kind::lane_sums;
        const std::vector<DimensionSource> sources = dimensions_of(kind, place.per_channel, is_sum);
        if (sources.size() != static_cast<size_t>(argument.dimensions)) {
            throw CompileFailure("the tile's array " + argument.name + " has not the dimensions of its kind");
        }
        llvm::AllocaInst *buffer =
            builder_.CreateAlloca(llvm::ArrayType::get(builder_.getInt8Ty(), sizeof(halide_buffer_t)));
        buffer->setAlignment(llvm::Align::Of<halide_buffer_t>());
        Value *host = load_element(argument.is_output ? tile_outputs : tile_inputs, place.index);
        llvm::Constant *type = llvm::ConstantStruct::get(
            type_, {builder_.getInt8(halide_type_float), builder_.getInt8(static_cast<uint8_t>(argument.bits)),
                    builder_.getInt16(1)});
        llvm::Constant *null = llvm::ConstantPointerNull::get(pointer_);
        const auto set_at = [&](BufferOffset offset, Value *value) {
            builder_.CreateStore(value, builder_.CreateConstInBoundsGEP1_32(builder_.getInt8Ty(), buffer, offset));
        };
        set_at(buffer_device, builder_.getInt64(0));
        set_at(buffer_device_interface, null);
        set_at(buffer_host, host);
        set_at(buffer_flags, builder_.getInt64(0));
        set_at(buffer_type, type);
        set_at(buffer_dimensions, builder_.getInt32(static_cast<uint32_t>(argument.dimensions)));
        set_at(buffer_dim, make_dimensions(sources));
        set_at(buffer_padding, null);
        return buffer;
    }
};

/// Halide says by these that arrays of different names never meet, but kernels run in place.
void forget_aliasing(llvm::Module &module) {
    for (llvm::Function &function : module) {
        for (llvm::BasicBlock &block : function) {
            for (llvm::Instruction &instruction : block) {
                for (const unsigned kind : {llvm::LLVMContext::MD_tbaa, llvm::LLVMContext::MD_tbaa_struct,
                                            llvm::LLVMContext::MD_alias_scope, llvm::LLVMContext::MD_noalias}) {
                    instruction.setMetadata(kind, nullptr);
                }
            }
        }
    }
}

}  // namespace

llvm::Type *parameter_slot_type(llvm::LLVMContext &context) {
    static_assert(sizeof(actinide_parameter) == 8);
    return llvm::Type::getInt64Ty(context);
}

llvm::StructType *tile_type(llvm::LLVMContext &context) {
    llvm::Type *pointer = llvm::PointerType::get(context, 0);
    llvm::Type *i32 = llvm::Type::getInt32Ty(context);
    return llvm::StructType::get(context, {llvm::ArrayType::get(pointer, ACTINIDE_MAX_INPUTS),
                                           llvm::ArrayType::get(pointer, ACTINIDE_MAX_OUTPUTS),
                                           llvm::ArrayType::get(i32, 3), llvm::ArrayType::get(i32, 3), pointer});
}

llvm::Function *add_tile_function(llvm::Module &module, const HalideTile &tile, const Signature &signature,
                                  TileShape::Kind kind, const std::string &name, bool is_of_single_elements) {
    std::unique_ptr<llvm::Module> halide = read_module(tile.bitcode, name, module.getContext());
    keep_only(*halide, tile.function);
    forget_aliasing(*halide);
    keep_loops_as_they_are(*halide->getFunction(tile.function));
    if (is_of_single_elements) undo_vectors(*halide->getFunction(tile.function));
    const std::string inner_name = name + ".halide";
    halide->getFunction(tile.function)->setName(inner_name);
    join(module, std::move(halide));

    llvm::Function *inner = module.getFunction(inner_name);
    inner->setLinkage(llvm::GlobalValue::InternalLinkage);
    inner->removeFnAttr(llvm::Attribute::NoInline);
    inner->addFnAttr(llvm::Attribute::AlwaysInline);
    llvm::LLVMContext &context = module.getContext();
    auto *type = llvm::FunctionType::get(llvm::Type::getVoidTy(context), {llvm::PointerType::get(context, 0)}, false);
    auto *function = llvm::Function::Create(type, llvm::GlobalValue::InternalLinkage, name, module);
    function->addParamAttr(0, llvm::Attribute::ReadOnly);
    TileFunctionWriter(module, *function).write(*inner, tile, signature, kind);
    return function;
}

}  // namespace actinide
