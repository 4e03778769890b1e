// What `actinide tune` found: which schedule a kernel should have on a CPU, and how much that is worth. Files of such
// records are read back by `build --tuned`; those in tuned/ are built into the program.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "schedules/schedule_choice.h"

namespace actinide {

/// Where a call's arrays lie: in the caches, or beyond the last of them.
enum class SizeClass { cached, memory };
std::string to_string(SizeClass size_class);  ///< as records have it: "cached", "memory"

/// Who says so: times taken here, times taken on another machine, or LLVM's model of a CPU.
enum class TunedBy { measuring, runner, model };
std::string to_string(TunedBy by);  ///< "measuring", "runner", "model"

/// One size's times of both schedules: nanoseconds an element; of a model its cycles, without a size.
struct TunedFigure {
    size_t size = 0;
    double by_hand = 0;
    double tuned = 0;
};

struct TunedRecord {
    std::string kernel;  ///< "elu/backward/f32"
    std::string target;  ///< a level: "x86-64-avx2"
    std::string cpu;     ///< as its system names it: "AMD EPYC 9654 96-Core Processor"; of a model, LLVM's name
    SizeClass size_class = SizeClass::cached;
    TunedBy by = TunedBy::measuring;
    std::map<std::string, std::string> versions;  ///< of what compiled both schedules
    std::string hash;                             ///< of what the kernel computes
    ScheduleChoice choice;                        ///< nothing chosen: no other schedule is better
    std::vector<TunedFigure> figures;

    /// How many times as fast as by hand: the geometric mean over the figures.
    double speedup() const;
};

/// `older` with what `newer` has of the same kernel, target, CPU and size class in its place, sorted by these.
std::vector<TunedRecord> merged(const std::vector<TunedRecord> &older, const std::vector<TunedRecord> &newer);

/// JSON, ended by a newline.
std::string records_text(const std::vector<TunedRecord> &records);

struct ReadRecords {
    std::vector<TunedRecord> records;
    std::vector<std::string> warnings;  ///< of records that cannot be read, a sentence each
};
/// What `records_text` made, or a sentence that says why the text is nothing of that kind. `name` is for sentences.
std::variant<ReadRecords, std::string> parse_records(const std::string &text, const std::string &name);

/// Files that are built in: name, text.
const std::vector<std::pair<std::string, std::string>> &shipped_records();

}  // namespace actinide
