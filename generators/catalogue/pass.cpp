#include "generators/catalogue/pass.h"

#include <algorithm>
#include <cassert>

#include "generators/math/function.h"

namespace actinide {
namespace {

struct PassRow {
    Pass pass;
    const char *name;
    Pass plain;
    Arrangement arrangement;
};

const std::vector<PassRow> &rows() {
    static const std::vector<PassRow> all = {
        {Pass::forward, "forward", Pass::forward, Arrangement::dense},
        {Pass::backward, "backward", Pass::backward, Arrangement::dense},
        {Pass::backward_from_output, "backward_from_output", Pass::backward_from_output, Arrangement::dense},
        {Pass::forward_rows, "forward_rows", Pass::forward, Arrangement::rows},
        {Pass::backward_rows, "backward_rows", Pass::backward, Arrangement::rows},
        {Pass::backward_from_output_rows, "backward_from_output_rows", Pass::backward_from_output, Arrangement::rows},
        {Pass::forward_counted, "forward_counted", Pass::forward, Arrangement::counted},
        {Pass::forward_mask, "forward_mask", Pass::forward, Arrangement::masked},
        {Pass::backward_from_mask, "backward_from_mask", Pass::backward, Arrangement::masked},
        {Pass::forward_pairs, "forward_pairs", Pass::forward, Arrangement::pairs},
        {Pass::backward_pairs, "backward_pairs", Pass::backward, Arrangement::pairs},
        {Pass::forward_table, "forward_table", Pass::forward, Arrangement::table},
    };
    return all;
}

const PassRow &row_of(Pass pass) {
    const auto found = std::find_if(rows().begin(), rows().end(), [&](const PassRow &row) { return row.pass == pass; });
    assert(found != rows().end());
    return *found;
}

std::vector<Pass> passes_that_are_dense(bool dense) {
    std::vector<Pass> passes;
    for (const PassRow &row : rows()) {
        if ((row.arrangement == Arrangement::dense) == dense) passes.push_back(row.pass);
    }
    return passes;
}

}  // namespace

const std::vector<Pass> &all_passes() {
    static const std::vector<Pass> all = passes_that_are_dense(true);
    return all;
}

const std::vector<Pass> &further_passes() {
    static const std::vector<Pass> all = passes_that_are_dense(false);
    return all;
}

Pass plain_pass(Pass pass) {
    return row_of(pass).plain;
}

Arrangement arrangement_of(Pass pass) {
    return row_of(pass).arrangement;
}

bool has_special_arrays(Pass pass) {
    switch (arrangement_of(pass)) {
        case Arrangement::dense:
        case Arrangement::rows:
        case Arrangement::counted:
            return false;
        case Arrangement::masked:
        case Arrangement::pairs:
        case Arrangement::table:
            return true;
    }
    return false;
}

std::string to_string(Pass pass) {
    return row_of(pass).name;
}

std::optional<Pass> pass_from_name(std::string_view name) {
    for (const PassRow &row : rows()) {
        if (row.name == name) return row.pass;
    }
    return std::nullopt;
}

const std::vector<DType> &all_dtypes() {
    static const std::vector<DType> all = {DType::f32, DType::f16, DType::bf16, DType::f64};
    return all;
}

const std::vector<DType> &quantized_dtypes() {
    static const std::vector<DType> all = {DType::s8, DType::u8};
    return all;
}

bool is_quantized(DType dtype) {
    return dtype == DType::s8 || dtype == DType::u8;
}

std::string to_string(DType dtype) {
    switch (dtype) {
        case DType::f32:
            return "f32";
        case DType::f16:
            return "f16";
        case DType::bf16:
            return "bf16";
        case DType::f64:
            return "f64";
        case DType::s8:
            return "s8";
        case DType::u8:
            return "u8";
    }
    return "";
}

std::optional<DType> dtype_from_name(std::string_view name) {
    for (const auto &dtypes : {all_dtypes(), quantized_dtypes()}) {
        for (const DType dtype : dtypes) {
            if (to_string(dtype) == name) return dtype;
        }
    }
    return std::nullopt;
}

FloatFormat format_of(DType dtype) {
    switch (dtype) {
        case DType::f32:
            return float32_format;
        case DType::f16:
            return float16_format;
        case DType::bf16:
            return bfloat16_format;
        case DType::f64:
        case DType::s8:  // computed in float64
        case DType::u8:
            return float64_format;
    }
    return float32_format;
}

size_t bytes_per_element(DType dtype) {
    switch (dtype) {
        case DType::f32:
            return 4;
        case DType::f16:
        case DType::bf16:
            return 2;
        case DType::f64:
            return 8;
        case DType::s8:
        case DType::u8:
            return 1;
    }
    return 0;
}

DType dtype_of_sums(DType dtype) {
    return dtype == DType::f64 ? DType::f64 : DType::f32;
}

DType dtype_of_parameters(DType dtype) {
    return arithmetic_bits(dtype) == 64 ? DType::f64 : DType::f32;
}

int arithmetic_bits(DType dtype) {
    return dtype == DType::f64 || is_quantized(dtype) ? 64 : 32;
}

bool hides_roundings(DType dtype, double function_ulp) {
    constexpr double more_than_the_worst = 900;
    return dtype == DType::bf16 || (dtype == DType::f32 && function_ulp >= more_than_the_worst);
}

double usual_function_ulp(DType dtype) {
    switch (dtype) {
        case DType::f16:
            return 32;  // of the 82 that are a hundredth of float16's unit
        case DType::bf16:
            return 160;  // of 655
        default:
            return math::usual_ulp;
    }
}

}  // namespace actinide
