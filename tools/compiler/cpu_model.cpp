#include "tools/compiler/cpu_model.h"

#include <llvm/MC/MCInstrAnalysis.h>
#include <llvm/MC/MCSchedule.h>
#include <llvm/MCA/Context.h>
#include <llvm/MCA/CustomBehaviour.h>
#include <llvm/MCA/InstrBuilder.h>
#include <llvm/MCA/Pipeline.h>
#include <llvm/MCA/SourceMgr.h>
#include <llvm/MCA/Support.h>
#include <llvm/Support/TargetSelect.h>

#include <algorithm>
#include <mutex>
#include <set>

#include "tools/compiler/failure.h"
#include "tools/compiler/instruction_mix.h"

namespace actinide {
namespace {

constexpr unsigned rounds = 100;
constexpr unsigned call_latency = 100;

void initialize_models_once() {
    static std::once_flag once;
    std::call_once(once, [] { llvm::InitializeAllTargetMCAs(); });
}

/// Adds up which units work and why instructions wait.
class Observer : public llvm::mca::HWEventListener {
public:
    using HWEventListener::onEvent;

    void onEvent(const llvm::mca::HWInstructionEvent &event) override {
        if (event.Type != llvm::mca::HWInstructionEvent::Issued) return;
        const auto &issued = static_cast<const llvm::mca::HWInstructionIssuedEvent &>(event);
        for (const auto &[unit, cycles] : issued.UsedResources) units_[unit] += static_cast<double>(cycles);
    }
    void onEvent(const llvm::mca::HWStallEvent &event) override { ++stalls_[event.Type]; }

    /// The unit's name, numbered where the CPU has several of it, and its cycles.
    std::pair<std::string, double> busiest(const llvm::MCSchedModel &model) const {
        const auto most = std::max_element(units_.begin(), units_.end(),
                                           [](const auto &a, const auto &b) { return a.second < b.second; });
        if (most == units_.end()) return {"", 0};
        const llvm::MCProcResourceDesc &unit = *model.getProcResource(static_cast<unsigned>(most->first.first));
        std::string name = unit.Name;
        if (unit.NumUnits > 1) name += "." + std::to_string(llvm::countr_zero(most->first.second));
        return {name, most->second};
    }

