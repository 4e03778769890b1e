#include "tools/bench/onednn.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <new>
#include <type_traits>
#include <utility>

namespace actinide {
namespace {

// oneDNN's C API from version 3.0 on, as far as it is used here. Handles are pointers to what only it knows.
constexpr int oldest_major = 3;
constexpr int success = 0;
constexpr int unimplemented = 3;
constexpr int cpu = 1;
constexpr unsigned in_order = 1;
constexpr int plain_array = 2;
constexpr int forward_training = 64;
constexpr int forward_inference = 96;
constexpr int source = 1, destination = 17, source_gradient = 129, destination_gradient = 145;

struct Version {
    int major, minor, patch;
};
struct ExecuteArgument {
    int place;
    void *memory;
};
using Destroy = int (*)(void *);

/// dnnl_alg_kind_t; the second block takes gradients from the output.
const std::map<std::string, int> algorithms = {
    {"relu", 0x20},
    {"tanh", 0x21},
    {"elu", 0x22},
    {"soft_relu", 0x27},
    {"hardsigmoid", 0x28},
    {"logistic", 0x29},
    {"gelu_tanh", 0x2b},
    {"swish", 0x2c},
    {"clip_v2", 0x2f},
    {"gelu_erf", 0x31},
    {"mish", 0x33},
    {"hardswish", 0x34},
    {"relu_use_dst_for_bwd", 0x100},
    {"tanh_use_dst_for_bwd", 0x101},
    {"elu_use_dst_for_bwd", 0x102},
    {"logistic_use_dst_for_bwd", 0x104},
    {"clip_v2_use_dst_for_bwd", 0x106},
};

int data_type_of(DType dtype) {
    switch (dtype) {
        case DType::f16:
            return 1;
        case DType::bf16:
            return 2;
        case DType::f32:
            return 3;
        case DType::f64:
            return 7;
        default:
            return 0;
    }
}

struct Algorithm {
    int kind;
    float alpha, beta;
};

/// "elu(1.0, 0)".
Algorithm parse(const std::string &call) {
    const size_t bracket = call.find('(');
    const size_t comma = call.find(',');
    return {algorithms.at(call.substr(0, bracket)), std::stof(call.substr(bracket + 1)),
            std::stof(call.substr(comma + 1))};
}

int place_of_input(const std::string &name) {
    if (name == "dy") return destination_gradient;
    return name == "y" ? destination : source;
}

/// Whole pages between two arrays would make loads wait for stores that they have nothing to do with.
constexpr size_t page = 4096;
constexpr size_t stagger = size_t{17} * 64;

}  // namespace

struct Onednn::Functions {
    const Version *(*version)();
    int (*create_engine)(void **, int kind, size_t index);
    int (*create_stream)(void **, void *engine, unsigned flags);
    int (*describe_memory)(void **, int dimensions, const int64_t *sizes, int type, int layout);
    int (*create_memory)(void **, const void *description, void *engine, void *array);
    int (*describe_forward)(void **, void *engine, int kind, int algorithm, const void *source, const void *destination,
                            float alpha, float beta, const void *attributes);
    int (*describe_backward)(void **, void *engine, int algorithm, const void *source_gradient,
                             const void *destination_gradient, const void *data, float alpha, float beta,
                             const void *forward, const void *attributes);
    int (*create_primitive)(void **, const void *description);
    int (*execute)(const void *primitive, void *stream, int count, const ExecuteArgument *arguments);
    int (*wait)(void *stream);
    Destroy destroy_engine, destroy_stream, destroy_memory_description, destroy_memory, destroy_description,
        destroy_primitive;
};

std::string Onednn::how_to_get_it() const {
    return "--onednn LIBRARY names its shared library, libdnnl.so.3 of version 3.0 or later";
}

std::string Onednn::load() {
    void *library = ::dlopen(library_.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) return ::dlerror();
    Functions found{};
    std::string missing;
    const auto find = [&](const char *name, auto &function) {
        function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(::dlsym(library, name));
        if (function == nullptr && missing.empty()) missing = name;
    };
    find("dnnl_version", found.version);
    if (found.version == nullptr) return fmt::format("'{}' is no oneDNN: it has no dnnl_version", library_);
    const Version *version = found.version();
    version_ = fmt::format("{}.{}.{}", version->major, version->minor, version->patch);
    if (version->major != oldest_major) {
        return fmt::format("'{}' is oneDNN {}, and its functions are known of version 3 only", library_,
                           std::exchange(version_, ""));
    }
    find("dnnl_engine_create", found.create_engine);
    find("dnnl_stream_create", found.create_stream);
    find("dnnl_memory_desc_create_with_tag", found.describe_memory);
    find("dnnl_memory_create", found.create_memory);
    find("dnnl_eltwise_forward_primitive_desc_create", found.describe_forward);
    find("dnnl_eltwise_backward_primitive_desc_create", found.describe_backward);
    find("dnnl_primitive_create", found.create_primitive);
    find("dnnl_primitive_execute", found.execute);
    find("dnnl_stream_wait", found.wait);
    find("dnnl_engine_destroy", found.destroy_engine);
    find("dnnl_stream_destroy", found.destroy_stream);
    find("dnnl_memory_desc_destroy", found.destroy_memory_description);
    find("dnnl_memory_destroy", found.destroy_memory);
    find("dnnl_primitive_desc_destroy", found.destroy_description);
    find("dnnl_primitive_destroy", found.destroy_primitive);
    if (!missing.empty()) return fmt::format("'{}' has no {}", library_, missing);
    // Where it is built for OpenMP, its threads are those of the runtime that it brings.
    if (void *set_threads = ::dlsym(library, "omp_set_num_threads")) reinterpret_cast<void (*)(int)>(set_threads)(1);
    functions_ = std::make_shared<const Functions>(found);
    return "";
}

std::string Onednn::start() {
    if (functions_) return "";
    if (const std::string problem = load(); !problem.empty()) return problem;
    void *engine = nullptr;
    void *stream = nullptr;
    if (functions_->create_engine(&engine, cpu, 0) != success) return "it makes no engine for this CPU";
    engine_ = Handle(engine, functions_->destroy_engine);
    if (functions_->create_stream(&stream, engine, in_order) != success) return "it makes no stream";
    stream_ = Handle(stream, functions_->destroy_stream);
    return "";
}

std::string Onednn::prepare(const PeerTask &task) {
    failure_.clear();
    const auto size = static_cast<int64_t>(task.elements);
    void *made = nullptr;
    if (functions_->describe_memory(&made, 1, &size, data_type_of(task.dtype), plain_array) != success) {
        return "unsupported there: arrays of " + to_string(task.dtype);
    }
    const Handle description(made, functions_->destroy_memory_description);
    std::string problem = make_primitive(task, made);
    if (!problem.empty()) return problem;
    place_arrays(task, made);
    run();
    return failure_;
}

std::string Onednn::make_primitive(const PeerTask &task, void *description) {
    const Algorithm algorithm = parse(task.call.operation);
    const bool is_backward = task.inputs.contains("dy");
    const auto refusal = [](int status) {
        return status == unimplemented ? std::string("unsupported there: not implemented")
                                       : fmt::format("unsupported there: status {}", status);
    };
    void *made = nullptr;
    int status = functions_->describe_forward(&made, engine_.get(), is_backward ? forward_training : forward_inference,
                                              algorithm.kind, description, description, algorithm.alpha, algorithm.beta,
                                              nullptr);
    if (status != success) return refusal(status);
    Handle operation(made, functions_->destroy_description);
    if (is_backward) {
        status = functions_->describe_backward(&made, engine_.get(), algorithm.kind, description, description,
                                               description, algorithm.alpha, algorithm.beta, operation.get(), nullptr);
        if (status != success) return refusal(status);
        operation = Handle(made, functions_->destroy_description);
    }
    status = functions_->create_primitive(&made, operation.get());
    if (status != success) return refusal(status);
    primitive_ = Handle(made, functions_->destroy_primitive);
    return "";
}

void Onednn::place_arrays(const PeerTask &task, void *description) {
    const size_t bytes = task.elements * bytes_per_element(task.dtype);
    const size_t step = (bytes + 63) / 64 * 64 + stagger;
    const size_t count = task.inputs.size() + 1;
    arrays_.reset(static_cast<char *>(std::aligned_alloc(page, (count * step / page + 1) * page)));
    if (arrays_ == nullptr) throw std::bad_alloc();
    memories_.clear();
    places_.clear();
    char *array = arrays_.get();
    const auto add = [&](int place) {
        void *memory = nullptr;
        if (functions_->create_memory(&memory, description, engine_.get(), array) != success) throw std::bad_alloc();
        memories_.emplace_back(memory, functions_->destroy_memory);
        places_.push_back(place);
        array += step;
    };
    for (const auto &[name, block] : task.inputs) {
        fill(array, bytes, *block);
        add(place_of_input(name));
    }
    output_ = array;
    std::fill_n(output_, bytes, 0);
    add(task.inputs.contains("dy") ? source_gradient : destination);
}

void Onednn::run() {
    std::array<ExecuteArgument, 3> arguments{};
    for (size_t i = 0; i < memories_.size(); ++i) arguments[i] = {places_[i], memories_[i].get()};
    const int status =
        functions_->execute(primitive_.get(), stream_.get(), static_cast<int>(memories_.size()), arguments.data());
    if (status != success || functions_->wait(stream_.get()) != success) {
        failure_ = fmt::format("it failed with status {}", status);
    }
}

Contestant Onednn::contestant() {
    return {.name = "onednn", .run = [this] { run(); }};
}

Block Onednn::result(const PeerTask &task) {
    run();
    if (!failure_.empty()) return {};
    return {output_, output_ + task.elements * bytes_per_element(task.dtype)};
}

}  // namespace actinide
