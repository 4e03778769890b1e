// links: actinide_runtime actinide_llvm
// The embedded bitcode: there, freestanding, and with nothing visible that is not meant to be.
#include <gtest/gtest.h>

#include <llvm/Bitcode/BitcodeReader.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>
#include <llvm/Support/MemoryBuffer.h>

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
    std::set<std::string> visible() const {
        std::set<std::string> names;
        for (const llvm::GlobalValue &value : module_->global_values()) {
            if (!value.isDeclaration() && !value.hasLocalLinkage() && !value.hasHiddenVisibility()) {
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
    const bool chooses_level = is("x86_64-linux/entry") || is("x86_64-linux/lookup");
    if (chooses_level && !is("single")) expected = {"actinide_find_level", "actinide_level_in_use"};
    if (is("lookup")) expected.insert({"actinide_count_parts", "actinide_run_parts", "actinide_threads_in_use"});
    if (is("linux/entry"))
        expected.insert({"actinide_count_parts", "actinide_find_streaming_bytes", "actinide_run_parts",
                         "actinide_streaming_bytes_in_use", "actinide_threads_in_use"});
    if (is("threads")) {
        expected = {"actinide_use_pool", "getpid",      "pthread_create", "pthread_join", "pthread_sigmask",
                    "sched_getaffinity", "sched_yield", "syscall"};
    }
    if (is("cuda_entry")) expected = {"actinide_cuda_fill_with_zero", "actinide_cuda_launch"};
    if (is("cuda_support")) expected = {"dlopen", "dlsym"};
    EXPECT_EQ(wanted(), expected);
}

TEST_P(Bitcode, ShowsOnlyTheDocumentedFunctions) {
    std::set<std::string> expected;
    if (is("linux/support")) {
        expected = {"actn_cpu_level",          "actn_get_num_threads",  "actn_set_cpu_level",
                    "actn_set_parallel_bytes", "actn_set_parallel_for", "actn_set_streaming_bytes",
                    "actn_status_text",        "actn_version"};
    }
    if (is("threads")) expected = {"actn_set_num_threads", "llvm.global_dtors"};
    if (is("lookup")) expected = {"actn_lookup_s8", "actn_lookup_u8"};
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
    if (is("linux/support")) expected = {"actinide_threads_in_use", "bytes_in_use", "chosen"};
    if (is("threads")) expected = {"llvm.global_dtors", "pool"};
    if (is("x86_64-linux/support")) expected.insert("actinide_streaming_bytes_in_use");
    if (is("x86_64-linux/support") && !is("single")) expected.insert("actinide_level_in_use");
    if (is("x86_64-linux/lookup") && !is("single")) expected = {"has_byte_permutations.known"};
    if (is("cuda_support")) expected = {"driver"};
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
    EXPECT_EQ(runtime_bitcode_names(),
              (std::vector<std::string>{"aarch64-linux/cuda_entry", "aarch64-linux/cuda_support", "aarch64-linux/entry",
                                        "aarch64-linux/lookup", "aarch64-linux/support", "aarch64-linux/threads",
                                        "nvptx64/device", "x86_64-linux/cuda_entry", "x86_64-linux/cuda_support",
                                        "x86_64-linux/entry", "x86_64-linux/entry_single", "x86_64-linux/lookup",
                                        "x86_64-linux/lookup_single", "x86_64-linux/support",
                                        "x86_64-linux/support_single", "x86_64-linux/threads"}));
    EXPECT_TRUE(runtime_bitcode("x86_64-linux/nothing").empty());
}

}  // namespace
}  // namespace actinide
