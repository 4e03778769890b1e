#include "tools/cli/explain_json.h"

namespace actinide::cli {
namespace {

JsonObject print_figures(const CpuFigures &figures, int elements) {
    JsonObject object{{"cpu", figures.cpu}, {"cycles_per_iteration", figures.cycles}};
    if (elements > 0) object.emplace_back("cycles_per_element", figures.cycles / elements);
    const JsonObject more{{"bound", to_string(figures.bound)},
                          {"arithmetic_cycles", figures.arithmetic_cycles},
                          {"memory_cycles", figures.memory_cycles},
                          {"micro_operations", figures.micro_operations},
                          {"micro_operations_per_cycle_at_most", figures.width},
                          {"busiest_unit", figures.busiest},
                          {"busiest_unit_cycles", figures.busiest_cycles},
                          {"commonest_stall", figures.stall}};
    object.insert(object.end(), more.begin(), more.end());
    return object;
}

JsonObject print_tile(const TileExplanation &tile) {
    JsonList mix;
    for (const CountedKind &counted : tile.mix) {
        mix.push_back(JsonObject{{"kind", counted.kind}, {"per_iteration", counted.count}});
    }
    JsonList cpus;
    for (const CpuFigures &figures : tile.cpus) cpus.push_back(print_figures(figures, tile.elements));
    return {{"tile", tile.tile},
            {"level", tile.level},
            {"scheduled_by", tile.scheduled_by},
            {"schedule", tile.schedule},
            {"loops", tile.loops},
            {"hot_loop", tile.label},
            {"assembly", tile.assembly},
            {"elements_per_iteration", tile.elements},
            {"instructions", mix},
            {"constants_in_arithmetic", tile.constants_in_arithmetic},
            {"spills_in_arithmetic", tile.spills_in_arithmetic},
            {"models", cpus}};
}

}  // namespace

std::string to_string(Bound bound) {
    switch (bound) {
        case Bound::arithmetic:
            return "arithmetic";
        case Bound::memory:
            return "loads and stores";
        case Bound::width:
            return "width";
        case Bound::latency:
            return "latency";
    }
    return "";
}

Json print_machine(const KernelKey &key, const KernelExplanation &explanation) {
    JsonList tiles;
    for (const TileExplanation &tile : explanation.tiles) tiles.push_back(print_tile(tile));
    return JsonObject{{"kernel", to_string(key)},
                      {"bytes_loaded_per_element", explanation.bytes_loaded},
                      {"bytes_stored_per_element", explanation.bytes_stored},
                      {"tiles", tiles}};
}

}  // namespace actinide::cli
