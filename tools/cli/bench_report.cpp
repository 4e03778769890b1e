#include "tools/cli/bench_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "tools/bench/growth.h"
#include "tools/cli/bench_peers.h"
#include "tools/cli/json.h"
#include "tools/cli/number_columns.h"

namespace actinide::cli {
namespace {

constexpr double wide_spread = 0.2;

std::string name_of(const BenchCell &cell) {
    return name_at_level(cell.kernel, cell.level);
}

bool has_cycles(const BenchRun &run) {
    return std::any_of(run.cells.begin(), run.cells.end(),
                       [](const BenchCell &cell) { return cell.cycles_per_element.has_value(); });
}

std::string noise_word(const BenchCell &cell) {
    return cell.nanoseconds.relative_width() > wide_spread ? "noisy" : "";
}

}  // namespace

std::string bench_table(const BenchRun &run) {
    const bool with_cycles = has_cycles(run);
    Rows rows = {{"KERNEL", "SIZE", "A CALL", "FASTEST", "SPREAD", "NS/ELEMENT", "ELEMENTS/NS"}};
    if (with_cycles) rows.back().emplace_back("CYCLES/ELEMENT");
    for (const char *title : {"GB/S", "COPY GB/S", "OF COPY", "STORES", ""}) rows.back().emplace_back(title);
    std::string last;
    for (const BenchCell &cell : run.cells) {
        std::vector<std::string> row = {name_unless_repeated(name_of(cell), last),
                                        size_text(cell.size),
                                        readable_time(cell.nanoseconds.median),
                                        readable_time(cell.nanoseconds.minimum),
                                        fmt::format("{:.0f} %", 100 * cell.nanoseconds.relative_width()),
                                        three_digits(cell.per_element()),
                                        three_digits(1 / cell.per_element())};
        if (with_cycles) row.push_back(cell.cycles_per_element ? three_digits(*cell.cycles_per_element) : "");
        row.push_back(fmt::format("{:.1f}", cell.gigabytes_per_second()));
        row.push_back(cell.limit ? fmt::format("{:.1f}", cell.limit_gigabytes_per_second()) : "");
        row.push_back(cell.limit ? fmt::format("{:.0f} %", 100 * cell.share_of_limit()) : "");
        row.push_back(cell.limit ? cell.limit->stores : "");
        row.push_back(noise_word(cell));
        rows.push_back(row);
    }
    return align_numbers(rows, 1);
}

std::string growth_table(const BenchRun &run) {
    Rows rows = {{"KERNEL", "SIZE", "A CALL", "NS/ELEMENT", "COPY NS/ELEMENT", ""}};
    std::string last;
    for (auto first = run.cells.begin(); first != run.cells.end();) {
        const auto end = std::find_if(first, run.cells.end(),
                                      [&](const BenchCell &cell) { return name_of(cell) != name_of(*first); });
        std::vector<double> costs;
        for (auto cell = first; cell != end; ++cell) costs.push_back(cell->per_element());
        const std::vector<bool> cliffs = find_cliffs(costs);
        for (size_t i = 0; first != end; ++first, ++i) {
            const std::string copy =
                first->limit ? three_digits(first->limit->nanoseconds.median / static_cast<double>(first->elements))
                             : "";
            const std::string noise = noise_word(*first);
            rows.push_back({name_unless_repeated(name_of(*first), last), size_text(first->size),
                            readable_time(first->nanoseconds.median), three_digits(costs[i]), copy,
                            cliffs[i] ? "cliff" + (noise.empty() ? "" : ", or " + noise) : noise});
        }
    }
    return align_numbers(rows, 1);
}

std::string bench_csv(const BenchRun &run) {
    std::string text =
        "kernel,level,size,elements,bytes,median_ns,lower_quartile_ns,upper_quartile_ns,minimum_ns,ns_per_element,"
        "elements_per_ns,gb_per_s,cycles_per_element,copy_stores,copy_median_ns,copy_gb_per_s,share_of_copy";
    text += peers_csv_names(run) + "\n";
    for (const BenchCell &cell : run.cells) {
        const Spread &time = cell.nanoseconds;
        text += fmt::format("{},{},{},{},{},{:.6g},{:.6g},{:.6g},{:.6g},{:.6g},{:.6g},{:.6g},", cell.kernel, cell.level,
                            cell.size, cell.elements, cell.bytes, time.median, time.lower_quartile, time.upper_quartile,
                            time.minimum, cell.per_element(), 1 / cell.per_element(), cell.gigabytes_per_second());
        if (cell.cycles_per_element) text += fmt::format("{:.6g}", *cell.cycles_per_element);
        text += cell.limit ? fmt::format(",{},{:.6g},{:.6g},{:.6g}", cell.limit->stores, cell.limit->nanoseconds.median,
                                         cell.limit_gigabytes_per_second(), cell.share_of_limit())
                           : ",,,,";
        text += peers_csv(cell) + "\n";
    }
    return text;
}

std::string changes_table(const RunChanges &changes) {
    Rows rows = {{"KERNEL", "SIZE", "OLD", "NEW", "NEW/OLD", ""}};
    std::string last;
    for (const CellChange &cell : changes.cells) {
        rows.push_back({name_unless_repeated(name_at_level(cell.kernel, cell.level), last), size_text(cell.size),
                        readable_time(cell.old_median), readable_time(cell.new_median),
                        fmt::format("{:.3f}", cell.new_median / cell.old_median),
                        change_text(cell.change, cell.old_median, cell.new_median)});
    }
    return align_numbers(rows, 1);
}

std::string changes_json(const RunChanges &changes) {
    JsonList cells;
    for (const CellChange &cell : changes.cells) {
        cells.push_back(JsonObject{{"kernel", cell.kernel},
                                   {"level", cell.level},
                                   {"size", cell.size},
                                   {"old_ns", cell.old_median},
                                   {"new_ns", cell.new_median},
                                   {"ratio", cell.new_median / cell.old_median},
                                   {"change", change_text(cell.change, cell.old_median, cell.new_median)}});
    }
    return print_json(JsonObject{{"cells", cells}, {"notes", changes.notes}});
}

std::string changes_csv(const RunChanges &changes) {
    std::string text = "kernel,level,size,old_ns,new_ns,ratio,change\n";
    for (const CellChange &cell : changes.cells) {
        text += fmt::format("{},{},{},{:.6g},{:.6g},{:.6g},{}\n", cell.kernel, cell.level, cell.size, cell.old_median,
                            cell.new_median, cell.new_median / cell.old_median,
                            change_text(cell.change, cell.old_median, cell.new_median));
    }
    return text;
}

std::string noise_note(const BenchRun &run) {
    const auto noisy = std::count_if(run.cells.begin(), run.cells.end(),
                                     [](const BenchCell &cell) { return !noise_word(cell).empty(); });
    if (noisy == 0) return "";
    return fmt::format(
        "the samples of {} of {} cells are spread by more than {:.0f} %, as where other programs share the machine; "
        "trust the fastest more than the median there, or measure again when it is idle",
        noisy, run.cells.size(), 100 * wide_spread);
}

}  // namespace actinide::cli
