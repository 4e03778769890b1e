#include "tools/compiler/instruction_mix.h"

#include <algorithm>
#include <cctype>

namespace actinide {
namespace {

/// Every mnemonic that begins so and is not found by a line above.
struct Mnemonic {
    std::string_view beginning;
    InstructionKind kind;
};

using Kind = InstructionKind;

constexpr Mnemonic of_x86[] = {
    {"vfmadd", Kind::fma},         {"vfmsub", Kind::fma},
    {"vfnmadd", Kind::fma},        {"vfnmsub", Kind::fma},
    {"vmul", Kind::multiply},      {"vpmul", Kind::multiply},
    {"vpmadd", Kind::multiply},    {"vadd", Kind::add},
    {"vsub", Kind::add},           {"vpadd", Kind::add},
    {"vpsub", Kind::add},          {"vdiv", Kind::divide},
    {"vsqrt", Kind::divide},       {"vrcp", Kind::divide},
    {"vrsqrt", Kind::divide},      {"vmax", Kind::extremum},
    {"vmin", Kind::extremum},      {"vpmax", Kind::extremum},
    {"vpmin", Kind::extremum},     {"vscalef", Kind::rounding},
    {"vgetexp", Kind::rounding},   {"vgetmant", Kind::rounding},
    {"vrndscale", Kind::rounding}, {"vround", Kind::rounding},
    {"vcmp", Kind::compare},       {"vpcmp", Kind::compare},
    {"vucomi", Kind::compare},     {"vcomi", Kind::compare},
    {"vptest", Kind::compare},     {"vtest", Kind::compare},
    {"vfpclass", Kind::compare},   {"kortest", Kind::compare},
    {"ktest", Kind::compare},      {"vblend", Kind::blend},
    {"vpblend", Kind::blend},      {"vmaskmov", Kind::blend},
    {"vpmaskmov", Kind::blend},    {"vpmovm2", Kind::blend},
    {"vpmovd2m", Kind::blend},     {"vmovmsk", Kind::blend},
    {"vpmovmsk", Kind::blend},     {"k", Kind::blend},
    {"vcvt", Kind::convert},       {"vpmov", Kind::convert},
    {"vpack", Kind::shuffle},      {"vpshuf", Kind::shuffle},
    {"vshuf", Kind::shuffle},      {"vperm", Kind::shuffle},
    {"vpunpck", Kind::shuffle},    {"vunpck", Kind::shuffle},
    {"vpalign", Kind::shuffle},    {"valign", Kind::shuffle},
    {"vinsert", Kind::shuffle},    {"vpinsr", Kind::shuffle},
    {"vextract", Kind::shuffle},   {"vpextr", Kind::shuffle},
    {"vbroadcast", Kind::shuffle}, {"vpbroadcast", Kind::shuffle},
    {"vmovs", Kind::shuffle},      {"vmovlh", Kind::shuffle},
    {"vmovhl", Kind::shuffle},     {"vmovdd", Kind::shuffle},
    {"vps", Kind::bits},           {"vpro", Kind::bits},
    {"vpand", Kind::bits},         {"vand", Kind::bits},
    {"vpor", Kind::bits},          {"vor", Kind::bits},
    {"vpxor", Kind::bits},         {"vxor", Kind::bits},
    {"vptern", Kind::bits},        {"vmov", Kind::move},
    {"mov", Kind::move},           {"v", Kind::other},
    {"call", Kind::other},         {"", Kind::control},
};

constexpr Mnemonic of_arm[] = {
    {"fmla", Kind::fma},       {"fmls", Kind::fma},      {"fmadd", Kind::fma},     {"fmsub", Kind::fma},
    {"fnm", Kind::fma},        {"fmul", Kind::multiply}, {"mul", Kind::multiply},  {"smull", Kind::multiply},
    {"umull", Kind::multiply}, {"fadd", Kind::add},      {"fsub", Kind::add},      {"add", Kind::add},
    {"sub", Kind::add},        {"neg", Kind::add},       {"fdiv", Kind::divide},   {"fsqrt", Kind::divide},
    {"frec", Kind::divide},    {"frsq", Kind::divide},   {"fmax", Kind::extremum}, {"fmin", Kind::extremum},
    {"smax", Kind::extremum},  {"smin", Kind::extremum}, {"umax", Kind::extremum}, {"umin", Kind::extremum},
    {"frint", Kind::rounding}, {"fcm", Kind::compare},   {"fac", Kind::compare},   {"cm", Kind::compare},
    {"bsl", Kind::blend},      {"bit", Kind::blend},     {"bif", Kind::blend},     {"fcsel", Kind::blend},
    {"fcvt", Kind::convert},   {"scvt", Kind::convert},  {"ucvt", Kind::convert},  {"xtn", Kind::convert},
    {"shrn", Kind::convert},   {"shll", Kind::convert},  {"ushll", Kind::convert}, {"sshll", Kind::convert},
    {"uxtl", Kind::convert},   {"sxtl", Kind::convert},  {"zip", Kind::shuffle},   {"uzp", Kind::shuffle},
    {"trn", Kind::shuffle},    {"ext", Kind::shuffle},   {"tbl", Kind::shuffle},   {"rev", Kind::shuffle},
    {"ins", Kind::shuffle},    {"sh", Kind::bits},       {"ush", Kind::bits},      {"ssh", Kind::bits},
    {"sli", Kind::bits},       {"sri", Kind::bits},      {"usra", Kind::bits},     {"and", Kind::bits},
    {"orr", Kind::bits},       {"orn", Kind::bits},      {"eor", Kind::bits},      {"bic", Kind::bits},
    {"mvni", Kind::move},      {"mvn", Kind::bits},      {"not", Kind::bits},      {"fabs", Kind::bits},
    {"fneg", Kind::bits},      {"mov", Kind::move},      {"fmov", Kind::move},     {"dup", Kind::move},
    {"", Kind::other},
};

struct Words {
    std::string mnemonic;
    std::string operands;
};

Words split(const std::string &text) {
    const size_t blank = std::min(text.find(' '), text.size());
    return {text.substr(0, blank), text.substr(std::min(blank + 1, text.size()))};
}

template <size_t count>
Kind look_up(const Mnemonic (&table)[count], const std::string &mnemonic) {
    const auto *found = std::find_if(std::begin(table), std::end(table),
                                     [&](const Mnemonic &line) { return mnemonic.starts_with(line.beginning); });
    return found->kind;
}

bool only_moves_x86(const std::string &mnemonic) {
    const std::string_view moves[] = {"vmov", "mov", "vbroadcast", "vpbroadcast", "vmaskmov", "vpmaskmov"};
    return std::any_of(std::begin(moves), std::end(moves),
                       [&](std::string_view beginning) { return mnemonic.starts_with(beginning); });
}

Kind kind_of_memory(MemoryUse use) {
    switch (use) {
        case MemoryUse::load:
            return Kind::load;
        case MemoryUse::store:
            return Kind::store;
        case MemoryUse::spill:
            return Kind::spill;
        case MemoryUse::reload:
            return Kind::reload;
        case MemoryUse::constant:
            return Kind::constant;
        case MemoryUse::none:
            break;
    }
    return Kind::other;
}

Kind kind_on_x86(const Words &words, MemoryUse use) {
    if (use != MemoryUse::none && only_moves_x86(words.mnemonic)) return kind_of_memory(use);
    const Kind kind = look_up(of_x86, words.mnemonic);
    // With a mask a move chooses between two registers.
    return kind == Kind::move && words.operands.find("{%k") != std::string::npos ? Kind::blend : kind;
}

/// An element's move into or out of a vector names a lane: "v0.s[1]".
bool names_lane(const std::string &operands) {
    return operands.find('[') != std::string::npos;
}

Kind kind_on_arm(const Words &words, MemoryUse use, bool is_jump) {
    if (use != MemoryUse::none) return kind_of_memory(use);
    const bool is_integer = words.operands.starts_with('x') || words.operands.starts_with('w');
    if (is_integer || is_jump) return Kind::control;
    const Kind kind = look_up(of_arm, words.mnemonic);
    return kind == Kind::move && names_lane(words.operands) ? Kind::shuffle : kind;
}

}  // namespace

std::string to_string(InstructionKind kind) {
    static const std::map<InstructionKind, std::string> words = {
        {Kind::fma, "fma"},
        {Kind::multiply, "multiply"},
        {Kind::add, "add or subtract"},
        {Kind::divide, "divide or root"},
        {Kind::extremum, "minimum or maximum"},
        {Kind::rounding, "round or exponent"},
        {Kind::compare, "compare"},
        {Kind::blend, "blend or mask"},
        {Kind::bits, "shift or bit operation"},
        {Kind::shuffle, "shuffle"},
        {Kind::convert, "convert"},
        {Kind::load, "load"},
        {Kind::store, "store"},
        {Kind::spill, "spill to the stack"},
        {Kind::reload, "reload from the stack"},
        {Kind::constant, "constant from memory"},
        {Kind::move, "move"},
        {Kind::control, "loop control"},
        {Kind::other, "other"},
    };
    return words.at(kind);
}

MemoryUse memory_use(const MachineInstruction &instruction, const MachineTables &tables) {
    const llvm::MCInstrDesc &description = tables.instructions->get(instruction.code.getOpcode());
    if (!description.mayLoad() && !description.mayStore()) return MemoryUse::none;
    bool is_on_stack = false;
    bool is_constant = instruction.names_memory;
    for (const llvm::MCOperand &operand : instruction.code) {
        if (!operand.isReg() || !operand.getReg().isValid()) continue;
        const std::string_view name = tables.registers->getName(operand.getReg());
        is_on_stack = is_on_stack || name == "RSP" || name == "SP";
        is_constant = is_constant || name == "RIP";
    }
    if (description.mayStore()) return is_on_stack ? MemoryUse::spill : MemoryUse::store;
    if (is_on_stack) return MemoryUse::reload;
    return is_constant ? MemoryUse::constant : MemoryUse::load;
}

InstructionKind kind_of(const MachineInstruction &instruction, const MachineTables &tables) {
    const Words words = split(instruction.text);
    const MemoryUse use = memory_use(instruction, tables);
    const bool is_jump = !instruction.jump_target.empty();
    return tables.triple.isX86() ? kind_on_x86(words, use) : kind_on_arm(words, use, is_jump);
}

std::map<InstructionKind, int> instruction_mix(const std::vector<MachineInstruction> &instructions,
                                               const MachineTables &tables) {
    std::map<InstructionKind, int> mix;
    for (const MachineInstruction &instruction : instructions) ++mix[kind_of(instruction, tables)];
    return mix;
}

std::map<MemoryUse, int> memory_uses(const std::vector<MachineInstruction> &instructions, const MachineTables &tables) {
    std::map<MemoryUse, int> uses;
    for (const MachineInstruction &instruction : instructions) ++uses[memory_use(instruction, tables)];
    return uses;
}

}  // namespace actinide
