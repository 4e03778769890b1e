#include "tools/compiler/explanation.h"

#include <llvm/AsmParser/Parser.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Mangler.h>
#include <llvm/IR/Module.h>
#include <llvm/Support/SourceMgr.h>
#include <llvm/Support/raw_ostream.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "tools/compiler/cpu_model.h"
#include "tools/compiler/failure.h"
#include "tools/compiler/hot_loop.h"
#include "tools/compiler/instruction_mix.h"
#include "tools/compiler/loop_skeleton.h"

namespace actinide {
namespace {

/// Bytes of one element in all arrays of a role; what is there once per channel weighs nothing.
double bytes_of(const Signature &signature, DType dtype, Argument::Role role) {
    double bits = 0;
    for (const Argument &argument : signature.arguments) {
        if (argument.role == role && !argument.per_channel) bits += bits_of_element(argument, dtype);
    }
    return bits / 8;
}

Bound bound_of(const CpuFigures &figures) {
    const double by_width = figures.micro_operations / std::max(figures.width, 1);
    const double most = std::max({figures.arithmetic_cycles, figures.memory_cycles, by_width, figures.busiest_cycles});
    constexpr double noticeably = 1.1;
    const bool waits = !figures.stall.empty();
    if (waits && figures.cycles > noticeably * std::max(by_width, figures.busiest_cycles)) return Bound::latency;
    if (by_width * noticeably >= most && by_width >= figures.busiest_cycles) return Bound::width;
    return figures.memory_cycles >= figures.arithmetic_cycles ? Bound::memory : Bound::arithmetic;
}

CpuFigures figures_of(const HotLoop &loop, const MachineTables &tables) {
    const Simulation whole = simulate(loop.instructions, tables);
    const UnitCycles units = unit_cycles(loop.instructions, tables);
    CpuFigures figures{.cpu = tables.cpu->getCPU().str(),
                       .cycles = whole.cycles,
                       .arithmetic_cycles = units.arithmetic,
                       .memory_cycles = units.memory,
                       .micro_operations = whole.micro_operations,
                       .width = whole.width,
                       .busiest = whole.busiest,
                       .busiest_cycles = whole.busiest_cycles,
                       .stall = whole.stall,
                       .bound = Bound::latency};
    figures.bound = bound_of(figures);
    return figures;
}

class Explainer {
public:
    Explainer(const CompiledKernel &kernel, const std::vector<std::string> &cpus)
        : kernel_(kernel),
          cpus_(cpus.empty() ? kernel.key.target.models : cpus),
          signature_(signature(*kernel.key.activation, kernel.key.pass, kernel.key.dtype)),
          tables_(machine_tables(kernel.key.target, kernel.key.target.llvm_cpu)),
          code_(read_assembly(kernel.stages.at(kernel.symbol + ".s"), tables_)) {
        llvm::SMDiagnostic problem;
        module_ = llvm::parseAssemblyString(kernel.stages.at(kernel.symbol + ".ll"), problem, context_);
        if (!module_) throw CompileFailure("LLVM cannot read back its own text: " + problem.getMessage().str());
    }

    KernelExplanation explain() {
        const DType dtype = kernel_.key.dtype;
        KernelExplanation explanation{.bytes_loaded = bytes_of(signature_, dtype, Argument::Role::input),
                                      .bytes_stored = bytes_of(signature_, dtype, Argument::Role::output),
                                      .tiles = {}};
        for (const TileReport &tile : kernel_.tiles) explanation.tiles.push_back(explain(tile, explanation));
        return explanation;
    }

private:
    const CompiledKernel &kernel_;
    std::vector<std::string> cpus_;
    Signature signature_;
    MachineTables tables_;
    MachineCode code_;
    llvm::LLVMContext context_;
    std::unique_ptr<llvm::Module> module_;

    TileExplanation explain(const TileReport &report, const KernelExplanation &bytes) {
        const auto schedule = nlohmann::json::parse(report.schedule);
        TileExplanation tile{.tile = report.tile,
                             .level = report.target,
                             .scheduled_by = schedule.value("by", ""),
                             .schedule = schedule.value("source", ""),
                             .loops = loop_skeleton(
                                 kernel_.stages.at(kernel_.symbol + "." + report.tile + "." + report.target + ".stmt")),
                             .label = {},
                             .assembly = {},
                             .mix = {},
                             .cpus = {}};
        const std::string name = signature_.function + "." + report.tile + "." + report.target;
        const std::optional<HotLoop> loop = find_hot_loop(code_, name_in_assembly(name), tables_);
        if (!loop) return tile;
        tile.label = loop->label;
        for (const MachineInstruction &instruction : loop->instructions) tile.assembly.push_back(instruction.text);
        tile.elements = elements_of(name, bytes);
        count(*loop, tile);
        for (const std::string &cpu : cpus_) {
            tile.cpus.push_back(figures_of(*loop, machine_tables(kernel_.key.target, cpu)));
        }
        return tile;
    }

    /// macOS puts an underscore before the names of C.
    std::string name_in_assembly(const std::string &name) const {
        std::string text;
        llvm::raw_string_ostream stream(text);
        llvm::Mangler::getNameWithPrefix(stream, name, module_->getDataLayout());
        return text;
    }

    /// From the bytes that a round stores; sums store nothing in their loop, so from those that it loads. What fills a
    /// table of bytes stores wider numbers, once for all.
    int elements_of(const std::string &name, const KernelExplanation &bytes) const {
        llvm::Function *function = module_->getFunction(name);
        if (function == nullptr || is_quantized(kernel_.key.dtype)) return 0;
        const LoopTraffic traffic = traffic_of_hot_loop(*function);
        const bool stores = traffic.stored > 0 && bytes.bytes_stored > 0;
        const auto whole = static_cast<double>(stores ? traffic.stored : traffic.loaded);
        const double each = stores ? bytes.bytes_stored : bytes.bytes_loaded;
        return each > 0 ? static_cast<int>(std::lround(whole / each)) : 0;
    }

    void count(const HotLoop &loop, TileExplanation &tile) const {
        for (const auto &[kind, number] : instruction_mix(loop.instructions, tables_)) {
            tile.mix.push_back({to_string(kind), number});
        }
        for (const MachineInstruction &instruction : loop.instructions) {
            const InstructionKind kind = kind_of(instruction, tables_);
            const MemoryUse use = memory_use(instruction, tables_);
            if (use == MemoryUse::constant && kind != InstructionKind::constant) ++tile.constants_in_arithmetic;
            if (use == MemoryUse::reload && kind != InstructionKind::reload) ++tile.spills_in_arithmetic;
        }
    }
};

}  // namespace

std::vector<Emit> emits_for_explanation() {
    return {Emit::stmt, Emit::llvm, Emit::assembly};
}

ExplanationResult explain(const CompiledKernel &kernel, const std::vector<std::string> &cpus) {
    try {
        return {Explainer(kernel, cpus).explain(), std::nullopt};
    } catch (const CompileFailure &failure) {
        return {{}, CompileError{to_string(kernel.key) + ": " + failure.what(), failure.exit_code()}};
    }
}

std::vector<std::string> cpus_for(const Target &target) {
    return target.models.empty() ? std::vector<std::string>() : modelled_cpus(target);
}

}  // namespace actinide
