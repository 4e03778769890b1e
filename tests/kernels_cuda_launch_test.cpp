// links: kernels_cuda_table actinide_fake_cuda
// Every CUDA kernel of the package launched through a driver that only records: entry, sizes and values of all
// arguments, as runtime/cuda.h has them for each role.
#include <actinide_kernels/kernels.h>
#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "tests/kernels_bit_format.h"
#include "tests/kernels_table.h"
#include "tests/runtime_fake_cuda.h"

namespace actinide::runtime_tests {
namespace {

constexpr uint64_t array_bytes = uint64_t{1} << 40;
constexpr uint64_t first_address = uint64_t{1} << 44;
constexpr uint64_t workspace_address = uint64_t{1} << 43;
void *const stream = reinterpret_cast<void *>(uintptr_t{0x51});

std::vector<const kernel_cuda_entry *> all_kernels() {
    std::vector<const kernel_cuda_entry *> all;
    for (size_t i = 0; i < kernel_cuda_count; ++i) all.push_back(&kernel_cuda_table[i]);
    return all;
}

std::vector<const kernel_cuda_entry *> elementwise_kernels() {
    std::vector<const kernel_cuda_entry *> some;
    for (const kernel_cuda_entry *each : all_kernels()) {
        if (each->kernel.pattern == KERNEL_ELEMENTWISE) some.push_back(each);
    }
    return some;
}

std::string name_of(const testing::TestParamInfo<const kernel_cuda_entry *> &info) {
    return std::string(info.param->kernel.activation) + "_" + info.param->kernel.pass + "_" + info.param->kernel.dtype;
}

class CudaKernels : public testing::TestWithParam<const kernel_cuda_entry *> {
protected:
    CudaKernels() {
        fake_cuda().reset();
        set_fake_context(reinterpret_cast<void *>(uintptr_t{0xc0}));
        for (int i = 0; i < kernel().parameter_count; ++i) {
            parameters_[static_cast<size_t>(i)] = kernel().parameters[i].default_value;
        }
        for (size_t i = 0; i < KERNEL_MAX_ARRAYS; ++i) {
            inputs_[i] = first_address + i * array_bytes;
            outputs_[i] = first_address + (i + KERNEL_MAX_ARRAYS) * array_bytes;
        }
    }

    const kernel_cuda_entry &each() const { return *GetParam(); }
    const kernel_entry &kernel() const { return GetParam()->kernel; }
    size_t element_bytes() const { return kernels::bit_format_of(kernel()).bytes; }
    bool has_gradient() const { return each().workspace_bytes != nullptr; }
    size_t count_sums() const {
        return static_cast<size_t>(std::count_if(kernel().outputs, kernel().outputs + kernel().output_count,
                                                 [](const kernel_array &a) { return a.is_per_channel != 0; }));
    }

    int run() {
        std::array<const void *, KERNEL_MAX_ARRAYS> inputs{};
        std::array<void *, KERNEL_MAX_ARRAYS> outputs{};
        for (size_t i = 0; i < KERNEL_MAX_ARRAYS; ++i) {
            inputs[i] = reinterpret_cast<const void *>(inputs_[i]);
            outputs[i] = reinterpret_cast<void *>(outputs_[i]);
        }
        const size_t bytes = has_gradient() ? each().workspace_bytes(sizes_.data()) : 0;
        return each().run(inputs.data(), outputs.data(), sizes_.data(), parameters_.data(),
                          reinterpret_cast<void *>(workspace_address), bytes, stream);
    }

    /// Reads the arguments of one launch in order; a size other than the PTX declares throws.
    class Reader {
    public:
        explicit Reader(const FakeLaunch &launch) : launch_(launch) {}
        void expect_pointer(uint64_t address, const char *name) {
            EXPECT_EQ(launch_.argument<uint64_t>(at_++), address) << launch_.entry << ": " << name;
        }
        void expect_number(uint64_t number) {
            EXPECT_EQ(launch_.argument<uint64_t>(at_++), number) << launch_.entry << ", argument " << at_ - 1;
        }
        template <typename Number>
        void expect_parameter(Number number) {
            EXPECT_EQ(launch_.argument<Number>(at_++), number) << launch_.entry << ", argument " << at_ - 1;
        }
        void expect_end() const { EXPECT_EQ(launch_.arguments.size(), at_) << launch_.entry; }

    private:
        const FakeLaunch &launch_;
        size_t at_ = 0;
    };

    void expect_inputs(Reader &reader) const {
        for (int i = 0; i < kernel().input_count; ++i) {
            reader.expect_pointer(inputs_[static_cast<size_t>(i)], kernel().inputs[i].name);
        }
    }
    void expect_sizes_and_parameters(Reader &reader) const {
        for (int i = 0; i < kernel().size_count; ++i) reader.expect_number(sizes_[static_cast<size_t>(i)]);
        for (int i = 0; i < kernel().parameter_count; ++i) {
            const float value = parameters_[static_cast<size_t>(i)];
            element_bytes() == 8 ? reader.expect_parameter<double>(value) : reader.expect_parameter(value);
        }
        reader.expect_end();
    }

