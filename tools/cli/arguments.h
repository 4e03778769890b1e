// What the user typed, as plain structs. Only verb_parser.h knows the parser.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "tools/cli/outcome.h"

namespace actinide::cli {

/// Which activations there are: the catalogue's in a profile's conventions, and the user's own from texts of
/// definitions and files of them.
struct DefinitionArguments {
    std::vector<std::string> texts, files, plugins;
    std::string conventions = "torch";
};

/// Where schedules come from that tuning found: files or names of what is built in, and of which CPU.
struct TunedArguments {
    std::vector<std::string> files;
    std::string cpu;  ///< empty: this machine's, or the only one of the files
};

struct ListArguments {
    DefinitionArguments definitions;
    std::string what = "activations";
    bool json = false;
    bool markdown = false;
    std::string out;  ///< folder for the whole reference; empty: the index alone, on standard output
};

struct ShowArguments {
    DefinitionArguments definitions;
    std::vector<std::string> activations;  ///< several with `markdown` only; empty: what is defined
    bool json = false;
    bool markdown = false;
};

/// Lists are as typed: comma-separated names and globs. An empty optional text means that the option was not given.
struct BuildArguments {
    DefinitionArguments definitions;
    std::vector<std::string> kernels;  ///< activations or kernel forms
    std::vector<std::string> passes, dtypes, targets;
    std::vector<std::string> levels;  ///< of archives that have some; empty: all
    std::string autoscheduler;
    std::vector<std::string> autoscheduler_parameters;  ///< "parallelism=4"
    TunedArguments tuned;
    std::string name = "actinide_kernels";
    std::string prefix = "actn";
    std::vector<std::string> emit;
    std::string out = "out";
    std::string depfile;  ///< what decides the files, as a rule of make; empty: not asked for
    std::string stamp;    ///< made when the package is up to date; empty: not asked for
    std::string print;    ///< "outputs": only that; empty: the whole build
    int jobs = 0;         ///< 0: all cores
    bool optimize_size = false;
    double max_ulp = 0;  ///< 0: what each definition promises
    std::string cache_folder;
    bool no_cache = false;
    bool dry_run = false;
    bool quiet = false;
    bool json = false;
};

struct ExplainArguments {
    DefinitionArguments definitions;
    std::vector<std::string> kernels;
    std::vector<std::string> passes, dtypes, targets;
    std::vector<std::string> cpus;  ///< empty: those of each target's row
    TunedArguments tuned;
    double max_ulp = 0;
    std::string cache_folder;
    bool json = false;
};

struct VerifyArguments {
    DefinitionArguments definitions;
    std::vector<std::string> kernels;
    std::vector<std::string> passes, dtypes, targets;
    bool exhaustive = false;
    size_t samples = 1'000'000;
    int random_parameters = 0;  ///< sets; 0: the defaults
    double max_ulp = 0;
    bool functions = false;  ///< `kernels` are elementary functions
    bool digests = false;
    double minutes = 0;    ///< after which --digests begins no further kernel; 0: no limit
    std::string rotation;  ///< decides with which kernel --digests begins; empty: with the first
    bool same_bits = false;
    int jobs = 0;
    std::string cache_folder;
    std::string record;  ///< folder of evidence to write into; empty: none
    size_t shard = 1;    ///< 1 … shards
    size_t shards = 1;
    std::string out;      ///< file for the shard's results; empty: the whole run is asked for
    bool merges = false;  ///< `kernels` are files of shards, or folders of them
    bool quiet = false;
    bool json = false;
};

struct BenchArguments {
    DefinitionArguments definitions;
    std::vector<std::string> kernels;
    std::vector<std::string> passes, dtypes, targets;
    std::vector<size_t> sizes;  ///< elements; empty: the default ones
    double seconds = 0;         ///< for a kernel at a size; 0: the default
    size_t repeats = 0;         ///< samples instead; 0: as many as the seconds allow
    bool growth = false;
    TunedArguments tuned;
    double max_ulp = 0;
    std::string compare;             ///< file of an old run; empty: none
    std::string with;                ///< file of the new run; empty: the kernels are measured
    double fail_on_slower = -1;      ///< per cent; below 0: differences never fail
    std::string out;                 ///< file for the run; empty: none
    std::vector<std::string> peers;  ///< lists of other libraries to measure too
    std::string peers_python;        ///< interpreter that has them; empty: the installed one or python3
    std::string onednn;              ///< its shared library; empty: as the system finds it
    double peers_timeout = 0;        ///< seconds; 0: the default
    bool install_peers = false;
    int jobs = 0;  ///< of compiling
    std::string cache_folder;
    bool quiet = false;
    bool json = false;
    bool csv = false;
};

/// In the command of a runner, the place of the program's file.
constexpr const char *runner_placeholder = "{}";

struct TuneArguments {
    DefinitionArguments definitions;
    std::vector<std::string> kernels;
    std::vector<std::string> passes, dtypes, targets;
    std::string effort = "normal";
    double budget = 0;          ///< seconds; 0: no limit
    std::vector<size_t> sizes;  ///< elements; empty: the default ones
    std::string model;          ///< LLVM's name of a CPU; empty: kernels are timed
    std::string runner;  ///< runs a program on another machine, with {} for its file; empty: kernels are timed here
    double runner_timeout = 120;  ///< seconds
    std::string runner_cpu;       ///< of that machine, for the records; empty: as it names itself
    bool merges = false;          ///< `kernels` are files of records
    std::string out = "tuned.json";
    double max_ulp = 0;
    int jobs = 0;
    std::string cache_folder;
    bool quiet = false;
    bool json = false;
};

struct DoctorArguments {
    std::string cache_folder;
    bool json = false;
};

struct CacheArguments {
    enum class Action { info, clear, prune } action = Action::info;
    size_t max_bytes = 0;  ///< prune only
    std::string cache_folder;
    bool json = false;
};

struct VersionArguments {
    bool json = false;
};

/// One of the verbs with its arguments, or the outcome itself: a help text or a usage error.
using Request = std::variant<Outcome, ListArguments, ShowArguments, BuildArguments, ExplainArguments, VerifyArguments,
                             BenchArguments, TuneArguments, DoctorArguments, CacheArguments, VersionArguments>;

/// `words` are the arguments without the program's name.
Request parse_arguments(const std::vector<std::string> &words);

}  // namespace actinide::cli
