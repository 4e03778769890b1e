#include "tools/compiler/cuda_kernel.h"

#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>
#include <llvm/Transforms/Utils/Cloning.h>

#include <algorithm>
#include <regex>

#include "tools/compiler/block_function.h"
#include "tools/compiler/code_generation.h"
#include "tools/compiler/cuda_tile_kernels.h"
#include "tools/compiler/digest.h"
#include "tools/compiler/emit.h"
#include "tools/compiler/entry_point.h"
#include "tools/compiler/failure.h"
#include "tools/compiler/float_operations.h"
#include "tools/compiler/modules.h"
#include "tools/compiler/optimize.h"
#include "tools/compiler/plan.h"
#include "tools/compiler/tile_function.h"

namespace actinide {
namespace {

using Kind = TileShape::Kind;

constexpr uint64_t vector_access_bytes = 16;
/// A lane's additions wait for each other, its loads need not.
constexpr unsigned steps_in_flight = 4;

std::string symbol_of(const KernelKey &key, const CompileOptions &options) {
    return options.prefix + "_" + signature(*key.activation, key.pass, key.dtype).function + "_cuda";
}

class DeviceKernelCompiler {
public:
    DeviceKernelCompiler(const KernelKey &key, const CompileOptions &options)
        : key_(key),
          options_(options),
          signature_(signature(*key.activation, key.pass, key.dtype)),
          machine_(make_machine(key.target)),
          module_(read_runtime("nvptx64/device", context_)) {
        module_->setModuleIdentifier(signature_.function);
        module_->setSourceFileName(signature_.function);
        aim(*module_, *machine_);
    }

    CudaDeviceKernel compile() {
        for (const PlannedTile &plan : plan_tiles(key_, options_.max_ulp)) add_kernels(plan);
        keep_entries();
        aim(*module_, *machine_);
        optimize(*module_, *machine_);
        align_vectors();
        inspect();
        if (wants(options_, Emit::llvm)) result_.stages[symbol_of(key_, options_) + ".device.ll"] = to_text(*module_);
        result_.code.ptx = emit_assembly(*module_, *machine_);
        refuse_contractible_arithmetic();
        if (wants(options_, Emit::ptx)) result_.stages[symbol_of(key_, options_) + ".ptx"] = result_.code.ptx;
        return std::move(result_);
    }

private:
    const KernelKey &key_;
    const CompileOptions &options_;
    Signature signature_;
    std::unique_ptr<llvm::TargetMachine> machine_;
    llvm::LLVMContext context_;
    std::unique_ptr<llvm::Module> module_;
    CudaDeviceKernel result_;

    void add_kernels(const PlannedTile &plan) {
        switch (plan.request.shape.kind) {
            case Kind::elementwise:
                if (signature_.pattern == Pattern::rows) {
                    add_rows(plan);
                } else {
                    add_elementwise(plan);
                }
                break;
            case Kind::block:
                add_packed(plan);
                break;
            case Kind::channels_outside:
                add_channelwise(plan);
                break;
            case Kind::channels_last:
                break;  // a thread has one element, and so no layout
            case Kind::lane_sums: {
                llvm::Function *tile = add_tile(plan, key_.target, "lane_sums_tile");
                unroll_loops(*module_->getFunction("lane_sums_tile.halide"), steps_in_flight);
                add_lane_sums_kernel(*module_, kernel(ACTINIDE_CUDA_LANE_SUMS, "_lane_sums"), tile);
                result_.code.entries[ACTINIDE_CUDA_FOLD_GROUPS] = "actinide_fold_groups";
                result_.code.entries[ACTINIDE_CUDA_FOLD_CHANNELS] =
                    dtype_of_sums(key_.dtype) == DType::f64 ? "actinide_fold_channels_f64" : "actinide_fold_channels";
                break;
            }
        }
    }

    /// Four elements a thread, and one for arrays that are not aligned and for the end of all arrays.
    void add_elementwise(const PlannedTile &plan) {
        const auto [vector, scalar, elements] = add_tiles(plan);
        if (elements > 1) {
            add_elementwise_kernel(*module_, kernel(ACTINIDE_CUDA_VECTOR, "_vector"), elements, vector, scalar);
        }
        add_elementwise_kernel(*module_, kernel(ACTINIDE_CUDA_SCALAR, "_scalar"), 1, nullptr, scalar);
    }