    /// Inputs, outputs with one value per element, sizes, parameters.
    void expect_elements_launch(const FakeLaunch &launch) const {
        EXPECT_EQ(launch.stream, stream);
        Reader reader(launch);
        expect_inputs(reader);
        for (int i = 0; i < kernel().output_count; ++i) {
            if (kernel().outputs[i].is_per_channel != 0) continue;
            reader.expect_pointer(outputs_[static_cast<size_t>(i)], kernel().outputs[i].name);
        }
        expect_sizes_and_parameters(reader);
    }

    std::array<size_t, 3> sizes_ = {1000, 1, 1};
    std::array<float, KERNEL_MAX_PARAMETERS> parameters_{};
    std::array<uint64_t, KERNEL_MAX_ARRAYS> inputs_{}, outputs_{};
};

class ElementwiseCudaKernels : public CudaKernels {};
INSTANTIATE_TEST_SUITE_P(Catalogue, CudaKernels, testing::ValuesIn(all_kernels()), name_of);
INSTANTIATE_TEST_SUITE_P(Catalogue, ElementwiseCudaKernels, testing::ValuesIn(elementwise_kernels()), name_of);

TEST_P(CudaKernels, PassEveryArgumentThatTheirPtxDeclares) {
    if (kernel().pattern == KERNEL_CHANNELWISE) sizes_ = {3, 5, 70};
    ASSERT_EQ(run(), ACTN_OK);
    const std::vector<FakeLaunch> &launches = fake_cuda().launches;
    if (!has_gradient()) {
        ASSERT_EQ(launches.size(), 1U);
        expect_elements_launch(launches[0]);
        return;
    }
    // Lane sums, dx, and two folds for each learned parameter.
    const size_t gradients = count_sums();
    ASSERT_EQ(launches.size(), 2 + 2 * gradients);
    // 3 x 5 rows of 70 elements have 16 lanes each.
    const uint64_t partials_bytes = uint64_t{3} * 5 * 16 * sizeof(double);
    Reader lane_sums(launches[0]);
    expect_inputs(lane_sums);
    for (size_t i = 0; i < gradients; ++i) {
        lane_sums.expect_pointer(workspace_address + i * partials_bytes, "partials");
    }
    expect_sizes_and_parameters(lane_sums);
    expect_elements_launch(launches[1]);
    for (size_t i = 0; i < gradients; ++i) {
        EXPECT_EQ(launches[2 + 2 * i].argument<uint64_t>(0), workspace_address + i * partials_bytes);
        EXPECT_EQ(launches[3 + 2 * i].argument<uint64_t>(0), workspace_address + gradients * partials_bytes);
        const size_t output = static_cast<size_t>(kernel().output_count) - gradients + i;
        EXPECT_EQ(launches[3 + 2 * i].argument<uint64_t>(1), outputs_[output]);
    }
}

TEST_P(CudaKernels, TakeAnyAlignmentOfAnElement) {
    if (kernel().pattern == KERNEL_CHANNELWISE) sizes_ = {3, 5, 70};
    ASSERT_EQ(run(), ACTN_OK);
    const std::string aligned_entry = fake_cuda().launches.at(has_gradient() ? 1 : 0).entry;
    fake_cuda().reset();
    inputs_[0] += element_bytes();
    ASSERT_EQ(run(), ACTN_OK);
    const FakeLaunch &launch = fake_cuda().launches.at(has_gradient() ? 1 : 0);
    expect_elements_launch(launch);
    if (kernel().pattern == KERNEL_ELEMENTWISE) EXPECT_NE(launch.entry, aligned_entry) << "vectors need 16 bytes";
}

/// runtime_cuda_launch_test has the shapes of the others.
TEST_P(ElementwiseCudaKernels, CoverEveryElementWithTheirThreads) {
    for (const size_t n : {size_t{1}, size_t{127}, size_t{1024}, size_t{1} << 20, (size_t{1} << 20) + 1}) {
        fake_cuda().reset();
        sizes_[0] = n;
        inputs_[0] |= element_bytes();  // one element a thread
        ASSERT_EQ(run(), ACTN_OK);
        const FakeLaunch &launch = fake_cuda().launches.at(0);
        EXPECT_GE(size_t{launch.grid[0]} * launch.block[0], n);
        EXPECT_LT(size_t{launch.grid[0] - 1} * launch.block[0], n);
    }
}

TEST_P(CudaKernels, LoadTheirCodeOnce) {
    ASSERT_EQ(run(), ACTN_OK);
    const int loads = fake_cuda().loads;
    ASSERT_EQ(run(), ACTN_OK);
    EXPECT_EQ(fake_cuda().loads, loads);
}

TEST_P(CudaKernels, CheckTheCallBeforeTheyAskTheDriver) {
    inputs_[0] = 0;
    EXPECT_EQ(run(), ACTN_INVALID_POINTER);
    EXPECT_TRUE(fake_cuda().launches.empty());
}

}  // namespace
}  // namespace actinide::runtime_tests
