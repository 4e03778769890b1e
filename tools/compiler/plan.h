// Which tiles a kernel is made of: derived from its signature, nothing else.
#pragma once

#include <vector>

#include "tools/compiler/halide_tile.h"

namespace actinide {

/// A tile and its place in the runtime's table (runtime/kernel.h: enum actinide_tile_role).
struct PlannedTile {
    int role;
    std::string name;  ///< for reports: "elementwise", "channels_last" …
    TileRequest request;
};

/// The error that each function of a kernel's formula may have, in ULP of the arithmetic type, for `max_ulp` as in
/// CompileOptions. 16-bit results are within 0.51 ULP whatever is asked, so that it changes nothing there.
double function_ulp(DType dtype, double max_ulp);

/// `max_ulp` as in CompileOptions: how exact the functions of the formula have to be.
std::vector<PlannedTile> plan_tiles(const KernelKey &key, double max_ulp);

/// Floating-point operations per element of the kernel's formulas: decides how far loops are unrolled.
int count_operations(const Formula &formula);

}  // namespace actinide
