// The results of one shard as a file, and the files of all shards as the results of the whole run.
#pragma once

#include <string>
#include <vector>

#include "generators/catalogue/known_activations.h"
#include "tools/verify/verify.h"

namespace actinide {

/// JSON that holds what the shard measured, bit for bit, with all that decides it: versions, options, kernel hashes.
std::string shard_text(const std::vector<Measurement> &measurements, const VerifyOptions &options);

/// What one machine would have measured with these options, or a sentence that says what is wrong with the files.
struct MergedShards {
    KnownActivations activations;  ///< what the measurements' keys point to
    std::vector<Measurement> measurements;
    VerifyOptions options;  ///< those that decide results, as the shards were run with them
    std::string error;      ///< empty: all is there
};

/// The files must hold every shard of one run exactly once, made by this very version. Changes no file.
MergedShards merge_shards(const std::vector<std::string> &paths);

}  // namespace actinide
