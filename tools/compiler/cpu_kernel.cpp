#include "tools/compiler/cpu_kernel.h"

#include <llvm/IR/InstIterator.h>
#include <llvm/Transforms/Utils/Cloning.h>

#include <algorithm>
#include <cassert>

#include "tools/compiler/block_function.h"
#include "tools/compiler/code_generation.h"
#include "tools/compiler/digest.h"
#include "tools/compiler/emit.h"
#include "tools/compiler/entry_point.h"
#include "tools/compiler/failure.h"
#include "tools/compiler/float_operations.h"
#include "tools/compiler/kernel_constant.h"
#include "tools/compiler/modules.h"
#include "tools/compiler/optimize.h"
#include "tools/compiler/plan.h"
#include "tools/compiler/platform_object.h"
#include "tools/compiler/streaming.h"
#include "tools/compiler/tile_function.h"
#include "tools/compiler/without_float16.h"
#include "tools/compiler/without_fma.h"
#include "tools/compiler/words_of_halves.h"

namespace actinide {
namespace {

/// The targets inside an archive of levels; the target itself if it is none. For size, one vector an iteration.
std::vector<Target> levels_of(const Target &target, bool for_size) {
    std::vector<Target> levels;
    if (target.levels.empty()) levels.push_back(target);
    for (const std::string &name : target.levels) levels.push_back(*find_target(name).target);
    assert((!for_size || levels.size() == 1) && "kernels for size keep to one level");
    for (Target &level : levels) level.unroll = for_size ? 1 : level.unroll;
    return levels;
}

/// A tile of one level on its way through the stages.
struct LevelTile {
    PlannedTile plan;
    Target level;
    llvm::Function *function = nullptr;
    llvm::Function *streaming = nullptr;  ///< null where that would not pay
    int prefetch_bytes = 0;               ///< of the streaming form
};

class CpuKernel {
public:
    CpuKernel(const KernelKey &key, const CompileOptions &options)
        : key_(key),
          options_(options),
          signature_(signature(*key.activation, key.pass, key.dtype)),
          machine_(make_machine(around_tiles(key.target))) {
        result_.key = key;
        result_.symbol = options.prefix + "_" + signature_.function;
        result_.symbols = {result_.symbol};
    }

    CompiledKernel compile(const ModuleHook &before_inspection) {
        build_module();
        optimize_around_tiles();
        if (before_inspection) before_inspection(*module_);
        for (const LevelTile &tile : tiles_) inspect(tile);
        replace_what_levels_lack();
        if (key_.dtype == DType::bf16) cheapen_conversions();
        write_streaming_forms();
        write_results();
        return std::move(result_);
    }

private:
    const KernelKey &key_;
    const CompileOptions &options_;
    Signature signature_;
    std::unique_ptr<llvm::TargetMachine> machine_;
    llvm::LLVMContext context_;
    std::unique_ptr<llvm::Module> module_;
    std::vector<LevelTile> tiles_;
    int block_ = 0;  ///< elements that a tile of an elementwise kernel takes at once; 0: any number
    CompiledKernel result_;

    void build_module() {
        module_ = read_cpu_runtime(key_.target, "entry", context_);
        module_->setModuleIdentifier(result_.symbol);
        module_->setSourceFileName(result_.symbol);
        for (const Target &level : levels_of(key_.target, options_.optimize_size)) {
            for (PlannedTile &plan : plan_tiles(key_, options_.max_ulp)) {
                if (is_in_blocks()) take_blocks(plan.request.shape, level);
                add_tile(plan, level);
            }
        }
        TileTable table{};
        for (const LevelTile &tile : tiles_) {
            auto &roles = table[static_cast<size_t>(std::max(tile.level.level, 0))];
            const auto role = static_cast<size_t>(tile.plan.role);
            roles[role] = tile.function;
            if (tile.streaming != nullptr) roles[role + ACTINIDE_TILE_STREAMING] = tile.streaming;
        }
        // Sharing among threads takes code. With addresses of 32 bits arrays are short, and LLVM 22 stops at what it
        // needs.
        const bool is_shared = !options_.optimize_size && module_->getDataLayout().getPointerSize() == 8;
        llvm::Function *part = is_shared ? declare_part(*module_, signature_, "kernel_part") : nullptr;
        llvm::GlobalVariable *kernel = add_constant(
            *module_, kernel_constant(*module_, signature_, key_.dtype, options_.split, part, table, block_), "kernel");
        if (part != nullptr) define_part(*part, signature_, kernel);
        add_cpu_entry_point(*module_, signature_, key_.dtype, "kernel_entry", kernel, is_in_blocks());
        keep_only(*module_, "kernel_entry");
        module_->getFunction("kernel_entry")->setName(result_.symbol);
        give_prefix(*module_, options_.prefix);
        aim(*module_, *machine_);
        for (const LevelTile &tile : tiles_) {
            for (llvm::Function *function : parts_of(tile.function->getName().str())) {
                set_cpu(*function, tile.level.llvm_cpu);
            }
        }
    }

    /// What is inlined into a tile's function is named after it.
    std::vector<llvm::Function *> parts_of(const std::string &tile) const {
        std::vector<llvm::Function *> parts;
        for (llvm::Function &function : *module_) {
            const bool is_part = function.getName() == tile || function.getName().starts_with(tile + ".");
            if (is_part) parts.push_back(&function);
        }
        return parts;
    }

    /// After the inspection: what takes its place are other operations with the same results.
    void replace_what_levels_lack() {
        std::vector<llvm::Function *> without_fma;
        for (const LevelTile &tile : tiles_) {
            for (llvm::Function *function : parts_of(tile.function->getName().str())) {
                if (!tile.level.has_fma) without_fma.push_back(function);
                if (!tile.level.has_float16) replace_float16(*function);
            }
        }
        replace_fma(without_fma, with_prefix("actinide_fma", options_.prefix));
    }

