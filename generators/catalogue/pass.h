// What kernels there are of an activation, and the types of numbers that they take.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "generators/formula/float_format.h"

namespace actinide {

/// What is computed per element, and how the arrays lie: see plain_pass and arrangement_of.
enum class Pass {
    forward,
    backward,
    backward_from_output,
    forward_rows,
    backward_rows,
    backward_from_output_rows,
    forward_counted,
    forward_mask,
    backward_from_mask,
    forward_pairs,
    backward_pairs,
    forward_table,
};
/// Numbers, and the 8-bit integers of quantised networks, which only tables have.
enum class DType { f32, f16, bf16, f64, s8, u8 };

/// How the arrays of a pass lie in memory, or what it gives beside its results.
enum class Arrangement {
    dense,    ///< one value per element, without gaps
    rows,     ///< rows with a stride of each array's own
    counted,  ///< dense, and counts per channel beside them
    masked,   ///< dense, and bits that tell the slope of each element
    pairs,    ///< the two inputs of a gate in turn, in one array
    table,    ///< the results for all 256 inputs of an 8-bit type
};

/// Those that a package has unless it is told otherwise.
const std::vector<Pass> &all_passes();
/// Those that have to be asked for: all other arrangements.
const std::vector<Pass> &further_passes();
/// The one of all_passes whose results per element it gives.
Pass plain_pass(Pass pass);
Arrangement arrangement_of(Pass pass);
/// Whether one of its arrays holds bits, pairs or a table. What it computes is the plain pass's, which is measured.
bool has_special_arrays(Pass pass);
/// Those of numbers, which all passes but tables take.
const std::vector<DType> &all_dtypes();
/// Those of tables.
const std::vector<DType> &quantized_dtypes();
bool is_quantized(DType dtype);
std::string to_string(Pass pass);
std::string to_string(DType dtype);
std::optional<Pass> pass_from_name(std::string_view name);
std::optional<DType> dtype_from_name(std::string_view name);
size_t bytes_per_element(DType dtype);
FloatFormat format_of(DType dtype);
/// Of gradients that are summed over many elements: a 16-bit type would lose them.
DType dtype_of_sums(DType dtype);
/// Of scalar parameters: f64 for f64, else f32.
DType dtype_of_parameters(DType dtype);

/// Of the numbers that a kernel computes with: 64 for f64, else 32.
int arithmetic_bits(DType dtype);
/// What the functions of a kernel's formula may err unless somebody asks for another bound, in ULP of the arithmetic
/// type. A unit of float16 holds 2^13 of float32's and one of bfloat16 2^16, so that rounding hides far more there.
double usual_function_ulp(DType dtype);
/// Whether results are so coarse, with functions that may err that much, that a formula's terms that only bring back
/// what roundings lose (without_corrections) do not show in them: without these the worst one of the catalogue is off
/// by 821 ULP of float32.
bool hides_roundings(DType dtype, double function_ulp);

}  // namespace actinide
