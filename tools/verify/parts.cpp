#include "tools/verify/parts.h"

#include <algorithm>

#include "tools/verify/number_format.h"

namespace actinide {
namespace {

constexpr uint64_t random_part_inputs = uint64_t{1} << 14;

bool sweeps_all(const KernelKey &key, const VerifyOptions &options) {
    if (key.dtype == DType::f64 || options.random_parameters > 0) return false;
    return options.exhaustive || bytes_per_element(key.dtype) == 2;
}

}  // namespace

PartPlan::PartPlan(const KernelKey &key, const VerifyOptions &options)
    : is_exhaustive_(sweeps_all(key, options)),
      sets_(static_cast<uint64_t>(std::max(1, options.random_parameters))),
      inputs_per_set_(is_exhaustive_ ? count_of_inputs(key.dtype) : options.samples),
      part_inputs_(std::min(inputs_per_set_, is_exhaustive_ ? inputs_per_part : random_part_inputs)),
      parts_per_set_((inputs_per_set_ + part_inputs_ - 1) / part_inputs_) {}

uint64_t PartPlan::size_of(uint64_t part) const {
    return std::min(part_inputs_, inputs_per_set_ - first_of(part));
}

}  // namespace actinide
