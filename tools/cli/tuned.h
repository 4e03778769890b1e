// What tuning found, for the kernels that are to be built.
#pragma once

#include <map>
#include <string>
#include <variant>
#include <vector>

#include "schedules/tuned_records.h"
#include "tools/cli/arguments.h"
#include "tools/cli/choice.h"
#include "tools/compiler/compiler.h"

namespace actinide::cli {

/// The records of a file, or of those that are built in: "znver5". A broken record is a warning.
Result<ReadRecords> read_tuned_file(const std::string &name);

struct TunedChoices {
    std::map<std::string, ScheduleChoice> choices;  ///< as CompileOptions has them
    std::vector<std::string> warnings;              ///< of records that could not be taken
};

/// The schedules that the records of one CPU have for `keys`. Records of other versions, of other formulas and of other
/// CPUs are left out with a warning; which CPU is meant has to be said where the files have several.
Result<TunedChoices> choose_tuned(const TunedArguments &arguments, const std::vector<KernelKey> &keys, double max_ulp);

}  // namespace actinide::cli
