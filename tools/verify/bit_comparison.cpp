#include "tools/verify/bit_comparison.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <stdexcept>

#include "tools/verify/output_digest.h"

namespace actinide {
namespace {

constexpr size_t vector_bytes = 64;
constexpr size_t core_elements = 4096;

/// SplitMix64: the same numbers in every standard library.
class RandomBits {
public:
    explicit RandomBits(uint64_t seed) : state_(seed) {}

    uint64_t next() {
        state_ += 0x9e3779b97f4a7c15U;
        uint64_t mixed = state_;
        mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
        mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
        return mixed ^ (mixed >> 31U);
    }

private:
    uint64_t state_;
};

uint64_t sign_of(const BitFormat &format) {
    return uint64_t{1} << (8 * format.bytes - 1);
}

/// Either sign, any significand, 1/8 to 16.
uint64_t near_one(const BitFormat &format, RandomBits &random) {
    const uint64_t significand = random.next() & ((uint64_t{1} << format.significand_bits) - 1);
    const uint64_t exponent = (format.one >> format.significand_bits) - 3 + random.next() % 7;
    const uint64_t sign = (random.next() & 1U) != 0 ? sign_of(format) : 0;
    return sign | exponent << format.significand_bits | significand;
}

/// Half of them any bits at all.
uint64_t any_number(const BitFormat &format, RandomBits &random) {
    const uint64_t any = random.next();
    return (any & 1U) != 0 ? random.next() >> (64 - 8 * format.bytes) : near_one(format, random);
}

uint64_t load(const void *elements, size_t bytes, size_t index) {
    // Both machines are little-endian.
    uint64_t bits = 0;
    std::memcpy(&bits, static_cast<const char *>(elements) + index * bytes, bytes);
    return bits;
}

void store(void *elements, size_t bytes, size_t index, uint64_t bits) {
    std::memcpy(static_cast<char *>(elements) + index * bytes, &bits, bytes);
}

/// A NaN's sign and payload are free, so all are one.
uint64_t canonical(uint64_t bits, uint64_t sign, uint64_t infinity) {
    return (bits & (sign - 1)) > infinity ? infinity | 1U : bits;
}

std::vector<char> stored(const std::vector<uint64_t> &bits, size_t bytes) {
    std::vector<char> elements(bits.size() * bytes);
    for (size_t i = 0; i < bits.size(); ++i) store(elements.data(), bytes, i, bits[i]);
    return elements;
}

void add_to_digest(actinide_digest &digest, const char *elements, size_t count, const BitFormat &format) {
    switch (format.bytes) {
        case 2:
            actinide_digest_add_16(&digest, elements, count, static_cast<uint16_t>(format.infinity));
            break;
        case 4:
            actinide_digest_add_32(&digest, elements, count);
            break;
        default:
            actinide_digest_add_64(&digest, elements, count);
    }
}

BitFormat format_of_sums(size_t bytes) {
    return bytes == 8 ? float64_bits : float32_bits;
}

/// Room for `count` elements that begin `offset` elements behind a vector's start.
class AlignedArray {
public:
    char *place(size_t count, size_t bytes, size_t offset) {
        bytes_.resize(count * bytes + 2 * vector_bytes);
        const auto address = reinterpret_cast<uintptr_t>(bytes_.data());
        begin_ = bytes_.data() + (vector_bytes - address % vector_bytes) % vector_bytes + offset * bytes;
        return begin_;
    }
    char *begin() const { return begin_; }

private:
    std::vector<char> bytes_;
    char *begin_ = nullptr;
};

}  // namespace

/// The inputs of one or several calls.
struct BitComparison::Arrays {
    std::vector<std::vector<char>> inputs;
    std::array<size_t, 3> sizes;  ///< {n, 1, 1} or {outer, channels, inner}

