// links: actinide_formula actinide_schedules kernels_table
// Every way in which a call of a packaged kernel can be wrong, derived from its signature; nothing is written then.
#include <gtest/gtest.h>

#include "tests/kernels_cases.h"
#include "tests/kernels_reference.h"

namespace actinide::kernels {
namespace {

constexpr size_t array_elements = 256;
constexpr float untouched = -77.0f;

/// A call that is right, for a test to spoil.
class Call {
public:
    explicit Call(const KernelCase &each)
        : entry_(*each.entry),
          parameters(default_parameters(*each.entry)),
          sizes(each.is_elementwise() ? Sizes{array_elements, 1, 1} : Sizes{4, 8, array_elements / 32}) {
        for (int i = 0; i < entry_.input_count; ++i) {
            memory_.emplace_back(array_elements + 16, 0.5f);
            inputs[static_cast<size_t>(i)] = memory_.back().data();
        }
        for (int i = 0; i < entry_.output_count; ++i) {
            memory_.emplace_back(array_elements + 16, untouched);
            outputs[static_cast<size_t>(i)] = memory_.back().data();
        }
    }

    int run() const { return entry_.run(inputs.data(), outputs.data(), sizes.data(), parameters.data()); }

    /// Whether every output is as it was.
    bool wrote_nothing() const {
        for (auto i = static_cast<size_t>(entry_.input_count); i < memory_.size(); ++i) {
            const std::vector<float> &array = memory_[i];
            if (!std::all_of(array.begin(), array.end(), [](float value) { return value == untouched; })) return false;
        }
        return true;
    }

private:
    const kernel_entry &entry_;
    std::vector<std::vector<float>> memory_;

public:
    std::array<const void *, KERNEL_MAX_ARRAYS> inputs{};
    std::array<void *, KERNEL_MAX_ARRAYS> outputs{};
    std::vector<float> parameters;
    Sizes sizes;
};

float *later(void *array, ptrdiff_t elements) {
    return static_cast<float *>(array) + elements;
}
template <typename Pointer>
Pointer misaligned(Pointer array) {
    return reinterpret_cast<Pointer>(reinterpret_cast<uintptr_t>(array) + 2);
}

class Status : public testing::TestWithParam<KernelCase> {
protected:
    const kernel_entry &entry() const { return *GetParam().entry; }
    size_t inputs() const { return static_cast<size_t>(entry().input_count); }
    size_t outputs() const { return static_cast<size_t>(entry().output_count); }

