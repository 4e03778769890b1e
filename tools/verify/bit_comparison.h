// Whether a kernel's bits depend on anything but its inputs: on the CPU's level, on where the arrays lie, on how they
// are cut into calls, on working in place. C++20 alone, so that a program for another machine asks the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace actinide {

/// How an element is stored.
struct BitFormat {
    size_t bytes;
    unsigned significand_bits;
    uint64_t one;       ///< bits of 1.0
    uint64_t infinity;  ///< bits of +inf
};
constexpr BitFormat float32_bits{4, 23, 0x3f800000, 0x7f800000};
constexpr BitFormat float64_bits{8, 52, 0x3ff0000000000000, 0x7ff0000000000000};
constexpr BitFormat float16_bits{2, 10, 0x3c00, 0x7c00};
constexpr BitFormat bfloat16_bits{2, 7, 0x3f80, 0x7f80};

/// What has to be known of a kernel to call it.
struct KernelShape {
    BitFormat format;
    bool is_channelwise = false;           ///< sizes are {outer, channels, inner}, not {n}
    std::vector<bool> per_channel_inputs;  ///< of each input; the first is varied and has an element each
    size_t sum_bytes = 0;                  ///< of the elements of sums
    size_t elements = 1;                   ///< outputs with one value per element
    size_t sums = 0;                       ///< outputs with one value per channel, behind those
    size_t lanes = 16;                     ///< elements of the widest vector: so many alignments there are
};

/// Returns the kernel's status. Scalar parameters are the caller's business.
using KernelCall = std::function<int(const void *const *inputs, void *const *outputs, const size_t *sizes)>;

struct LevelCall {
    std::string level;
    KernelCall call;
};

/// One way of making the same calls.
struct CallVariation {
    size_t alignment = 0;  ///< array i lies alignment * (2 i + 1) elements behind a vector's start, modulo the lanes
    size_t split = 0;      ///< index into splits()
    int in_place = -1;     ///< input whose array is also the first output, the next ones' the others; -1: none
};

/// The first element that differs from what the lowest level gives for aligned arrays in one call.
struct BitDifference {
    std::string level;
    CallVariation variation;
    std::string split;              ///< in words, or a shape: "calls of 7", "3 x 7 x 780 elements"
    std::vector<uint64_t> inputs;   ///< bits of every input at the element; of a sum: none
    std::optional<size_t> channel;  ///< of a sum
    size_t sum = 0;                 ///< which sum
    uint64_t expected = 0;
    uint64_t found = 0;
};

struct BlockResult {
    uint64_t digest = 0;  ///< of what is expected, every NaN as one
    std::optional<BitDifference> difference;
};

class BitComparison {
public:
    /// The first level's bits are the measure.
    BitComparison(KernelShape shape, std::vector<LevelCall> levels)
        : shape_(std::move(shape)), levels_(std::move(levels)) {}

    /// Inputs of every exponent and sign, with significands at both ends and between.
    std::vector<uint64_t> core_inputs() const;

    /// The inputs in the order of memory at every level, aligned in one call and in each of the variations. All other
    /// inputs are random bits that depend on `seed` alone.
    BlockResult compare(const std::vector<uint64_t> &inputs, uint64_t seed,
                        const std::vector<CallVariation> &variations) const;

    /// Channelwise kernels: rows, columns and mixed shapes at every level, every alignment and in place. No sum is
    /// exact, so an order of adding that differs shows.
    /// With a step only some alignments, which takes less time and finds the same digest.
    BlockResult compare_shapes(size_t alignment_step = 1) const;

    /// Every alignment with every split, taking turns in being in place; with a step fewer of them.
    std::vector<CallVariation> all_variations(uint64_t step = 1) const;
    /// One of them.
    CallVariation variation(uint64_t turn) const;

    size_t alignments() const { return shape_.lanes; }
    size_t splits() const { return all_splits().size(); }

private:
    struct Split {
        std::string name;
        std::vector<size_t> lengths;  ///< in turn; 0: all that is left
    };
    struct Arrays;
    struct Memory;

    KernelShape shape_;
    std::vector<LevelCall> levels_;

    std::vector<Split> all_splits() const;
    std::vector<int> places() const;
    void run(const LevelCall &level, const Arrays &arrays, const CallVariation &variation, const Split &split,
             Memory &memory) const;
    void call_pieces(const LevelCall &level, const Arrays &arrays, const Split &split, Memory &memory) const;
    /// The input that output `output` lies over; -1: none.
    int input_below(size_t output, const CallVariation &variation) const;
    std::optional<BitDifference> find_difference(const Arrays &arrays, const char *expected, const char *found) const;
    BlockResult compare_arrays(const Arrays &arrays, const std::vector<CallVariation> &variations,
                               bool compares_sums) const;
    Arrays with_random_inputs(size_t outer, size_t channels, size_t inner, uint64_t seed) const;
    void let_sums_cancel(Arrays &arrays) const;
};

}  // namespace actinide
