// One function per verb, each in its own file.
#pragma once

#include "tools/cli/arguments.h"
#include "tools/cli/outcome.h"

namespace actinide::cli {

Outcome run(const ListArguments &arguments);
Outcome run(const ShowArguments &arguments);
Outcome run(const BuildArguments &arguments);
Outcome run(const ExplainArguments &arguments);
Outcome run(const VerifyArguments &arguments);
Outcome run(const BenchArguments &arguments);
Outcome run(const TuneArguments &arguments);
Outcome run(const DoctorArguments &arguments);
Outcome run(const CacheArguments &arguments);
Outcome run(const VersionArguments &arguments);
/// A help page or a usage error is its own outcome.
inline Outcome run(const Outcome &outcome) {
    return outcome;
}

}  // namespace actinide::cli
