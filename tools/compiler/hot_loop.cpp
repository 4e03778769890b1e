#include "tools/compiler/hot_loop.h"

#include <llvm/Analysis/LoopInfo.h>
#include <llvm/Analysis/ValueTracking.h>
#include <llvm/IR/Dominators.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/Module.h>

#include <algorithm>
#include <tuple>

#include "tools/compiler/instruction_mix.h"
#include "tools/compiler/machine_loops.h"

namespace actinide {
namespace {

/// Where the next one begins: of labels only functions' and data's have names that other files could use.
size_t end_of_function(const MachineCode &code, size_t begin, const MachineTables &tables) {
    const std::string_view of_this_file = tables.assembly->getPrivateGlobalPrefix();
    size_t end = code.instructions.size();
    for (const auto &[label, index] : code.labels) {
        if (!label.starts_with(of_this_file) && index > begin) end = std::min(end, index);
    }
    return end;
}

std::string label_at(const MachineCode &code, size_t index) {
    const auto found =
        std::find_if(code.labels.begin(), code.labels.end(), [&](const auto &label) { return label.second == index; });
    return found == code.labels.end() ? "" : found->first;
}

bool is_own(const llvm::Value *pointer) {
    return llvm::isa<llvm::AllocaInst>(llvm::getUnderlyingObject(pointer));
}

void add_traffic(const llvm::Instruction &instruction, const llvm::DataLayout &layout, LoopTraffic &traffic) {
    if (const auto *load = llvm::dyn_cast<llvm::LoadInst>(&instruction)) {
        if (!is_own(load->getPointerOperand())) traffic.loaded += layout.getTypeStoreSize(load->getType());
    } else if (const auto *store = llvm::dyn_cast<llvm::StoreInst>(&instruction)) {
        if (!is_own(store->getPointerOperand()))
            traffic.stored += layout.getTypeStoreSize(store->getValueOperand()->getType());
    } else if (const auto *call = llvm::dyn_cast<llvm::IntrinsicInst>(&instruction)) {
        if (call->getIntrinsicID() == llvm::Intrinsic::masked_load && !is_own(call->getArgOperand(0)))
            traffic.loaded += layout.getTypeStoreSize(call->getType());
        if (call->getIntrinsicID() == llvm::Intrinsic::masked_store && !is_own(call->getArgOperand(1)))
            traffic.stored += layout.getTypeStoreSize(call->getArgOperand(0)->getType());
    }
}

}  // namespace

std::optional<HotLoop> find_hot_loop(const MachineCode &code, const std::string &function,
                                     const MachineTables &tables) {
    const auto start = code.labels.find(function);
    if (start == code.labels.end()) return std::nullopt;
    std::optional<HotLoop> hottest;
    std::tuple<size_t, ptrdiff_t, size_t> most;
    for (const MachineLoop &loop :
         innermost_loops(code, start->second, end_of_function(code, start->second, tables), tables)) {
        HotLoop candidate{label_at(code, loop.entry), {}};
        for (const size_t index : loop.instructions) candidate.instructions.push_back(code.instructions[index]);
        const auto stores =
            std::count_if(candidate.instructions.begin(), candidate.instructions.end(),
                          [&](const MachineInstruction &each) { return memory_use(each, tables) == MemoryUse::store; });
        const std::tuple weight{loop.depth, stores, candidate.instructions.size()};
        if (hottest && weight <= most) continue;
        most = weight;
        hottest = std::move(candidate);
    }
    return hottest;
}

LoopTraffic traffic_of_hot_loop(llvm::Function &function) {
    llvm::DominatorTree dominators(function);
    llvm::LoopInfo loops(dominators);
    const llvm::DataLayout &layout = function.getParent()->getDataLayout();
    LoopTraffic hottest;
    std::tuple<unsigned, size_t, size_t> most;
    for (const llvm::Loop *loop : loops.getLoopsInPreorder()) {
        if (!loop->isInnermost()) continue;
        LoopTraffic traffic;
        for (const llvm::BasicBlock *block : loop->blocks()) {
            for (const llvm::Instruction &instruction : *block) add_traffic(instruction, layout, traffic);
        }
        const std::tuple weight{loop->getLoopDepth(), traffic.stored, traffic.loaded};
        if (weight <= most) continue;
        most = weight;
        hottest = traffic;
    }
    return hottest;
}

}  // namespace actinide
