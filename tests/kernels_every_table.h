// The main function of a program that looks at every CPU kernel of every table.
#pragma once

#include <actinide_kernels/kernels.h>

#include <iostream>

#include "tests/kernels_table.h"

namespace actinide::kernels {

/// `is_fine(table, count)` for each table, at the level that the first argument names, if there is one. The exit code:
/// 0, 1 if a table was not fine, 3 if this machine lacks the level.
template <typename IsFine>
int look_at_every_table(int count, char **arguments, const IsFine &is_fine) {
    if (count > 1 && actn_set_cpu_level(arguments[1]) != ACTN_OK) {
        std::cerr << "no level '" << arguments[1] << "' here\n";
        return 3;
    }
    bool are_fine = is_fine(kernel_table, kernel_count);
    are_fine = is_fine(kernel_small_table, kernel_small_count) && are_fine;
    are_fine = is_fine(kernel_double_table, kernel_double_count) && are_fine;
    return are_fine ? 0 : 1;
}

}  // namespace actinide::kernels
