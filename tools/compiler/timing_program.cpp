#include "tools/compiler/timing_program.h"

#include <llvm/IR/Constants.h>
#include <llvm/ObjCopy/ConfigManager.h>
#include <llvm/ObjCopy/ObjCopy.h>
#include <llvm/Object/Binary.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/TargetParser/Host.h>

#include "runtime/bitcode.h"
#include "runtime/timing.h"
#include "tools/compiler/adapter.h"
#include "tools/compiler/code_generation.h"
#include "tools/compiler/failure.h"
#include "tools/compiler/linker.h"
#include "tools/compiler/modules.h"
#include "tools/compiler/optimize.h"
#include "tools/compiler/platform_object.h"
#include "tools/compiler/whole_file.h"

namespace actinide {
namespace {

std::string timing_bitcode(const Target &target) {
    return target.folder + "/timing";
}

/// Kernels of one key have one name; in one program each needs its own.
std::string numbered(const std::string &symbol, size_t number) {
    return symbol + "." + std::to_string(number);
}

std::string with_renamed_symbol(const std::string &object, const std::string &from, const std::string &to) {
    auto binary = llvm::object::createBinary(llvm::MemoryBufferRef(object, from));
    if (!binary) throw CompileFailure("LLVM cannot read back its object: " + llvm::toString(binary.takeError()));
    llvm::objcopy::ConfigManager config;
    config.Common.SymbolsToRename[from] = to;
    llvm::SmallString<0> bytes;
    llvm::raw_svector_ostream stream(bytes);
    if (llvm::Error error = llvm::objcopy::executeObjcopyOnBinary(config, **binary, stream)) {
        throw CompileFailure("LLVM cannot rename a symbol: " + llvm::toString(std::move(error)));
    }
    return bytes.str().str();
}

int32_t code_of(TimedArray::Filling filling) {
    switch (filling) {
        case TimedArray::Filling::zero:
            return ACTINIDE_FILL_ZERO;
        case TimedArray::Filling::bell:
            return ACTINIDE_FILL_BELL;
        case TimedArray::Filling::value:
            return ACTINIDE_FILL_VALUE;
        case TimedArray::Filling::saved_output:
            return ACTINIDE_FILL_SAVED_OUTPUT;
    }
    return ACTINIDE_FILL_ZERO;
}

int32_t code_of(DType dtype) {
    switch (dtype) {
        case DType::f16:
            return ACTINIDE_F16;
        case DType::bf16:
            return ACTINIDE_BF16;
        case DType::f64:
            return ACTINIDE_F64;
        default:
            return ACTINIDE_F32;
    }
}

static_assert(sizeof(actinide_timed_array) == 40 && sizeof(actinide_timed_call) == 40 && sizeof(actinide_timing) == 64);

/// The constants of runtime/timing.h in a module.
class TimingConstants {
public:
    explicit TimingConstants(llvm::Module &module) : module_(module), context_(module.getContext()) {}

    void define(const TimingProgram &program, const std::vector<llvm::Constant *> &functions,
                llvm::Constant *forward) const {
        const KernelKey &key = program.kernels.front()->key;
        llvm::GlobalVariable *timing = module_.getNamedGlobal("actinide_timing");
        constexpr double nanoseconds = 1e9;
        const std::vector<llvm::Constant *> members = {u64(static_cast<uint64_t>(program.seconds * nanoseconds)),
                                                       u64(program.calls.size()),
                                                       u64(functions.size()),
                                                       calls(program.calls),
                                                       array(functions),
                                                       forward == nullptr ? null() : forward,
                                                       forward == nullptr ? null() : calls(program.forward_calls),
                                                       i32(code_of(key.dtype))};
        timing->setInitializer(
            llvm::ConstantStruct::get(llvm::cast<llvm::StructType>(timing->getValueType()), members));
    }

private:
    llvm::Module &module_;
    llvm::LLVMContext &context_;

    llvm::Constant *i32(int32_t value) const {
        return llvm::ConstantInt::getSigned(llvm::Type::getInt32Ty(context_), value);
    }
    llvm::Constant *u64(uint64_t value) const {
        return llvm::ConstantInt::get(llvm::Type::getInt64Ty(context_), value);
    }
    llvm::Constant *null() const { return llvm::ConstantPointerNull::get(llvm::PointerType::get(context_, 0)); }

    /// Where the elements lie.
    llvm::Constant *array(const std::vector<llvm::Constant *> &elements) const {
        if (elements.empty()) return null();
        auto *type = llvm::ArrayType::get(elements.front()->getType(), elements.size());
        return new llvm::GlobalVariable(module_, type, /*isConstant=*/true, llvm::GlobalValue::InternalLinkage,
                                        llvm::ConstantArray::get(type, elements));
    }

