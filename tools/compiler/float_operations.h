// What a compiled tile computes per element, told from LLVM's code itself: so that body and tail, and all CPUs, agree.
#pragma once

#include <llvm/IR/Function.h>

#include <cstdint>
#include <map>
#include <string>

namespace actinide {

/// The floating-point operations on the way to one stored element, each once: a key that depends on the operation, its
/// constants and the operations below it, and its name.
using FloatOperations = std::map<uint64_t, std::string>;

struct FloatReport {
    FloatOperations operations;
    std::string complaint;  ///< empty, or a sentence about what may not be in a kernel
};

/// Looks at a tile of independent elements: each store (of the unrolled body, the single vectors, the tail) must take
/// the same operations. Complains about a difference, a fast-math flag, a call, an intrinsic that differs between CPUs,
/// and, where `must_be_vectors`, about an fma that is not a vector's.
FloatReport inspect_elements(const llvm::Function &tile, bool must_be_vectors);

/// Likewise where a single element's results lie in turn in one array, and so have operations of their own.
FloatReport inspect_one_element(const llvm::Function &tile);

/// Looks at a tile of sums, whose loops LLVM may have cut differently: all operations of the function together.
FloatReport inspect_sums(const llvm::Function &tile, bool must_be_vectors);

/// A sentence about the first operation that only one of the two has; empty if they agree.
std::string difference(const FloatOperations &a, const std::string &a_name, const FloatOperations &b,
                       const std::string &b_name);

}  // namespace actinide
