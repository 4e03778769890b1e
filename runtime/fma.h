/* Where no instruction multiplies and adds with one rounding. Internal. */
#ifndef ACTINIDE_RUNTIME_FMA_H
#define ACTINIDE_RUNTIME_FMA_H

#include "runtime/kernel.h"

/* a * b + c, rounded once, to nearest, ties to even. Of all numbers, infinities, signed zeros and subnormals included;
 * NaN where the exact result is none. Kernels call it by name (tools/compiler/without_fma.cpp). */
ACTINIDE_INTERNAL double actinide_fma(double a, double b, double c);

#endif