    /// Four elements a thread, and one where rows are no multiple of four or arrays not aligned.
    void add_channelwise(const PlannedTile &plan) {
        const auto [vector, scalar, elements] = add_tiles(plan);
        if (elements > 1) {
            add_channelwise_kernel(*module_, kernel(ACTINIDE_CUDA_VECTOR, "_vector"), elements, vector);
        }
        add_channelwise_kernel(*module_, kernel(ACTINIDE_CUDA_SCALAR, "_scalar"), 1, scalar);
    }

    struct Tiles {
        llvm::Function *vector;
        llvm::Function *scalar;
        int elements;  ///< of the vector
    };

    Tiles add_tiles(const PlannedTile &plan) {
        Target one_element = key_.target;
        one_element.lanes = 1;
        llvm::Function *vector = add_tile(plan, key_.target, "vector_tile");
        CompileOptions by_hand = options_;
        by_hand.autoscheduler.clear();
        const HalideTile scalar_tile = lower_tile(plan.request, one_element, by_hand);
        refuse_several(scalar_tile, true);
        llvm::Function *scalar =
            add_tile_function(*module_, scalar_tile, signature_, plan.request.shape.kind, "scalar_tile", true);
        return {vector, scalar, result_.code.elements_per_thread};
    }

    /// One element a thread, whose row decides where it lies.
    void add_rows(const PlannedTile &plan) {
        Target one_element = key_.target;
        one_element.lanes = 1;
        llvm::Function *tile = add_tile(plan, one_element, "tile", true);
        add_rows_kernel(*module_, kernel(ACTINIDE_CUDA_SCALAR, "_scalar"), tile);
    }

    void add_packed(const PlannedTile &plan) {
        Target one_element = key_.target;
        one_element.lanes = 1;
        PlannedTile of_element = plan;
        of_element.request.shape.kind = Kind::elementwise;
        const Signature arrays = unpacked(signature_);
        llvm::Function *tile = add_tile(of_element, arrays, one_element, "tile", true);
        result_.code.elements_per_thread = add_packed_kernel(*module_, kernel(ACTINIDE_CUDA_SCALAR, "_scalar"), tile);
    }

    llvm::Function *add_tile(const PlannedTile &plan, const Target &target, const std::string &name,
                             bool is_of_single_elements = false) {
        return add_tile(plan, signature_, target, name, is_of_single_elements);
    }

    llvm::Function *add_tile(const PlannedTile &plan, const Signature &arrays, const Target &target,
                             const std::string &name, bool is_of_single_elements) {
        const HalideTile tile = lower_tile(plan.request, target, options_);
        refuse_several(tile, is_of_single_elements);
        if (plan.request.shape.kind != Kind::lane_sums) {
            result_.code.threads_per_block = tile.schedule.threads_per_block;
            result_.code.elements_per_thread = tile.schedule.elements_per_thread;
        }
        result_.tiles.push_back({plan.name, target.name, to_json(tile.schedule)});
        add_tile_stages(options_, symbol_of(key_, options_), result_.tiles.back(), tile, result_.stages);
        return add_tile_function(*module_, tile, arrays, plan.request.shape.kind, name, is_of_single_elements);
    }

    /// A tile that takes its neighbour too writes past the arrays' ends.
    static void refuse_several(const HalideTile &tile, bool is_of_single_elements) {
        if (!is_of_single_elements || tile.schedule.elements_per_thread == 1) return;
        throw CompileFailure("a CUDA tile for one element has " + std::to_string(tile.schedule.elements_per_thread));
    }

    DeviceKernel kernel(actinide_cuda_role role, const char *suffix) {
        result_.code.entries[role] = signature_.function + suffix;
        return {result_.code.entries[role], signature_, key_.dtype, result_.code.threads_per_block};
    }

    void keep_entries() {
        for (llvm::GlobalValue &value : module_->global_values()) {
            if (value.isDeclaration()) continue;
            bool is_entry = false;
            for (const std::string &entry : result_.code.entries) is_entry = is_entry || value.getName() == entry;
            if (!is_entry) value.setLinkage(llvm::GlobalValue::InternalLinkage);
        }
        for (llvm::Function &function : *module_) {
            if (function.hasInternalLinkage() && function.getCallingConv() != llvm::CallingConv::PTX_Kernel) {
                function.removeFnAttr(llvm::Attribute::NoInline);
                function.addFnAttr(llvm::Attribute::AlwaysInline);
            }
        }
    }

