#include "tools/compiler/machine_code.h"

#include <llvm/MC/MCContext.h>
#include <llvm/MC/MCExpr.h>
#include <llvm/MC/MCInstPrinter.h>
#include <llvm/MC/MCObjectFileInfo.h>
#include <llvm/MC/MCParser/MCAsmParser.h>
#include <llvm/MC/MCParser/MCTargetAsmParser.h>
#include <llvm/MC/MCStreamer.h>
#include <llvm/MC/MCSymbol.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/SourceMgr.h>
#include <llvm/Support/raw_ostream.h>

#include "tools/compiler/code_generation.h"
#include "tools/compiler/failure.h"

namespace actinide {
namespace {

std::string one_blank_between(const std::string &text) {
    std::string joined;
    for (const char c : text) {
        const bool is_blank = c == '\t' || c == ' ' || c == '\n';
        if (!is_blank) joined += c;
        if (is_blank && !joined.empty() && joined.back() != ' ') joined += ' ';
    }
    if (!joined.empty() && joined.back() == ' ') joined.pop_back();
    return joined;
}

/// Keeps instructions and labels; directives matter to nobody here.
class Collector : public llvm::MCStreamer {
public:
    Collector(llvm::MCContext &context, const MachineTables &tables, MachineCode &code)
        : MCStreamer(context),
          tables_(tables),
          code_(code),
          printer_(tables.backend->createMCInstPrinter(tables.triple, tables.assembly->getAssemblerDialect(),
                                                       *tables.assembly, *tables.instructions, *tables.registers)) {}

    void emitLabel(llvm::MCSymbol *symbol, llvm::SMLoc location) override {
        MCStreamer::emitLabel(symbol, location);
        code_.labels[symbol->getName().str()] = code_.instructions.size();
    }

    void emitInstruction(const llvm::MCInst &instruction, const llvm::MCSubtargetInfo &cpu) override {
        std::string text;
        llvm::raw_string_ostream stream(text);
        printer_->printInst(&instruction, 0, "", cpu, stream);
        MachineInstruction read{.code = instruction, .text = one_blank_between(text), .jump_target = {}};
        const bool is_branch = tables_.instructions->get(instruction.getOpcode()).isBranch();
        for (const llvm::MCOperand &operand : instruction) {
            if (!operand.isExpr()) continue;
            const auto *symbol = llvm::dyn_cast<llvm::MCSymbolRefExpr>(operand.getExpr());
            if (is_branch && symbol != nullptr) read.jump_target = symbol->getSymbol().getName().str();
            read.names_memory = !is_branch;
        }
        code_.instructions.push_back(std::move(read));
    }

    bool emitSymbolAttribute(llvm::MCSymbol * /*symbol*/, llvm::MCSymbolAttr /*attribute*/) override { return true; }
    void emitCommonSymbol(llvm::MCSymbol * /*symbol*/, uint64_t /*size*/, llvm::Align /*alignment*/) override {}

private:
    const MachineTables &tables_;
    MachineCode &code_;
    std::unique_ptr<llvm::MCInstPrinter> printer_;
};

}  // namespace

MachineTables machine_tables(const Target &target, const std::string &cpu) {
    const auto machine = make_machine(target);  // which also starts LLVM
    MachineTables tables{.backend = &machine->getTarget(),
                         .triple = machine->getTargetTriple(),
                         .options = {},
                         .registers = {},
                         .assembly = {},
                         .instructions = {},
                         .cpu = {}};
    tables.registers.reset(tables.backend->createMCRegInfo(tables.triple));
    tables.assembly.reset(tables.backend->createMCAsmInfo(*tables.registers, tables.triple, tables.options));
    tables.instructions.reset(tables.backend->createMCInstrInfo());
    tables.cpu.reset(tables.backend->createMCSubtargetInfo(tables.triple, cpu, ""));
    return tables;
}

MachineCode read_assembly(const std::string &text, const MachineTables &tables) {
    llvm::SourceMgr sources;
    sources.AddNewSourceBuffer(llvm::MemoryBuffer::getMemBuffer(text, "kernel"), {});
    llvm::MCContext context(tables.triple, tables.assembly.get(), tables.registers.get(), tables.cpu.get(), &sources);
    const std::unique_ptr<llvm::MCObjectFileInfo> sections(tables.backend->createMCObjectFileInfo(context, true));
    context.setObjectFileInfo(sections.get());
    MachineCode code;
    Collector collector(context, tables, code);
    const std::unique_ptr<llvm::MCAsmParser> parser(
        llvm::createMCAsmParser(sources, context, collector, *tables.assembly));
    const std::unique_ptr<llvm::MCTargetAsmParser> of_target(
        tables.backend->createMCAsmParser(*tables.cpu, *parser, *tables.instructions, tables.options));
    parser->setTargetParser(*of_target);
    if (parser->Run(false)) throw CompileFailure("LLVM cannot read back its own assembly for " + tables.triple.str());
    // What refers to the context must not outlive it.
    for (MachineInstruction &instruction : code.instructions) {
        for (llvm::MCOperand &operand : instruction.code) {
            if (operand.isExpr()) operand = llvm::MCOperand::createImm(0);
        }
    }
    return code;
}

}  // namespace actinide