    template <typename Spoil>
    void expect_refused(int status, const Spoil &spoil, const std::string &what) {
        Call call(GetParam());
        spoil(call);
        EXPECT_EQ(call.run(), status) << what;
        EXPECT_TRUE(call.wrote_nothing()) << what;
    }
};

INSTANTIATE_TEST_SUITE_P(Catalogue, Status, testing::ValuesIn(all_kernel_cases()), name_of);

TEST_P(Status, IsOkForARightCall) {
    EXPECT_EQ(Call(GetParam()).run(), ACTN_OK);
}

TEST_P(Status, NamesANullArray) {
    for (size_t i = 0; i < inputs(); ++i) {
        expect_refused(ACTN_INVALID_POINTER, [&](Call &call) { call.inputs[i] = nullptr; }, entry().inputs[i].name);
    }
    for (size_t i = 0; i < outputs(); ++i) {
        expect_refused(ACTN_INVALID_POINTER, [&](Call &call) { call.outputs[i] = nullptr; }, entry().outputs[i].name);
    }
}

TEST_P(Status, NamesAMisalignedArray) {
    for (size_t i = 0; i < inputs(); ++i) {
        const auto spoil = [&](Call &call) { call.inputs[i] = misaligned(call.inputs[i]); };
        expect_refused(ACTN_MISALIGNED, spoil, entry().inputs[i].name);
    }
    for (size_t i = 0; i < outputs(); ++i) {
        const auto spoil = [&](Call &call) { call.outputs[i] = misaligned(call.outputs[i]); };
        expect_refused(ACTN_MISALIGNED, spoil, entry().outputs[i].name);
    }
}

TEST_P(Status, RefusesAnOutputThatOverlapsAnInput) {
    for (size_t i = 0; i < inputs(); ++i) {
        for (size_t o = 0; o < outputs(); ++o) {
            const std::string what = std::string(entry().outputs[o].name) + " over " + entry().inputs[i].name;
            for (const ptrdiff_t shift : {-1, 1}) {
                // Far enough inside that both directions overlap, even where an array has one value per channel.
                const auto spoil = [&](Call &call) {
                    call.inputs[i] = later(call.outputs[o], 1);
                    call.outputs[o] = later(call.outputs[o], 1 + shift);
                };
                expect_refused(ACTN_OVERLAP, spoil, what);
            }
            const bool may_be_equal = entry().inputs[i].is_per_channel == 0 && entry().outputs[o].is_per_channel == 0;
            if (may_be_equal) continue;
            expect_refused(ACTN_OVERLAP, [&](Call &call) { call.inputs[i] = call.outputs[o]; }, what + ", equal");
        }
    }
}

TEST_P(Status, RefusesOutputsThatOverlapEachOther) {
    for (size_t o = 1; o < outputs(); ++o) {
        for (const ptrdiff_t shift : {0, 1}) {
            const auto spoil = [&](Call &call) { call.outputs[o] = later(call.outputs[o - 1], shift); };
            expect_refused(ACTN_OVERLAP, spoil, entry().outputs[o].name);
        }
    }
}

TEST_P(Status, AllowsTheOutputInPlaceOfEachInput) {
    for (size_t i = 0; i < inputs(); ++i) {
        if (entry().inputs[i].is_per_channel != 0) continue;
        Call call(GetParam());
        call.inputs[i] = call.outputs[0];
        EXPECT_EQ(call.run(), ACTN_OK) << entry().inputs[i].name;
    }
}

TEST_P(Status, AllowsArraysThatTouch) {
    Call call(GetParam());
    std::vector<float> both(2 * array_elements, 0.5f);
    call.inputs[0] = both.data();
    call.outputs[0] = both.data() + array_elements;
    EXPECT_EQ(call.run(), ACTN_OK);
    call.inputs[0] = both.data() + array_elements;
    call.outputs[0] = both.data();
    EXPECT_EQ(call.run(), ACTN_OK);
}

TEST_P(Status, RefusesSizesBeyondTheAddressSpace) {
    const size_t large = size_t{1} << 62;
    if (GetParam().is_elementwise()) {
        for (const size_t n : {large, SIZE_MAX}) {
            expect_refused(ACTN_SIZE_OVERFLOW, [&](Call &call) { call.sizes[0] = n; }, "n");
        }
        return;
    }
    for (const Sizes &sizes :
         {Sizes{large, 1, 1}, Sizes{1, large, 1}, Sizes{1, 1, large}, Sizes{1u << 31, 1u << 31, 2}}) {
        expect_refused(ACTN_SIZE_OVERFLOW, [&](Call &call) { call.sizes = sizes; }, "outer, channels, inner");
    }
}

/// The condition of the definition decides for each scalar parameter's special and usual values, alone and in pairs.
TEST_P(Status, RefusesExactlyTheParametersThatTheDefinitionForbids) {
    const std::optional<Formula> &condition = GetParam().signature.valid_when;
    std::vector<float> candidates = special_values();
    for (const float usual : {-3.0f, -0.5f, 0.01f, 0.5f, 3.0f}) candidates.push_back(usual);
    for (int changed = 0; changed < entry().parameter_count; ++changed) {
        for (const float value : candidates) {
            Call call(GetParam());
            call.parameters[static_cast<size_t>(changed)] = value;
            Inputs values;
            for (int i = 0; i < entry().parameter_count; ++i) {
                values[entry().parameters[i].name] = call.parameters[static_cast<size_t>(i)];
            }
            const bool is_valid = !condition || ErrorBound(values).holds(*condition);
            EXPECT_EQ(call.run(), is_valid ? ACTN_OK : ACTN_INVALID_PARAMETER)
                << entry().parameters[changed].name << " = " << value;
            EXPECT_EQ(call.wrote_nothing(), !is_valid);
        }
    }
}

}  // namespace
}  // namespace actinide::kernels
