// What a call of a kernel takes for arrays of one size, and where they lie in memory.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tools/compiler/compiler.h"

namespace actinide {

struct ArrayLayout {
    std::string name;  ///< the argument's
    bool is_output = false;
    bool per_channel = false;
    size_t place = 0;  ///< from the beginning of the call's memory
    size_t bytes = 0;
};

struct CallLayout {
    size_t elements = 0;
    size_t channels = 1;  ///< or rows; 1 of a kernel that has neither
    size_t bytes = 0;     ///< of the memory that holds all arrays: whole pages
    std::vector<ArrayLayout> arrays;
    std::vector<size_t> sizes;
    std::vector<double> parameters;  ///< at their defaults
};

/// Whole pages, to which a call's memory is aligned.
constexpr size_t page_bytes = 4096;

/// Arrays and sizes in the order of the C function. Channels, or rows, come first and are 64 at most; `size` that is no
/// multiple of them is rounded down.
CallLayout layout_of(const KernelKey &key, size_t size);

/// Of a parameter, or of an input that stands for one.
double default_value(const Activation &activation, const std::string &name);

}  // namespace actinide
