#include "generators/element_type.h"

#include "generators/math/conversions.h"

namespace actinide {

Halide::Type storage_type(DType dtype) {
    switch (dtype) {
        case DType::f32:
            return Halide::Float(32);
        case DType::f16:
        case DType::bf16:
            return Halide::UInt(16);
        case DType::f64:
            return Halide::Float(64);
        case DType::s8:
            return Halide::Int(8);
        case DType::u8:
            return Halide::UInt(8);
    }
    return {};
}

Halide::Type arithmetic_type(DType dtype) {
    return Halide::Float(arithmetic_bits(dtype));
}

Halide::Expr loaded(DType dtype, const Halide::Expr &element) {
    if (dtype == DType::f16) return math::from_float16(element);
    if (dtype == DType::bf16) return math::from_bfloat16(element);
    return element;
}

Halide::Expr stored(DType dtype, const Halide::Expr &number) {
    if (dtype == DType::f16) return math::to_float16(number);
    if (dtype == DType::bf16) return math::to_bfloat16(number);
    return number;
}

}  // namespace actinide