    size_t count() const { return sizes[0] * sizes[1] * sizes[2]; }
};

/// Where the calls find their arrays and leave their results.
struct BitComparison::Memory {
    std::vector<AlignedArray> inputs;
    std::vector<AlignedArray> outputs;
    std::vector<AlignedArray> sums;
    std::vector<char *> input_places;
    std::vector<char *> output_places;
};

std::vector<BitComparison::Split> BitComparison::all_splits() const {
    std::vector<size_t> growing;
    for (size_t length = 1; length <= 2 * shape_.lanes; ++length) growing.push_back(length);
    const auto calls_of = [](size_t length) { return Split{"calls of " + std::to_string(length), {length}}; };
    return {{"one call", {0}},
            calls_of(1),
            calls_of(7),
            calls_of(shape_.lanes - 1),
            calls_of(shape_.lanes + 1),
            calls_of(1021),
            {"calls of 1 to " + std::to_string(2 * shape_.lanes) + " in turn", growing}};
}

std::vector<int> BitComparison::places() const {
    std::vector<int> all = {-1};
    for (size_t i = 0; i < shape_.per_channel_inputs.size(); ++i) {
        if (!shape_.per_channel_inputs[i]) all.push_back(static_cast<int>(i));
    }
    return all;
}

CallVariation BitComparison::variation(uint64_t turn) const {
    const std::vector<int> all_places = places();
    const size_t alignment = turn % shape_.lanes;
    const size_t split = turn / shape_.lanes % splits();
    return {alignment, split, all_places[(alignment + split) % all_places.size()]};
}

std::vector<CallVariation> BitComparison::all_variations(uint64_t step) const {
    std::vector<CallVariation> all;
    all.reserve(shape_.lanes * splits() / step + 1);
    for (uint64_t turn = 0; turn < shape_.lanes * splits(); turn += step) all.push_back(variation(turn));
    return all;
}

std::vector<uint64_t> BitComparison::core_inputs() const {
    const BitFormat &format = shape_.format;
    const uint64_t exponents = uint64_t{1} << (8 * format.bytes - 1 - format.significand_bits);
    const uint64_t significands = uint64_t{1} << format.significand_bits;
    const std::array<uint64_t, 4> ends = {0, 1, significands / 2, significands - 1};
    RandomBits random(1);
    std::vector<uint64_t> inputs;
    for (size_t round = 0; inputs.size() < core_elements; ++round) {
        for (uint64_t exponent = 0; exponent < exponents && inputs.size() < core_elements; ++exponent) {
            const uint64_t significand = round < ends.size() ? ends[round] : random.next() % significands;
            inputs.push_back(exponent << format.significand_bits | significand);
            inputs.push_back(inputs.back() | sign_of(format));
        }
    }
    return inputs;
}

BitComparison::Arrays BitComparison::with_random_inputs(size_t outer, size_t channels, size_t inner,
                                                        uint64_t seed) const {
    Arrays arrays{{}, {outer, channels, inner}};
    RandomBits random(seed);
    for (const bool is_per_channel : shape_.per_channel_inputs) {
        std::vector<uint64_t> bits(is_per_channel ? channels : arrays.count());
        for (uint64_t &each : bits)
            each = is_per_channel ? near_one(shape_.format, random) : any_number(shape_.format, random);
        arrays.inputs.push_back(stored(bits, shape_.format.bytes));
    }
    return arrays;
}

void BitComparison::call_pieces(const LevelCall &level, const Arrays &arrays, const Split &split,
                                Memory &memory) const {
    const size_t bytes = shape_.format.bytes;
    const size_t count = arrays.count();
    std::vector<const void *> inputs(arrays.inputs.size());
    size_t turn = 0;
    for (size_t done = 0; done < count;) {
        const size_t wanted = split.lengths[turn++ % split.lengths.size()];
        const bool is_whole = wanted == 0;
        const size_t length = is_whole ? count : std::min(wanted, count - done);
        std::array<size_t, 3> sizes = arrays.sizes;
        if (!is_whole)
            sizes = shape_.is_channelwise ? std::array<size_t, 3>{1, 1, length} : std::array<size_t, 3>{length, 1, 1};
        for (size_t i = 0; i < inputs.size(); ++i) {
            inputs[i] = memory.input_places[i] + (shape_.per_channel_inputs[i] ? 0 : done * bytes);
        }
        std::vector<void *> outputs;
        outputs.reserve(shape_.elements + shape_.sums);
        for (char *place : memory.output_places) outputs.push_back(place + done * bytes);
        for (const AlignedArray &sum : memory.sums) outputs.push_back(sum.begin());
        const int status = level.call(inputs.data(), outputs.data(), sizes.data());
        if (status != 0)
            throw std::runtime_error("a kernel refused its arguments with status " + std::to_string(status));
        done += length;
    }
}

void BitComparison::run(const LevelCall &level, const Arrays &arrays, const CallVariation &variation,
                        const Split &split, Memory &memory) const {
    const size_t bytes = shape_.format.bytes;
    const auto offset_of = [&](size_t array) { return variation.alignment * (2 * array + 1) % shape_.lanes; };
    memory.inputs.resize(arrays.inputs.size());
    memory.input_places.clear();
    for (size_t i = 0; i < arrays.inputs.size(); ++i) {
        const std::vector<char> &values = arrays.inputs[i];
        memory.input_places.push_back(memory.inputs[i].place(values.size() / bytes, bytes, offset_of(i)));
        std::copy(values.begin(), values.end(), memory.input_places.back());
    }
    memory.outputs.resize(shape_.elements);
    memory.output_places.clear();
    for (size_t i = 0; i < shape_.elements; ++i) {
        char *own = memory.outputs[i].place(arrays.count(), bytes, offset_of(arrays.inputs.size() + i));
        const int below = input_below(i, variation);
        memory.output_places.push_back(below < 0 ? own : memory.input_places[static_cast<size_t>(below)]);
    }
    memory.sums.resize(shape_.sums);
    for (size_t i = 0; i < shape_.sums; ++i) {
        const size_t lanes_of_sums = vector_bytes / shape_.sum_bytes;
        memory.sums[i].place(arrays.sizes[1], shape_.sum_bytes, (variation.alignment + i) % lanes_of_sums);
    }
    call_pieces(level, arrays, split, memory);
}

int BitComparison::input_below(size_t output, const CallVariation &variation) const {
    if (variation.in_place < 0) return -1;
    std::vector<int> inputs = places();
    inputs.erase(inputs.begin());  // none
    const auto first = std::find(inputs.begin(), inputs.end(), variation.in_place) - inputs.begin();
    return inputs[(static_cast<size_t>(first) + output) % inputs.size()];
}

std::optional<BitDifference> BitComparison::find_difference(const Arrays &arrays, const char *expected,
                                                            const char *found) const {
    const BitFormat &format = shape_.format;
    const size_t count = arrays.count();
    if (std::memcmp(expected, found, count * format.bytes) == 0) return std::nullopt;
    for (size_t i = 0; i < count; ++i) {
        const uint64_t a = load(expected, format.bytes, i);
        const uint64_t b = load(found, format.bytes, i);
        const uint64_t sign = sign_of(format);
        if (canonical(a, sign, format.infinity) == canonical(b, sign, format.infinity)) continue;
        BitDifference difference;
        difference.expected = a;
        difference.found = b;
        const size_t channel = i / arrays.sizes[2] % arrays.sizes[1];
        for (size_t input = 0; input < arrays.inputs.size(); ++input) {
            const size_t index = shape_.per_channel_inputs[input] ? channel : i;
            difference.inputs.push_back(load(arrays.inputs[input].data(), format.bytes, index));
        }
        return difference;
    }
    return std::nullopt;
}

namespace {

std::optional<BitDifference> find_sum_difference(const char *expected, const char *found, size_t channels,
                                                 size_t bytes) {
    const BitFormat format = format_of_sums(bytes);
    for (size_t channel = 0; channel < channels; ++channel) {
        const uint64_t a = load(expected, bytes, channel);
        const uint64_t b = load(found, bytes, channel);
        if (canonical(a, sign_of(format), format.infinity) == canonical(b, sign_of(format), format.infinity)) continue;
        BitDifference difference;
        difference.channel = channel;
        difference.expected = a;
        difference.found = b;
        return difference;
    }
    return std::nullopt;
}

}  // namespace

BlockResult BitComparison::compare_arrays(const Arrays &arrays, const std::vector<CallVariation> &variations,
                                          bool compares_sums) const {
    const std::vector<Split> splits = all_splits();
    Memory expected;
    Memory found;
    run(levels_.front(), arrays, {}, splits.front(), expected);

    BlockResult result;
    actinide_digest digest = actinide_digest_start();
    for (const char *output : expected.output_places) {
        add_to_digest(digest, output, arrays.count(), shape_.format);
    }
    for (size_t i = 0; compares_sums && i < shape_.sums; ++i) {
        add_to_digest(digest, expected.sums[i].begin(), arrays.sizes[1], format_of_sums(shape_.sum_bytes));
    }
    result.digest = actinide_digest_end(&digest);

    const auto check = [&](const LevelCall &level, const CallVariation &variation) {
        const Split &split = splits[variation.split];
        run(level, arrays, variation, split, found);
        for (size_t i = 0; i < shape_.elements && !result.difference; ++i) {
            result.difference = find_difference(arrays, expected.output_places[i], found.output_places[i]);
        }
        for (size_t i = 0; compares_sums && i < shape_.sums && !result.difference; ++i) {
            result.difference =
                find_sum_difference(expected.sums[i].begin(), found.sums[i].begin(), arrays.sizes[1], shape_.sum_bytes);
            if (result.difference) result.difference->sum = i;
        }
        if (!result.difference) return true;
        result.difference->level = level.level;
        result.difference->variation = variation;
        result.difference->split = split.name;
        return false;
    };
    for (const LevelCall &level : levels_) {
        if (!check(level, {})) return result;
        for (const CallVariation &variation : variations) {
            if (!check(level, variation)) return result;
        }
    }
    return result;
}

BlockResult BitComparison::compare(const std::vector<uint64_t> &inputs, uint64_t seed,
                                   const std::vector<CallVariation> &variations) const {
    Arrays arrays = shape_.is_channelwise ? with_random_inputs(1, 1, inputs.size(), seed)
                                          : with_random_inputs(inputs.size(), 1, 1, seed);
    arrays.inputs.front() = stored(inputs, shape_.format.bytes);
    return compare_arrays(arrays, variations, false);
}

/// The second half of each channel's products is the first half's negative in reverse, so that what is left of a sum is
/// its rounding errors.
void BitComparison::let_sums_cancel(Arrays &arrays) const {
    const auto [outer, channels, inner] = arrays.sizes;
    const size_t bytes = shape_.format.bytes;
    RandomBits random(outer * 31 + channels * 7 + inner);
    for (size_t i = 0; i < arrays.inputs.size(); ++i) {
        if (shape_.per_channel_inputs[i]) continue;
        const bool is_last = i + 1 == arrays.inputs.size();
        for (size_t channel = 0; channel < channels; ++channel) {
            const size_t length = outer * inner;
            const auto at = [&, inner = inner, channels = channels](size_t k) {
                return (k / inner * channels + channel) * inner + k % inner;
            };
            for (size_t k = 0; k < (length + 1) / 2; ++k) {
                const uint64_t bits = near_one(shape_.format, random);
                store(arrays.inputs[i].data(), bytes, at(k), bits);
                store(arrays.inputs[i].data(), bytes, at(length - 1 - k),
                      is_last ? bits ^ sign_of(shape_.format) : bits);
            }
        }
    }
}

BlockResult BitComparison::compare_shapes(size_t alignment_step) const {
    BlockResult whole;
    if (!shape_.is_channelwise) return whole;
    const std::array<std::array<size_t, 3>, 9> shapes = {{{1, 1, 5000},
                                                          {4, 16, 64},
                                                          {64, 64, 1},
                                                          {1, 4096, 1},
                                                          {512, 9, 1},
                                                          {3, 7, 191},
                                                          {259, 15, 1},
                                                          {2, 1, 2049},
                                                          {5, 600, 2}}};
    std::vector<CallVariation> variations;
    for (size_t alignment = 0; alignment < shape_.lanes; alignment += alignment_step) {
        for (const int in_place : places()) variations.push_back({alignment, 0, in_place});
    }
    for (const auto &[outer, channels, inner] : shapes) {
        Arrays arrays = with_random_inputs(outer, channels, inner, outer + channels);
        if (shape_.sums != 0) let_sums_cancel(arrays);
        const BlockResult found = compare_arrays(arrays, variations, shape_.sums != 0);
        whole.digest = actinide_digest_join(whole.digest, found.digest);
        if (!found.difference) continue;
        whole.difference = found.difference;
        whole.difference->split = std::to_string(outer) + " x " + std::to_string(channels) + " x " +
                                  std::to_string(inner) + " elements in one call";
        break;
    }
    return whole;
}

}  // namespace actinide
