#include "tools/bench/compare_runs.h"

#include <fmt/format.h>

#include <algorithm>

namespace actinide {
namespace {

const BenchCell *find_cell(const BenchRun &run, const BenchCell &like) {
    const auto found = std::find_if(run.cells.begin(), run.cells.end(), [&](const BenchCell &cell) {
        return cell.kernel == like.kernel && cell.level == like.level && cell.size == like.size;
    });
    return found == run.cells.end() ? nullptr : &*found;
}

std::string machine_text(const BenchMachine &machine) {
    return fmt::format("{} ({}, {} threads)", machine.cpu.empty() ? "an unknown CPU" : machine.cpu, machine.target,
                       machine.threads);
}

/// A sentence for each kernel, with all its sizes.
void note_cells_of_one(const BenchRun &run, const BenchRun &other, const std::string &whose,
                       std::vector<std::string> &notes) {
    std::string last;
    for (const BenchCell &cell : run.cells) {
        if (find_cell(other, cell) != nullptr) continue;
        const std::string name = name_at_level(cell.kernel, cell.level);
        if (name == last) {
            notes.back() += ", " + size_text(cell.size);
        } else {
            notes.push_back(fmt::format("only the {} run has {} at size {}", whose, name, size_text(cell.size)));
        }
        last = name;
    }
}

}  // namespace

RunChanges compare_runs(const BenchRun &old_run, const BenchRun &new_run) {
    RunChanges changes;
    const std::string old_machine = machine_text(old_run.machine);
    const std::string new_machine = machine_text(new_run.machine);
    if (old_machine != new_machine) {
        changes.notes.push_back(
            fmt::format("the old run is of another machine, {}, and the new one of {}; differences "
                        "are the machines' too",
                        old_machine, new_machine));
    }
    for (const BenchCell &cell : new_run.cells) {
        const BenchCell *old_cell = find_cell(old_run, cell);
        if (old_cell == nullptr) continue;
        changes.cells.push_back({cell.kernel, cell.level, cell.size, old_cell->nanoseconds.median,
                                 cell.nanoseconds.median,
                                 judge(old_cell->nanoseconds, old_cell->samples, cell.nanoseconds, cell.samples)});
    }
    note_cells_of_one(old_run, new_run, "old", changes.notes);
    note_cells_of_one(new_run, old_run, "new", changes.notes);
    return changes;
}

}  // namespace actinide
