// The reference of all activations: an index and a page for each family, with pictures.
#pragma once

#include <map>
#include <string>

#include "generators/catalogue/known_activations.h"
#include "tools/cli/outcome.h"

namespace actinide::cli {

/// All activations by family, one line each, with links to the families' pages.
std::string print_index(const KnownActivations &known);

/// Path below the reference's folder -> content: index.md, FAMILY.md, pictures/NAME.svg and a list of these.
std::map<std::string, std::string> reference_files(const KnownActivations &known);

/// Writes them into `folder`, all or none; the path of the index on standard output.
Outcome write_reference(const KnownActivations &known, const std::string &folder);

}  // namespace actinide::cli
