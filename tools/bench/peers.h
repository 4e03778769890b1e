// Vector libraries that offer elementary functions too, on arrays.
#pragma once

#include <cstddef>
#include <vector>

namespace actinide {

struct Peer {
    const char *library;                                           ///< "SLEEF (1.0 ULP)"
    const char *function;                                          ///< as generators/math calls it: "tanh"
    void (*run)(const float *input, float *output, size_t count);  ///< whole vectors only: `count` is a multiple of 16
};

/// Empty where neither library was found when this was built.
std::vector<Peer> peers_of_avx2();
std::vector<Peer> peers_of_avx512();

}  // namespace actinide
