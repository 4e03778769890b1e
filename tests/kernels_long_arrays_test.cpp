// links: actinide_formula actinide_schedules kernels_table
// Arrays of more than 2^31 elements, for real. Few pages stand behind them: one block of the file is mapped again and
// again, and only the last blocks of the output are memory of their own, so that what is written there is seen.
#include <gtest/gtest.h>

#include <sys/mman.h>
#include <unistd.h>

#include "tests/kernels_cases.h"

namespace actinide::kernels {
namespace {

constexpr size_t block_elements = size_t{1} << 18;
constexpr size_t block_bytes = block_elements * sizeof(float);
constexpr size_t elements = (size_t{1} << 31) + block_elements + 12345;
constexpr size_t blocks = (elements + block_elements - 1) / block_elements;

/// `elements` floats that repeat one block, but for the last `own_blocks` blocks.
class RepeatedBlock {
public:
    explicit RepeatedBlock(size_t own_blocks) {
        const int file = ::memfd_create("block", MFD_CLOEXEC);
        if (file < 0 || ::ftruncate(file, static_cast<off_t>((1 + own_blocks) * block_bytes)) != 0) return;
        void *place =
            ::mmap(nullptr, blocks * block_bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (place == MAP_FAILED) return;
        data_ = static_cast<float *>(place);
        for (size_t block = 0; block < blocks; ++block) {
            const size_t from_end = blocks - block;
            const size_t in_file = from_end <= own_blocks ? from_end : 0;
            void *mapped = ::mmap(data_ + block * block_elements, block_bytes, PROT_READ | PROT_WRITE,
                                  MAP_SHARED | MAP_FIXED, file, static_cast<off_t>(in_file * block_bytes));
            is_mapped_ = is_mapped_ && mapped != MAP_FAILED;
        }
        ::close(file);
    }
    ~RepeatedBlock() {
        if (data_ != nullptr) ::munmap(data_, blocks * block_bytes);
    }
    RepeatedBlock(const RepeatedBlock &) = delete;
    RepeatedBlock &operator=(const RepeatedBlock &) = delete;

    float *data() { return data_; }
    bool is_mapped() const { return data_ != nullptr && is_mapped_; }

private:
    float *data_ = nullptr;
    bool is_mapped_ = true;
};

/// The catalogue's first kernel of each pattern: the splitting is the pattern's, not the activation's.
std::vector<KernelCase> one_of_each_pattern() {
    std::vector<KernelCase> chosen;
    for (const KernelCase &each : all_kernel_cases()) {
        if (each.is_backward()) continue;
        if (chosen.empty() || chosen.back().entry->pattern != each.entry->pattern) chosen.push_back(each);
    }
    return {chosen.begin(), chosen.begin() + std::min<ptrdiff_t>(2, static_cast<ptrdiff_t>(chosen.size()))};
}

class LongArrays : public testing::TestWithParam<KernelCase> {};
INSTANTIATE_TEST_SUITE_P(Catalogue, LongArrays, testing::ValuesIn(one_of_each_pattern()), name_of);

TEST_P(LongArrays, AreComputedToTheirLastElement) {
    const kernel_entry &entry = *GetParam().entry;
    RepeatedBlock x(0);
    RepeatedBlock y(3);
    ASSERT_TRUE(x.is_mapped() && y.is_mapped());
    Numbers numbers(51);
    for (size_t i = 0; i < block_elements; ++i) x.data()[i] = numbers.of_exponent(-4, 4);

    const std::vector<float> parameters = default_parameters(entry);
    const float weight = entry.inputs[1].usual_value;
    const std::array<const void *, KERNEL_MAX_ARRAYS> inputs = {x.data(), &weight};
    const std::array<void *, KERNEL_MAX_ARRAYS> outputs = {y.data()};
    const Sizes sizes = one_row(GetParam(), elements);
    ASSERT_EQ(entry.run(inputs.data(), outputs.data(), sizes.data(), parameters.data()), ACTN_OK);

    Arrays one_block{{{x.data(), x.data() + block_elements}}, parameters, one_row(GetParam(), block_elements)};
    if (entry.input_count > 1) one_block.inputs.push_back({weight});
    int status = 0;
    const std::vector<float> expected = run_plainly(entry, one_block, status).front();
    const size_t own_begin = (blocks - 3) * block_elements;
    EXPECT_EQ(std::memcmp(y.data(), expected.data(), block_bytes), 0);
    for (size_t i = own_begin; i < elements; ++i) {
        ASSERT_EQ(bits_of(y.data()[i]), bits_of(expected[i % block_elements])) << "element " << i;
    }
    for (size_t i = elements; i < blocks * block_elements; ++i) ASSERT_EQ(y.data()[i], 0.0f) << "beyond the end: " << i;
}

}  // namespace
}  // namespace actinide::kernels
