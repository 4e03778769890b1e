// The functions of a package's headers: what C sees of all kernels that share one name.
#pragma once

#include <string>
#include <vector>

#include "tools/package/package.h"

namespace actinide {

/// One argument as C declares it, and its default where C++ may leave it out.
struct CArgument {
    std::string declaration;   ///< "const float *x"
    std::string name;          ///< "x"
    std::string default_text;  ///< "1.0f"; empty: must be given
    std::string meaning;
    std::string direction;          ///< "in", "out" or empty
    size_t values_per_element = 1;  ///< of an array: 2 where it holds pairs, 0 where it holds bits
    int bits_per_element = 0;       ///< of an array
    bool per_channel = false;
};

/// One function, compiled for one or more targets.
struct CFunction {
    std::string symbol;    ///< "actn_elu_forward_f32_cuda"
    std::string cpp_name;  ///< "elu_forward_cuda": without prefix and, but for bits, dtype, which the arguments tell
    const Activation *activation;
    Pass pass;
    DType dtype;
    bool cuda;
    Signature signature;
    std::vector<CArgument> arguments;
    std::vector<const PackagedKernel *> kernels;  ///< one per archive

    /// The name of the function that sizes the workspace; empty where none is needed.
    std::string workspace_symbol;
};

/// All functions of the package, in the order in which their kernels appear; CPU functions first.
std::vector<CFunction> c_functions(const Package &package);

/// "float" for f32; the 16-bit types are bits: "actn_bf16".
std::string c_type(DType dtype, const std::string &prefix);
/// Whether C sees the type's numbers as bits, as no standard has a type for them.
bool is_stored_as_bits(DType dtype);

/// Whether any of the functions is of this type.
bool has_dtype(const std::vector<CFunction> &functions, DType dtype);
/// `prefix` as macros and enumerators spell it: "ACTN".
std::string upper_case(const std::string &text);
/// `text` with everything that may not stand in a C identifier replaced by `_`.
std::string identifier(const std::string &text);

}  // namespace actinide
