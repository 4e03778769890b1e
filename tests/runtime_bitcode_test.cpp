// links: actinide_runtime actinide_llvm
// The embedded bitcode: there, freestanding, and with nothing visible that is not meant to be.
#include <gtest/gtest.h>

#include <llvm/Bitcode/BitcodeReader.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>
#include <llvm/Support/MemoryBuffer.h>

#include <algorithm>
#include <set>

#include "runtime/bitcode.h"

namespace actinide {
namespace {

class Bitcode : public testing::TestWithParam<std::string> {
protected:
    void SetUp() override {
        const std::string_view bytes = runtime_bitcode(GetParam());
        auto parsed = llvm::parseBitcodeFile(llvm::MemoryBufferRef({bytes.data(), bytes.size()}, GetParam()), context_);
        ASSERT_TRUE(static_cast<bool>(parsed)) << llvm::toString(parsed.takeError());
        module_ = std::move(*parsed);
    }
    bool is(const char *kind) const { return GetParam().find(kind) != std::string::npos; }

    /// What a linker would have to find elsewhere.
    std::set<std::string> wanted() const {
        std::set<std::string> names;
        for (const llvm::GlobalValue &value : module_->global_values()) {
            const auto *function = llvm::dyn_cast<llvm::Function>(&value);
            if (value.isDeclaration() && !(function && function->isIntrinsic())) names.insert(value.getName().str());
        }
        return names;
    }
    bool has_pool() const { return is("x86_64-linux/threads") || is("aarch64-linux/threads"); }
    std::set<std::string> visible() const {
        std::set<std::string> names;
        for (const llvm::GlobalValue &value : module_->global_values()) {
            const bool is_text = value.getName().starts_with("??_C@");  // on Windows, where linkers fold equal ones
            if (!value.isDeclaration() && !value.hasLocalLinkage() && !value.hasHiddenVisibility() && !is_text) {
                names.insert(value.getName().str());
            }
        }
        return names;
    }

