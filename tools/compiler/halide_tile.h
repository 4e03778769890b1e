// One tile: the part of a kernel that Halide writes, from a registered generator to bitcode.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "schedules/schedule_choice.h"
#include "schedules/schedule_record.h"
#include "tools/compiler/compiler.h"

namespace actinide {

struct TileRequest {
    std::string generator;                          ///< registered name: "elementwise_forward"
    std::map<std::string, std::string> parameters;  ///< its GeneratorParams
    TileShape shape;
    bool is_for_autoschedulers = true;
    std::string function;  ///< name of the function in the bitcode
};

/// An argument of the bitcode's function, in order. Arrays are `halide_buffer_t *`, scalars float or double.
struct TileArgument {
    std::string name;
    int dimensions = 0;  ///< 0: a scalar
    int bits = 32;       ///< of the element or the scalar
    bool is_float = true;
    bool is_output = false;
    unsigned index = 0;  ///< among the arrays of a Func that has several
};

struct HalideTile {
    std::string function;
    std::vector<TileArgument> arguments;
    std::string bitcode;
    std::string stmt;  ///< the lowered loops as text, if asked for
    ScheduleRecord schedule;
};

/// Builds, schedules, lowers and lints the tile for one CPU (or, for CUDA, for one thread).
/// A `choice` of an autoscheduler takes the place of the options'.
/// Throws CompileFailure where the autoscheduler cannot serve or the lint finds a forbidden operation.
HalideTile lower_tile(const TileRequest &request, const Target &target, const CompileOptions &options,
                      const ScheduleChoice &choice = {});

}  // namespace actinide
