// The C header of a package.
#pragma once

#include <string>
#include <vector>

#include "tools/package/c_function.h"

namespace actinide {

/// include/<name>/kernels.h: C11 and C++, includes <stddef.h> and <stdint.h> only.
std::string c_header(const Package &package, const std::vector<CFunction> &functions);

/// One function of it: the comment that says all a caller must know, and the prototype.
std::string c_declaration(const Package &package, const CFunction &function);

/// The prototype alone.
std::string c_prototype(const Package &package, const CFunction &function);

/// The arrays of the forward pass, and its channels' values, that a backward pass reads; none for a forward pass.
struct KeptArrays {
    std::vector<std::string> names;
    double bytes_per_element = 0;  ///< an eighth of a byte where it is a bit
};
KeptArrays kept_arrays(const CFunction &function);

/// The rows that say what each backward pass needs of the forward pass, what it saves and how exact it is.
std::string backward_table(const std::vector<CFunction> &functions);

}  // namespace actinide