    llvm::LLVMContext context_;
    std::unique_ptr<llvm::Module> module_;
};

TEST_P(Bitcode, NeedsOnlyWhatItsOtherHalfHas) {
    std::set<std::string> expected;
    const bool chooses_level = is("x86_64") && (is("/entry") || is("/lookup") || is("/blocks"));
    if (chooses_level && !is("single")) expected = {"actinide_find_level", "actinide_level_in_use"};
    if (is("lookup")) expected.insert({"actinide_count_parts", "actinide_run_parts", "actinide_threads_in_use"});
    if (is("/entry") && !is("cuda"))
        expected.insert({"actinide_count_parts", "actinide_find_streaming_bytes", "actinide_run_blocks",
                         "actinide_run_parts", "actinide_streaming_bytes_in_use", "actinide_threads_in_use"});
    if (is("threads")) expected = {"actinide_use_pool"};
    if (has_pool()) {
        expected = {"actinide_forget_pool", "actinide_use_pool", "getpid",      "pthread_create", "pthread_join",
                    "pthread_sigmask",      "sched_getaffinity", "sched_yield", "syscall"};
    }
    if (is("cuda_entry")) expected = {"actinide_cuda_fill_with_zero", "actinide_cuda_launch"};
    if (is("cuda_support")) expected = {"dlopen", "dlsym"};
    if (is("timing")) expected = {"actinide_timing"};
    EXPECT_EQ(wanted(), expected);
}

TEST_P(Bitcode, ShowsOnlyTheDocumentedFunctions) {
    std::set<std::string> expected;
    if (is("/support")) {
        expected = {"actn_cpu_level",          "actn_get_num_threads",  "actn_set_cpu_level",
                    "actn_set_parallel_bytes", "actn_set_parallel_for", "actn_set_streaming_bytes",
                    "actn_status_text",        "actn_version"};
    }
    if (is("threads")) expected = {"actn_set_num_threads"};
    if (has_pool()) expected.insert("llvm.global_dtors");
    if (is("lookup")) expected = {"actn_lookup_s8", "actn_lookup_u8"};
    if (is("stack_probe")) expected = {"__chkstk"};
    if (is("timing")) expected = {"_start"};
    if (is("nvptx64")) {
        expected = {"actinide_fold_channels", "actinide_fold_channels_f64", "actinide_fold_groups",
                    "actinide_lane_of_thread", "actinide_thread_index"};
    }
    EXPECT_EQ(visible(), expected);
}

TEST_P(Bitcode, LetsNoLoopBecomeALibraryCall) {
    for (const llvm::Function &function : *module_) {
        EXPECT_TRUE(function.isDeclaration() || function.hasFnAttribute("no-builtins")) << function.getName().str();
    }
}

TEST_P(Bitcode, HasNoConstructorAndOnlyTheChosenStateToWrite) {
    EXPECT_EQ(module_->getNamedGlobal("llvm.global_ctors"), nullptr);
    std::set<std::string> writable;
    for (const llvm::GlobalVariable &variable : module_->globals()) {
        if (!variable.isDeclaration() && !variable.isConstant()) writable.insert(variable.getName().str());
    }
    std::set<std::string> expected;
    if (is("/support")) expected = {"actinide_threads_in_use", "bytes_in_use", "chosen"};
    if (has_pool()) expected = {"llvm.global_dtors", "pool"};
    if (is("x86_64") && is("/support")) expected.insert("actinide_streaming_bytes_in_use");
    if (is("x86_64") && is("/support") && !is("single")) expected.insert("actinide_level_in_use");
    if (is("x86_64") && is("/lookup") && !is("single")) expected = {"has_byte_permutations.known"};
    if (is("cuda_support")) expected = {"driver"};
    if (is("timing")) expected = {"output"};
    EXPECT_EQ(writable, expected);
}

INSTANTIATE_TEST_SUITE_P(All, Bitcode, testing::ValuesIn(runtime_bitcode_names()), [](const auto &info) {
    std::string name = info.param;
    for (char &c : name) {
        if (c == '/' || c == '-') c = '_';
    }
    return name;
});

TEST(BitcodeNames, AreThoseThatTheHeaderLists) {
    std::vector<std::string> expected = {"aarch64-linux/cuda_entry",
                                         "aarch64-linux/cuda_support",
                                         "aarch64-windows/stack_probe",
                                         "nvptx64/device",
                                         "wasm32-wasm/fma",
                                         "x86_64-linux/blocks_single",
                                         "x86_64-linux/cuda_entry",
                                         "x86_64-linux/cuda_support",
                                         "x86_64-linux/entry_single",
                                         "x86_64-linux/lookup_single",
                                         "x86_64-linux/support_single",
                                         "x86_64-windows/stack_probe"};
    for (const char *processor : {"x86_64", "aarch64", "armv7", "riscv64"}) {
        expected.push_back(std::string(processor) + "-linux/timing");
    }
    for (const char *part : {"blocks", "entry", "lookup", "support", "threads"}) {
        for (const char *platform : {"linux", "android", "macos", "windows"}) {
            expected.push_back(std::string("x86_64-") + platform + "/" + part);
        }
        for (const char *platform : {"linux", "android", "macos", "ios", "windows", "bare"}) {
            expected.push_back(std::string("aarch64-") + platform + "/" + part);
        }
        for (const char *folder : {"armv7-linux", "armv7-android", "armv7-bare", "riscv64-linux", "wasm32-wasm"}) {
            expected.push_back(std::string(folder) + "/" + part);
        }
    }
    for (const char *platform : {"linux", "android", "macos", "windows"}) {
        expected.push_back(std::string("x86_64-") + platform + "/fma");
    }
    std::sort(expected.begin(), expected.end());
    EXPECT_EQ(runtime_bitcode_names(), expected);
    EXPECT_TRUE(runtime_bitcode("x86_64-linux/nothing").empty());
}

}  // namespace
}  // namespace actinide
