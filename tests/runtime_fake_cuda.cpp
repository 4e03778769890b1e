#include "tests/runtime_fake_cuda.h"

#include <map>
#include <memory>
#include <sstream>

namespace actinide::runtime_tests {
namespace {

thread_local void *current_context = nullptr;

struct Function {
    std::string entry;
    std::vector<size_t> argument_bytes;
    void *context;  // null: of a library
};
struct Module {
    std::map<std::string, Function> functions;
};

/// Modules live as long as the process, like the handles that tests may still hold.
std::vector<std::unique_ptr<Module>> &modules() {
    static std::vector<std::unique_ptr<Module>> all;
    return all;
}

/// "(.param .b64 a, .param .f32 b)" gives 8, 4.
std::vector<size_t> argument_bytes(const std::string &list) {
    std::vector<size_t> sizes;
    std::istringstream words(list);
    for (std::string word; words >> word;) {
        if (word.starts_with(".align") || word.starts_with(".ptr") || word.starts_with(".param")) continue;
        if (word.size() < 3 || word[0] != '.' || std::string("bfsu").find(word[1]) == std::string::npos) continue;
        sizes.push_back(std::stoul(word.substr(2)) / 8);
    }
    return sizes;
}

Module *parse(const std::string &ptx, void *context) {
    auto module = std::make_unique<Module>();
    for (size_t at = ptx.find(".entry "); at != std::string::npos; at = ptx.find(".entry ", at + 1)) {
        const size_t name = at + 7;
        const size_t open = ptx.find('(', name);
        const size_t close = ptx.find(')', open);
        std::string entry = ptx.substr(name, open - name);
        entry.erase(entry.find_last_not_of(" \n") + 1);
        module->functions[entry] = {entry, argument_bytes(ptx.substr(open + 1, close - open - 1)), context};
    }
    modules().push_back(std::move(module));
    return modules().back().get();
}

int load(void **module, const void *code, void *context) {
    FakeCuda &cuda = fake_cuda();
    const std::scoped_lock lock(cuda.mutex);
    ++cuda.loads;
    if (cuda.load_result == 0) *module = parse(static_cast<const char *>(code), context);
    return cuda.load_result;
}

int find(void **function, void *module, const char *name) {
    FakeCuda &cuda = fake_cuda();
    const std::scoped_lock lock(cuda.mutex);
    ++cuda.finds;
    if (cuda.find_result != 0) return cuda.find_result;
    auto &functions = static_cast<Module *>(module)->functions;
    const auto found = functions.find(name);
    if (found == functions.end()) return 500;  // CUDA_ERROR_NOT_FOUND
    *function = &found->second;
    return 0;
}

}  // namespace

void FakeCuda::reset() {
    context_result = load_result = find_result = loads = finds = 0;
    launch_results.clear();
    launches.clear();
    fills.clear();
    execute = nullptr;
}

FakeCuda &fake_cuda() {
    static FakeCuda cuda;
    return cuda;
}

void set_fake_context(void *context) {
    current_context = context;
}

}  // namespace actinide::runtime_tests

using namespace actinide::runtime_tests;

extern "C" {

int cuCtxGetCurrent(void **context) {
    *context = current_context;
    return fake_cuda().context_result;
}

int cuModuleLoadData(void **module, const void *code) {
    return load(module, code, current_context);
}
int cuModuleGetFunction(void **function, void *module, const char *name) {
    return find(function, module, name);
}

#ifdef FAKE_CUDA_HAS_LIBRARIES
int cuLibraryLoadData(void **library, const void *code, void * /*unused*/, void * /*unused*/, unsigned jit_count,
                      void * /*unused*/, void * /*unused*/, unsigned option_count) {
    if (jit_count != 0 || option_count != 0) return 1;
    return load(library, code, nullptr);
}
int cuLibraryGetKernel(void **kernel, void *library, const char *name) {
    return find(kernel, library, name);
}
#endif

int cuLaunchKernel(void *function, unsigned grid_x, unsigned grid_y, unsigned grid_z, unsigned block_x,
                   unsigned block_y, unsigned block_z, unsigned shared_bytes, void *stream, void **arguments,
                   void **extra) {
    FakeCuda &cuda = fake_cuda();
    const std::scoped_lock lock(cuda.mutex);
    const auto *called = static_cast<const Function *>(function);
    if (called->context != nullptr && called->context != current_context) return 400;  // CUDA_ERROR_INVALID_HANDLE
    if (extra != nullptr || grid_x == 0 || grid_x > 0x7fffffffu || block_x == 0 || block_x > 1024) return 1;
    if (!cuda.launch_results.empty()) {
        const int result = cuda.launch_results.front();
        cuda.launch_results.erase(cuda.launch_results.begin());
        if (result != 0) return result;
    }
    FakeLaunch launch{called->entry,
                      {grid_x, grid_y, grid_z},
                      {block_x, block_y, block_z},
                      shared_bytes,
                      stream,
                      current_context,
                      {}};
    for (size_t i = 0; i < called->argument_bytes.size(); ++i) {
        launch.arguments.emplace_back(static_cast<const char *>(arguments[i]), called->argument_bytes[i]);
    }
    if (cuda.execute) cuda.execute(launch);
    cuda.launches.push_back(std::move(launch));
    return 0;
}

int cuMemsetD32Async(uint64_t address, unsigned value, size_t count, void *stream) {
    FakeCuda &cuda = fake_cuda();
    const std::scoped_lock lock(cuda.mutex);
    cuda.fills.push_back({address, value, count, stream});
    return 0;
}
}