    std::string commonest_stall(bool is_in_order) const {
        const auto most = std::max_element(stalls_.begin(), stalls_.end(),
                                           [](const auto &a, const auto &b) { return a.second < b.second; });
        if (most == stalls_.end()) return "";
        switch (most->first) {
            case llvm::mca::HWStallEvent::RegisterFileStall:
                return is_in_order ? "waiting for a result" : "no free register";
            case llvm::mca::HWStallEvent::RetireControlUnitStall:
                return "a full reorder buffer";
            case llvm::mca::HWStallEvent::SchedulerQueueFull:
                return "a full scheduler";
            case llvm::mca::HWStallEvent::LoadQueueFull:
                return "a full load queue";
            case llvm::mca::HWStallEvent::StoreQueueFull:
                return "a full store queue";
            default:
                return "";
        }
    }

private:
    std::map<llvm::mca::ResourceRef, double> units_;
    std::map<unsigned, size_t> stalls_;
};

/// The instructions of one round as the model sees them.
struct ModelledRound {
    std::unique_ptr<llvm::MCInstrAnalysis> analysis;
    std::unique_ptr<llvm::mca::InstrumentManager> instruments;
    std::unique_ptr<llvm::mca::InstrBuilder> builder;  // owns what the instructions are described by
    std::vector<std::unique_ptr<llvm::mca::Instruction>> instructions;
    unsigned micro_operations = 0;
};

ModelledRound model_round(const std::vector<MachineInstruction> &round, const MachineTables &tables) {
    ModelledRound modelled;
    modelled.analysis.reset(tables.backend->createMCInstrAnalysis(tables.instructions.get()));
    modelled.instruments = std::make_unique<llvm::mca::InstrumentManager>(*tables.cpu, *tables.instructions);
    modelled.builder =
        std::make_unique<llvm::mca::InstrBuilder>(*tables.cpu, *tables.instructions, *tables.registers,
                                                  modelled.analysis.get(), *modelled.instruments, call_latency);
    const std::unique_ptr<llvm::mca::InstrPostProcess> post(
        tables.backend->createInstrPostProcess(*tables.cpu, *tables.instructions));
    for (const MachineInstruction &instruction : round) {
        auto created = modelled.builder->createInstruction(instruction.code, {});
        if (!created) {
            llvm::consumeError(created.takeError());
            throw CompileFailure("LLVM's model of " + tables.cpu->getCPU().str() + " does not know '" +
                                     instruction.text + "'; name another CPU with --cpu",
                                 exit_unsupported);
        }
        if (post) post->postProcessInstruction(**created, instruction.code);
        modelled.micro_operations += (*created)->getDesc().NumMicroOps;
        modelled.instructions.push_back(std::move(*created));
    }
    return modelled;
}

unsigned cycles_of(const ModelledRound &round, unsigned count, const MachineTables &tables, Observer &observer) {
    llvm::mca::CircularSourceMgr source(round.instructions, count);
    llvm::mca::Context context(*tables.registers, *tables.cpu);
    std::unique_ptr<llvm::mca::CustomBehaviour> behaviour(
        tables.backend->createCustomBehaviour(*tables.cpu, source, *tables.instructions));
    if (!behaviour) behaviour = std::make_unique<llvm::mca::CustomBehaviour>(*tables.cpu, source, *tables.instructions);
    // Inputs and outputs are different arrays or the same elements; neither makes a load wait for a store.
    const llvm::mca::PipelineOptions options(0, 0, 0, 0, 0, 0, true);
    const bool is_in_order = !tables.cpu->getSchedModel().isOutOfOrder();
    const auto pipeline = is_in_order ? context.createInOrderPipeline(options, source, *behaviour)
                                      : context.createDefaultPipeline(options, source, *behaviour);
    pipeline->addEventListener(&observer);
    auto cycles = pipeline->run();
    if (!cycles) throw CompileFailure("LLVM's model of " + tables.cpu->getCPU().str() + " stopped");
    return *cycles;
}

/// The units that a plain load and a plain store work on.
std::set<uint64_t> memory_units(const MachineTables &tables) {
    const char *probe =
        tables.triple.isX86() ? "vmovups (%rax), %ymm0\nvmovups %ymm0, (%rax)\n" : "ldr q0, [x0]\nstr q0, [x0]\n";
    const ModelledRound modelled = model_round(read_assembly(probe, tables).instructions, tables);
    std::set<uint64_t> units;
    for (const auto &instruction : modelled.instructions) {
        for (const auto &[unit, use] : instruction->getDesc().Resources) units.insert(unit);
    }
    return units;
}

/// Cycles of each kind of unit, in the model's order.
class UnitSum {
public:
    explicit UnitSum(const llvm::MCSchedModel &model)
        : model_(model), masks_(model.getNumProcResourceKinds()), cycles_(masks_.size()) {
        llvm::mca::computeProcResourceMasks(model, masks_);
    }
    void add(uint64_t unit, unsigned cycles) {
        const auto found = std::find(masks_.begin(), masks_.end(), unit);
        if (found != masks_.end()) cycles_[static_cast<size_t>(found - masks_.begin())] += cycles;
    }
    double most() const { return llvm::mca::computeBlockRThroughput(model_, model_.IssueWidth, 0, cycles_); }

private:
    const llvm::MCSchedModel &model_;
    std::vector<uint64_t> masks_;
    std::vector<unsigned> cycles_;
};

/// A level stands for many CPUs and is none itself.
bool is_level(std::string_view name) {
    const auto &rows = target_table();
    return std::any_of(rows.begin(), rows.end(), [&](const Target &row) { return row.llvm_cpu == name; });
}

}  // namespace

Simulation simulate(const std::vector<MachineInstruction> &round, const MachineTables &tables) {
    if (round.empty()) return {};
    initialize_models_once();
    const ModelledRound modelled = model_round(round, tables);
    Observer start;
    const unsigned first = cycles_of(modelled, rounds, tables, start);
    Observer observer;
    const unsigned both = cycles_of(modelled, 2 * rounds, tables, observer);
    const llvm::MCSchedModel &model = tables.cpu->getSchedModel();
    const auto [name, cycles] = observer.busiest(model);
    return {.cycles = static_cast<double>(both - first) / rounds,
            .micro_operations = static_cast<double>(modelled.micro_operations),
            .width = static_cast<int>(model.IssueWidth),
            .busiest = name,
            .busiest_cycles = cycles / (2 * rounds),
            .stall = observer.commonest_stall(!model.isOutOfOrder())};
}

UnitCycles unit_cycles(const std::vector<MachineInstruction> &round, const MachineTables &tables) {
    const std::set<uint64_t> of_memory = memory_units(tables);
    const ModelledRound modelled = model_round(round, tables);
    UnitSum arithmetic(tables.cpu->getSchedModel());
    UnitSum memory(tables.cpu->getSchedModel());
    for (size_t i = 0; i < round.size(); ++i) {
        if (kind_of(round[i], tables) == InstructionKind::control) continue;
        const bool uses_memory = memory_use(round[i], tables) != MemoryUse::none;
        for (const auto &[unit, use] : modelled.instructions[i]->getDesc().Resources) {
            (uses_memory && of_memory.contains(unit) ? memory : arithmetic).add(unit, use.size());
        }
    }
    return {arithmetic.most(), memory.most()};
}

std::vector<std::string> modelled_cpus(const Target &target) {
    if (target.models.empty()) return {};
    const MachineTables tables = machine_tables(target, target.llvm_cpu);
    const auto all = tables.cpu->getAllProcessorDescriptions();
    const auto *const own =
        std::find_if(all.begin(), all.end(), [&](const auto &cpu) { return cpu.Key == target.llvm_cpu; });
    // Every 64-bit ARM has what NEON kernels use; LLVM's generic one can also be traced.
    const llvm::FeatureBitset needs =
        target.architecture == Architecture::arm ? llvm::FeatureBitset() : own->Implies.getAsBitset();
    std::vector<std::string> names;
    for (const llvm::SubtargetSubTypeKV &cpu : all) {
        if (is_level(cpu.Key) || !cpu.SchedModel->hasInstrSchedModel()) continue;
        const std::unique_ptr<llvm::MCSubtargetInfo> found(
            tables.backend->createMCSubtargetInfo(tables.triple, cpu.Key, ""));
        if ((found->getFeatureBits() & needs) == needs) names.emplace_back(cpu.Key);
    }
    return names;
}

}  // namespace actinide
