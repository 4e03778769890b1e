#include "tools/bench/copy_limit.h"

#include "schedules/target.h"

namespace actinide {

Copies copies_of(size_t inputs, size_t outputs) {
    const TargetLookup host = find_target("host");
    const TargetLookup widest = find_target("x86-64-avx512");
    const bool has_widest = host.target && widest.target && host.target->name == widest.target->name;
    return has_widest ? copies_of_avx512(inputs, outputs) : copies_of_avx2(inputs, outputs);
}

}  // namespace actinide
