#include "tools/bench/numbers.h"

#include <algorithm>
#include <random>

#include "tools/verify/number_format.h"

namespace actinide {

double deviation_of(const std::string &name) {
    return name == "dy" ? 1 : 3;
}

const Block &NormalNumbers::of(const std::string &name, DType dtype) {
    const auto [place, is_new] = known_.try_emplace({name, dtype});
    Block &block = place->second;
    if (!is_new) return block;
    const size_t bytes = bytes_per_element(dtype);
    block.resize(block_elements * bytes);
    std::seed_seq seed(name.begin(), name.end());
    std::mt19937_64 random(seed);
    std::normal_distribution<double> normal(0, deviation_of(name));
    for (size_t i = 0; i < block_elements; ++i) store_bits(dtype, block.data(), i, encoded(dtype, normal(random)));
    return block;
}

void fill(char *array, size_t bytes, const Block &block) {
    for (size_t done = 0; done < bytes; done += block.size()) {
        std::copy_n(block.begin(), std::min(block.size(), bytes - done), array + done);
    }
}

}  // namespace actinide
