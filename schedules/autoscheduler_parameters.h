// Halide's autoschedulers: what each can serve and which parameters it takes.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "schedules/target.h"

namespace actinide {

/// What a parameter's text must be. Halide ends the process over a wrong one, so it is checked before.
enum class ParameterKind { count, number, percent, flag, bits, existing_file };

struct AutoschedulerParameter {
    std::string name;
    ParameterKind kind;
};

struct Autoscheduler {
    std::string name;
    std::string plugin;  ///< file beside libHalide.so
    bool serves_cpus;
    bool serves_gpus;
    std::vector<AutoschedulerParameter> parameters;
    std::map<std::string, std::string> needed_for_gpus;  ///< parameters without which it proposes CPU loops
};

const std::vector<Autoscheduler> &autoschedulers();

/// Names of the autoschedulers that the installed Halide brings.
const std::vector<std::string> &autoscheduler_names();

/// nullptr if there is none of this name.
const Autoscheduler *find_autoscheduler(const std::string &name);

bool serves(const Autoscheduler &autoscheduler, Architecture architecture);

/// "Mullapudi2016, Adams2019, Li2018"
std::string names_serving(Architecture architecture);

/// Why the autoscheduler cannot serve the target, and which can; empty if it can. Precondition: it exists.
std::string autoscheduler_error(const std::string &name, const Target &target);

/// A sentence about the first parameter that is unknown or malformed; empty if all are fine.
std::string parameter_complaint(const Autoscheduler &autoscheduler, const std::map<std::string, std::string> &given);

/// The values as Halide reads them: flags as 0 and 1.
std::map<std::string, std::string> for_halide(const Autoscheduler &autoscheduler,
                                              const std::map<std::string, std::string> &given);

}  // namespace actinide
