#include "tools/compiler/streaming.h"

#include <llvm/Analysis/LoopInfo.h>
#include <llvm/Analysis/ValueTracking.h>
#include <llvm/IR/Dominators.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/Transforms/Utils/Cloning.h>

#include <algorithm>
#include <vector>

#include "runtime/kernel.h"

namespace actinide {
namespace {

constexpr uint64_t least_bytes = 16;

uint64_t bytes_of(const llvm::StoreInst &store) {
    return store.getDataLayout().getTypeStoreSize(store.getValueOperand()->getType()).getFixedValue();
}

bool writes_an_output(const llvm::StoreInst &store) {
    const bool is_vector = store.getValueOperand()->getType()->isVectorTy();
    if (!is_vector || bytes_of(store) < least_bytes || !llvm::isPowerOf2_64(bytes_of(store))) return false;
    return !llvm::isa<llvm::AllocaInst>(llvm::getUnderlyingObject(store.getPointerOperand(), 0));
}

/// Instruction selection would join a store of narrowed numbers with the narrowing, and forget that it streams.
void separate_from_narrowing(llvm::StoreInst &store) {
    llvm::Value *value = store.getValueOperand();
    if (value->getType()->getScalarSizeInBits() >= 32) return;
    llvm::IRBuilder<> builder(&store);
    const auto floats = static_cast<unsigned>(bytes_of(store) / sizeof(float));
    llvm::Type *type = llvm::FixedVectorType::get(builder.getFloatTy(), floats);
    store.setOperand(0, builder.CreateArithmeticFence(builder.CreateBitCast(value, type), type));
}

void make_streaming(llvm::StoreInst &store) {
    llvm::LLVMContext &context = store.getContext();
    llvm::Constant *one = llvm::ConstantInt::get(llvm::Type::getInt32Ty(context), 1);
    store.setMetadata(llvm::LLVMContext::MD_nontemporal,
                      llvm::MDNode::get(context, llvm::ConstantAsMetadata::get(one)));
    store.setAlignment(llvm::Align(std::min<uint64_t>(bytes_of(store), ACTINIDE_STREAM_ALIGNMENT)));
}

}  // namespace

bool is_worth_streaming(const PlannedTile &tile, const Target &level) {
    const TileShape::Kind kind = tile.request.shape.kind;
    const bool writes_elements = kind == TileShape::Kind::elementwise || kind == TileShape::Kind::channels_outside ||
                                 kind == TileShape::Kind::channels_last;
    return level.architecture == Architecture::x86 && writes_elements;
}

void copy_with_streaming_stores(const llvm::Function &tile, llvm::Function &streaming) {
    llvm::ValueToValueMapTy map;
    map[tile.getArg(0)] = streaming.getArg(0);
    llvm::SmallVector<llvm::ReturnInst *, 1> returns;
    llvm::CloneFunctionInto(&streaming, &tile, map, llvm::CloneFunctionChangeType::LocalChangesOnly, returns);
    streaming.setLinkage(llvm::GlobalValue::InternalLinkage);
    for (llvm::BasicBlock &block : streaming) {
        for (llvm::Instruction &instruction : block) {
            auto *store = llvm::dyn_cast<llvm::StoreInst>(&instruction);
            if (store == nullptr || !writes_an_output(*store)) continue;
            separate_from_narrowing(*store);
            make_streaming(*store);
        }
    }
}

void add_prefetches(llvm::Function &tile, int bytes) {
    std::vector<llvm::LoadInst *> loads;
    const llvm::DominatorTree dominators(tile);
    const llvm::LoopInfo loops(dominators);
    for (llvm::BasicBlock &block : tile) {
        for (llvm::Instruction &instruction : block) {
            auto *load = llvm::dyn_cast<llvm::LoadInst>(&instruction);
            if (load == nullptr || !load->getType()->isVectorTy() || loops.getLoopFor(&block) == nullptr) continue;
            const bool is_constant =
                llvm::isa<llvm::GlobalVariable>(llvm::getUnderlyingObject(load->getPointerOperand()));
            if (!is_constant) loads.push_back(load);
        }
    }
    for (llvm::LoadInst *load : loads) {
        llvm::IRBuilder<> builder(load);
        llvm::Value *ahead = builder.CreateGEP(builder.getInt8Ty(), load->getPointerOperand(), builder.getInt64(bytes));
        constexpr int for_reading = 0, of_data = 1, used_once = 0;
        builder.CreateIntrinsic(
            llvm::Intrinsic::prefetch, {ahead->getType()},
            {ahead, builder.getInt32(for_reading), builder.getInt32(used_once), builder.getInt32(of_data)});
    }
}

}  // namespace actinide