    /// For size, the last elements go through a copy that is as long as a vector, in code that kernels share, rather
    /// than through a second loop in each.
    bool is_in_blocks() const { return options_.optimize_size && signature_.pattern == Pattern::elementwise; }
    void take_blocks(TileShape &shape, const Target &level) {
        shape.kind = TileShape::Kind::block;
        shape.block_elements = lanes_of(shape, level);
        block_ = shape.block_elements;
    }

    /// As visible functions the tiles keep their one argument, whatever LLVM learns about their callers.
    void optimize_around_tiles() {
        for (const LevelTile &tile : tiles_) tile.function->setLinkage(llvm::GlobalValue::ExternalLinkage);
        optimize(*module_, *machine_, options_.optimize_size);
        for (const LevelTile &tile : tiles_) tile.function->setLinkage(llvm::GlobalValue::InternalLinkage);
    }

    ScheduleChoice choice_for(const Target &level) const {
        const auto found = options_.choices.find(name_without_target(key_) + "@" + level.name);
        return found == options_.choices.end() ? ScheduleChoice{} : found->second;
    }

    void add_tile(const PlannedTile &plan, const Target &level) {
        const ScheduleChoice choice = choice_for(level);
        const HalideTile tile = lower_tile(plan.request, level, options_, choice);
        const std::string name = signature_.function + "." + plan.name + "." + level.name;
        const TileShape &shape = plan.request.shape;
        llvm::Function *function =
            shape.kind == TileShape::Kind::block
                ? add_block_function(*module_,
                                     add_tile_function(*module_, tile, unpacked(signature_),
                                                       TileShape::Kind::elementwise, name + ".unpacked"),
                                     signature_, key_.dtype, shape.block_elements, name)
                : add_tile_function(*module_, tile, unpacked(signature_), shape.kind, name);
        function->addFnAttr(llvm::Attribute::NoInline);
        const bool streams = choice.streams && !options_.optimize_size && level.has_fma &&
                             signature_.pattern != Pattern::table && is_worth_streaming(plan, level);
        tiles_.push_back(
            {plan, level, function, streams ? declare_streaming_form(*function) : nullptr, choice.prefetch_bytes});
        result_.tiles.push_back({plan.name, level.name, to_json(tile.schedule)});
        add_tile_stages(options_, result_.symbol, result_.tiles.back(), tile, result_.stages);
    }

    void cheapen_conversions() {
        const Architecture architecture = key_.target.architecture;
        for (const LevelTile &tile : tiles_) {
            if (architecture != Architecture::wasm) round_without_choice(*tile.function);
            // NEON widens and narrows without shuffles.
            if (architecture != Architecture::x86) continue;
            compute_on_words(*tile.function, 2 * static_cast<unsigned>(tile.level.lanes));
        }
    }

    /// A declaration, so that the runtime's code is optimised around it.
    llvm::Function *declare_streaming_form(const llvm::Function &tile) {
        return llvm::Function::Create(tile.getFunctionType(), llvm::GlobalValue::ExternalLinkage,
                                      tile.getName() + ".streaming", *module_);
    }

    /// Copies of what was inspected, so that they differ in nothing but their stores.
    void write_streaming_forms() {
        for (const LevelTile &tile : tiles_) {
            if (tile.streaming == nullptr) continue;
            copy_with_streaming_stores(*tile.function, *tile.streaming);
            if (tile.prefetch_bytes > 0) add_prefetches(*tile.streaming, tile.prefetch_bytes);
        }
    }

    /// All levels of one role take the same operations; the caller compares those of other targets.
    void inspect(const LevelTile &tile) {
        const bool is_sum = tile.plan.request.shape.kind == TileShape::Kind::lane_sums;
        FloatReport report = is_sum ? inspect_sums(*tile.function, true) : inspect_elements(*tile.function, true);
        if (!report.complaint.empty()) throw CompileFailure(to_string(key_) + ": " + report.complaint);
        const auto [known, is_new] = result_.float_operations.emplace(tile.plan.name, report.operations);
        const std::string differs = difference(known->second, "one level", report.operations, tile.level.name);
        if (!is_new && !differs.empty())
            throw CompileFailure(to_string(key_) + "'s " + tile.plan.name + ": " + differs);
    }

    void write_results() {
        if (wants(options_, Emit::llvm)) result_.stages[result_.symbol + ".ll"] = to_text(*module_);
        if (wants(options_, Emit::assembly)) {
            result_.stages[result_.symbol + ".s"] = emit_assembly(*llvm::CloneModule(*module_), *machine_);
        }
        result_.object = emit_platform_object(*module_, *machine_, key_.target);
        for (const std::string &name : undefined_names(result_.object, *machine_)) {
            if (name.starts_with(with_prefix("actinide_", options_.prefix))) continue;
            throw CompileFailure(to_string(key_) + " would need '" + name + "' from another library");
        }
        result_.hash = digest(result_.object);
        result_.bytes = loaded_bytes(result_.object);
        if (wants(options_, Emit::object)) result_.stages[result_.symbol + ".o"] = result_.object;
        add_schedule_stage(options_, result_.symbol, result_.tiles, result_.stages);
    }
};

}  // namespace

CompiledKernel compile_cpu_kernel(const KernelKey &key, const CompileOptions &options,
                                  const ModuleHook &before_inspection) {
    return CpuKernel(key, options).compile(before_inspection);
}

}  // namespace actinide
