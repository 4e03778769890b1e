// What benchmarks fill arrays with: always the same numbers, of the kind that networks have.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "generators/catalogue/pass.h"

namespace actinide {

/// Elements of one dtype, repeated through an array of any length. Long enough that no branch predictor learns them.
using Block = std::vector<char>;
constexpr size_t block_elements = 1'000'003;

/// Of the numbers in the array of that name: 1 for gradients, 3 for anything else.
double deviation_of(const std::string &name);

/// Normally distributed numbers, for every name others.
class NormalNumbers {
public:
    const Block &of(const std::string &name, DType dtype);

private:
    std::map<std::pair<std::string, DType>, Block> known_;
};

/// Writes `block` again and again.
void fill(char *array, size_t bytes, const Block &block);

}  // namespace actinide
