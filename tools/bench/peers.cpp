// Compiled once for AVX2 and once for AVX-512, as a compiler's flags decide what a vector is.
#include "tools/bench/peers.h"

#include <immintrin.h>

#include <cstring>

#ifdef ACTINIDE_SLEEF
#include <sleef.h>
#endif

namespace {

#ifdef __AVX512F__
using Vector = __m512;
#define GLIBC(name) _ZGVeN16v_##name##f
#define SLEEF(name, ulp) Sleef_##name##f16_u##ulp
#define PEERS peers_of_avx512
#else
using Vector = __m256;
#define GLIBC(name) _ZGVdN8v_##name##f
#define SLEEF(name, ulp) Sleef_##name##f8_u##ulp
#define PEERS peers_of_avx2
#endif

template <auto function>
void run(const float *input, float *output, size_t count) {
    constexpr size_t lanes = sizeof(Vector) / sizeof(float);
    for (size_t i = 0; i < count; i += lanes) {
        Vector vector;
        std::memcpy(&vector, input + i, sizeof vector);
        vector = function(vector);
        std::memcpy(output + i, &vector, sizeof vector);
    }
}

}  // namespace

#ifdef ACTINIDE_LIBMVEC
extern "C" {
Vector GLIBC(cos)(Vector);
Vector GLIBC(erf)(Vector);
Vector GLIBC(erfc)(Vector);
Vector GLIBC(exp)(Vector);
Vector GLIBC(exp2)(Vector);
Vector GLIBC(expm1)(Vector);
Vector GLIBC(log)(Vector);
Vector GLIBC(log1p)(Vector);
Vector GLIBC(sin)(Vector);
Vector GLIBC(tanh)(Vector);
}
#endif

namespace actinide {

std::vector<Peer> PEERS() {
    return {
#ifdef ACTINIDE_SLEEF
        {"SLEEF, 1.0 ULP", "cos", run<SLEEF(cos, 10)>},     {"SLEEF, 3.5 ULP", "cos", run<SLEEF(cos, 35)>},
        {"SLEEF, 1.0 ULP", "erf", run<SLEEF(erf, 10)>},     {"SLEEF, 1.5 ULP", "erfc", run<SLEEF(erfc, 15)>},
        {"SLEEF, 1.0 ULP", "exp", run<SLEEF(exp, 10)>},     {"SLEEF, 1.0 ULP", "exp2", run<SLEEF(exp2, 10)>},
        {"SLEEF, 3.5 ULP", "exp2", run<SLEEF(exp2, 35)>},   {"SLEEF, 1.0 ULP", "expm1", run<SLEEF(expm1, 10)>},
        {"SLEEF, 1.0 ULP", "log", run<SLEEF(log, 10)>},     {"SLEEF, 3.5 ULP", "log", run<SLEEF(log, 35)>},
        {"SLEEF, 1.0 ULP", "log1p", run<SLEEF(log1p, 10)>}, {"SLEEF, 1.0 ULP", "sin", run<SLEEF(sin, 10)>},
        {"SLEEF, 3.5 ULP", "sin", run<SLEEF(sin, 35)>},     {"SLEEF, 0.5 ULP", "sqrt", run<SLEEF(sqrt, 05)>},
        {"SLEEF, 1.0 ULP", "tanh", run<SLEEF(tanh, 10)>},   {"SLEEF, 3.5 ULP", "tanh", run<SLEEF(tanh, 35)>},
#endif
#ifdef ACTINIDE_LIBMVEC
        {"glibc's vectors", "cos", run<GLIBC(cos)>},        {"glibc's vectors", "erf", run<GLIBC(erf)>},
        {"glibc's vectors", "erfc", run<GLIBC(erfc)>},      {"glibc's vectors", "exp", run<GLIBC(exp)>},
        {"glibc's vectors", "exp2", run<GLIBC(exp2)>},      {"glibc's vectors", "expm1", run<GLIBC(expm1)>},
        {"glibc's vectors", "log", run<GLIBC(log)>},        {"glibc's vectors", "log1p", run<GLIBC(log1p)>},
        {"glibc's vectors", "sin", run<GLIBC(sin)>},        {"glibc's vectors", "tanh", run<GLIBC(tanh)>},
#endif
    };
}

}  // namespace actinide
