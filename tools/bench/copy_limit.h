// What a machine can do at best with the bytes that a kernel moves: read all of the inputs, write all of the outputs,
// compute nothing.
#pragma once

#include <cstddef>

namespace actinide {

/// Writes the or of all inputs into each output.
using CopyStreams = void (*)(const void *const *inputs, void *const *outputs, size_t bytes);

/// The two ways of storing. Null for more streams than these are made for.
struct Copies {
    CopyStreams plain = nullptr;      ///< through the caches
    CopyStreams streaming = nullptr;  ///< past them; outputs are aligned to 64 bytes
};

/// With the widest vectors that this CPU has.
Copies copies_of(size_t inputs, size_t outputs);

Copies copies_of_avx2(size_t inputs, size_t outputs);
Copies copies_of_avx512(size_t inputs, size_t outputs);

}  // namespace actinide
