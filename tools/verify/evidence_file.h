// Evidence for the catalogue, as generators/catalogue/evidence/ keeps it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/verify/verify.h"

namespace actinide {

/// Takes the reports into `folder`/<activation>.json, each file whole or not at all; what a file says of other kernels
/// stays. Reports of one kernel at several levels must agree in their digests and are one entry. Evidence is of all
/// inputs, but of f64's, and of kernels that keep their promise; other reports are left out. Returns a sentence on
/// failure.
std::optional<std::string> record_evidence(const std::vector<KernelReport> &reports, const std::string &folder);

}  // namespace actinide