    /// The launcher gives the vector kernel aligned pointers only, and whole vectors keep them so.
    void align_vectors() {
        llvm::Function *function = module_->getFunction(result_.code.entries[ACTINIDE_CUDA_VECTOR]);
        if (function == nullptr) return;
        const auto is_whole = [&](llvm::Type *type) {
            return type->isVectorTy() && module_->getDataLayout().getTypeStoreSize(type) == vector_access_bytes;
        };
        for (llvm::Instruction &instruction : llvm::instructions(*function)) {
            auto *load = llvm::dyn_cast<llvm::LoadInst>(&instruction);
            auto *store = llvm::dyn_cast<llvm::StoreInst>(&instruction);
            if (load != nullptr && is_whole(load->getType())) load->setAlignment(llvm::Align(vector_access_bytes));
            if (store != nullptr && is_whole(store->getValueOperand()->getType())) {
                store->setAlignment(llvm::Align(vector_access_bytes));
            }
        }
    }

    FloatReport inspect(const llvm::Function &function, bool is_sum) const {
        if (is_sum) return inspect_sums(function, false);
        return arrangement_of(key_.pass) == Arrangement::pairs ? inspect_one_element(function)
                                                               : inspect_elements(function, false);
    }

    void inspect() {
        for (const actinide_cuda_role role : {ACTINIDE_CUDA_VECTOR, ACTINIDE_CUDA_SCALAR, ACTINIDE_CUDA_LANE_SUMS}) {
            const llvm::Function *function = module_->getFunction(result_.code.entries[role]);
            if (function == nullptr) continue;
            const bool is_sum = role == ACTINIDE_CUDA_LANE_SUMS;
            const FloatReport report = inspect(*function, is_sum);
            if (!report.complaint.empty()) throw CompileFailure(to_string(key_) + ": " + report.complaint);
            const std::string tile = is_sum ? "lane_sums" : "elements";
            const auto [known, is_new] = result_.float_operations.emplace(tile, report.operations);
            const std::string differs =
                difference(known->second, "the vector form", report.operations, "the scalar form");
            if (!is_new && !differs.empty()) throw CompileFailure(to_string(key_) + ": " + differs);
        }
    }

    /// Without `.rn` ptxas may contract a product and a sum.
    void refuse_contractible_arithmetic() const {
        static const std::regex contractible(
            R"(\b(add|sub|mul|div|fma|sqrt)(\.approx|\.full|\.ftz)*\.f(32|64)\b|\.approx|\.ftz)");
        std::smatch found;
        if (std::regex_search(result_.code.ptx, found, contractible)) {
            throw CompileFailure(to_string(key_) + ": the PTX has '" + found.str() +
                                 "', which is not rounded as on CPUs");
        }
    }
};

}  // namespace

CudaDeviceKernel compile_device_kernel(const KernelKey &key, const CompileOptions &options) {
    return DeviceKernelCompiler(key, options).compile();
}

CompiledKernel compile_cuda_kernel(const KernelKey &key, const CompileOptions &options,
                                   const CudaDeviceKernel &device) {
    const Signature kernel = signature(*key.activation, key.pass, key.dtype);
    CompiledKernel result;
    result.key = key;
    result.symbol = symbol_of(key, options);
    result.tiles = device.tiles;
    result.stages = device.stages;
    result.float_operations = device.float_operations;

    llvm::LLVMContext context;
    const auto machine = make_machine(host_of(key.target.folder));
    const auto module = read_runtime(key.target.folder + "/cuda_entry", context);
    module->setModuleIdentifier(result.symbol);
    module->setSourceFileName(result.symbol);
    llvm::Constant *constant = cuda_kernel_constant(*module, kernel, key.dtype, device.code);
    result.symbols =
        add_cuda_entry_points(*module, kernel, key.dtype, result.symbol, add_constant(*module, constant, "kernel"));
    for (llvm::GlobalValue &value : module->global_values()) {
        const bool is_shown =
            std::find(result.symbols.begin(), result.symbols.end(), value.getName()) != result.symbols.end();
        if (value.isDeclaration() || value.hasLocalLinkage() || is_shown) continue;
        value.setVisibility(llvm::GlobalValue::DefaultVisibility);
        value.setLinkage(llvm::GlobalValue::InternalLinkage);
    }
    give_prefix(*module, options.prefix);
    aim(*module, *machine);
    optimize(*module, *machine);
    if (wants(options, Emit::llvm)) result.stages[result.symbol + ".ll"] = to_text(*module);
    if (wants(options, Emit::assembly))
        result.stages[result.symbol + ".s"] = emit_assembly(*llvm::CloneModule(*module), *machine);
    result.object = emit_object(*module, *machine);
    result.hash = digest(result.object);
    result.bytes = loaded_bytes(result.object);
    if (wants(options, Emit::object)) result.stages[result.symbol + ".o"] = result.object;
    add_schedule_stage(options, result.symbol, result.tiles, result.stages);
    return result;
}

}  // namespace actinide
