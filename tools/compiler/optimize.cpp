#include "tools/compiler/optimize.h"

#include <llvm/Analysis/LoopInfo.h>
#include <llvm/IR/Dominators.h>
#include <llvm/Passes/PassBuilder.h>
#include <llvm/Transforms/Scalar/Scalarizer.h>

namespace actinide {

void keep_loops_as_they_are(llvm::Function &function) {
    llvm::DominatorTree dominators(function);
    llvm::LoopInfo loops(dominators);
    for (llvm::Loop *loop : loops.getLoopsInPreorder()) loop->setLoopAlreadyUnrolled();
}

void unroll_loops(llvm::Function &function, unsigned count) {
    llvm::DominatorTree dominators(function);
    llvm::LoopInfo loops(dominators);
    llvm::LLVMContext &context = function.getContext();
    llvm::Metadata *wish[] = {
        llvm::MDString::get(context, "llvm.loop.unroll.count"),
        llvm::ConstantAsMetadata::get(llvm::ConstantInt::get(llvm::Type::getInt32Ty(context), count))};
    for (llvm::Loop *loop : loops.getLoopsInPreorder()) {
        // A loop's metadata names itself first, so that no two loops share it.
        llvm::MDNode *own = llvm::MDNode::getDistinct(context, {nullptr, llvm::MDNode::get(context, wish)});
        own->replaceOperandWith(0, own);
        loop->setLoopID(own);
    }
}

namespace {

/// What passes ask of LLVM's analyses, each kind knowing the others.
struct Analyses {
    explicit Analyses(llvm::PassBuilder &builder) {
        builder.registerModuleAnalyses(modules);
        builder.registerCGSCCAnalyses(call_graph);
        builder.registerFunctionAnalyses(functions);
        builder.registerLoopAnalyses(loops);
        builder.crossRegisterProxies(loops, functions, call_graph, modules);
    }

    llvm::LoopAnalysisManager loops;
    llvm::FunctionAnalysisManager functions;
    llvm::CGSCCAnalysisManager call_graph;
    llvm::ModuleAnalysisManager modules;
};

}  // namespace

void optimize(llvm::Module &module, llvm::TargetMachine &machine, bool for_size) {
    for (llvm::Function &function : module) {
        if (!for_size || function.isDeclaration()) continue;
        function.addFnAttr(llvm::Attribute::OptimizeForSize);
        function.addFnAttr(llvm::Attribute::MinSize);
    }
    llvm::PipelineTuningOptions tuning;
    tuning.LoopInterleaving = false;
    tuning.LoopVectorization = false;
    tuning.SLPVectorization = false;
    llvm::PassBuilder builder(&machine, tuning);
    Analyses analyses(builder);
    builder.buildPerModuleDefaultPipeline(llvm::OptimizationLevel::O2).run(module, analyses.modules);
}

void undo_vectors(llvm::Function &function) {
    llvm::PassBuilder builder;
    Analyses analyses(builder);
    llvm::ScalarizerPass().run(function, analyses.functions);
}

}  // namespace actinide