    template <typename Items, typename Make>
    llvm::Constant *array_of(const Items &items, const Make &make) const {
        std::vector<llvm::Constant *> elements;
        elements.reserve(items.size());
        for (const auto &item : items) elements.push_back(make(item));
        return array(elements);
    }

    llvm::Constant *calls(const std::vector<TimedCall> &calls) const {
        return array_of(calls, [this](const TimedCall &each) { return call(each); });
    }

    llvm::Constant *call(const TimedCall &call) const {
        llvm::Type *size_type = module_.getDataLayout().getIntPtrType(context_);
        llvm::Type *number_type = llvm::Type::getDoubleTy(context_);
        return llvm::ConstantStruct::getAnon(
            {u64(call.bytes), u64(call.arrays.size()),
             array_of(call.arrays, [this](const TimedArray &each) { return timed_array(each); }),
             array_of(call.sizes, [&](size_t size) { return llvm::ConstantInt::get(size_type, size); }),
             array_of(call.parameters, [&](double each) { return llvm::ConstantFP::get(number_type, each); })});
    }

    llvm::Constant *timed_array(const TimedArray &each) const {
        return llvm::ConstantStruct::getAnon({u64(each.place), u64(each.bytes), u64(each.value),
                                              i32(code_of(each.filling)), i32(each.is_output ? 1 : 0),
                                              llvm::ConstantFP::get(llvm::Type::getFloatTy(context_), each.deviation)});
    }
};

/// The object with `_start`.
std::string timing_object(const TimingProgram &program, const std::vector<std::string> &symbols,
                          const std::string &prefix) {
    const KernelKey &key = program.kernels.front()->key;
    llvm::LLVMContext context;
    const Target around = around_tiles(key.target);
    const auto machine = make_machine(around);
    const auto module = read_runtime(timing_bitcode(around), context);
    module->setTargetTriple(machine->getTargetTriple());
    module->setDataLayout(machine->createDataLayout());
    std::vector<llvm::Constant *> functions;
    functions.reserve(symbols.size());
    for (const std::string &symbol : symbols) functions.push_back(add_adapter(*module, key, symbol));
    llvm::Constant *forward = nullptr;
    if (program.forward) forward = add_adapter(*module, program.forward->key, program.forward->symbol);
    TimingConstants(*module).define(program, functions, forward);
    give_prefix(*module, prefix);
    aim(*module, *machine);
    optimize(*module, *machine);
    return emit_platform_object(*module, *machine, around);
}

void write_input(const std::string &file, const std::string &content, std::vector<std::string> &files) {
    if (!write_whole_file(file, content)) {
        throw CompileFailure("'" + file + "' could not be written; check the free space or set TMPDIR",
                             exit_system_refused);
    }
    files.push_back(file);
}

/// What stands behind the first "model name"; empty if nothing does.
std::string model_name(const std::string &cpuinfo) {
    const size_t line = cpuinfo.find("model name");
    const size_t colon = cpuinfo.find(": ", line);
    if (line == std::string::npos || colon == std::string::npos) return "";
    return cpuinfo.substr(colon + 2, cpuinfo.find('\n', colon) - colon - 2);
}

}  // namespace

bool has_timing_programs(const Target &target) {
    return target.architecture != Architecture::cuda && !runtime_bitcode(timing_bitcode(target)).empty();
}

void write_timing_program(const TimingProgram &program, const std::string &prefix, const std::string &file) {
    const Target &target = program.kernels.front()->key.target;
    std::vector<std::string> files;
    std::vector<std::string> symbols;
    for (const CompiledKernel *kernel : program.kernels) {
        symbols.push_back(numbered(kernel->symbol, symbols.size()));
        write_input(file + "." + std::to_string(symbols.size()) + ".o",
                    with_renamed_symbol(kernel->object, kernel->symbol, symbols.back()), files);
    }
    if (program.forward) write_input(file + ".forward.o", program.forward->object, files);
    write_input(file + ".timing.o", timing_object(program, symbols, prefix), files);
    write_input(file + ".runtime.a", make_archive(runtime_objects(target, prefix), target), files);
    link_executable(files, file);
}

std::string cpu_of_cpuinfo(const std::string &cpuinfo, const Target &target) {
    llvm::StringRef name;
    switch (target.architecture) {
        case Architecture::x86:
            return model_name(cpuinfo);
        case Architecture::arm:
        case Architecture::arm32:
            name = llvm::sys::detail::getHostCPUNameForARM(cpuinfo);
            break;
        case Architecture::riscv:
            name = llvm::sys::detail::getHostCPUNameForRISCV(cpuinfo);
            break;
        default:
            break;
    }
    return name.starts_with("generic") ? "" : name.str();
}

}  // namespace actinide
