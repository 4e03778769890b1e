#include "tools/compiler/plan.h"

#include <fmt/format.h>

#include "generators/formula/print.h"
#include "generators/generator_arguments.h"
#include "runtime/kernel.h"
#include "tools/compiler/digest.h"

namespace actinide {
namespace {

/// A call counts for about as many operations as its polynomial and reduction have.
constexpr int operations_per_call = 16;

}  // namespace

int count_operations(const Formula &formula) {
    int count = 0;
    switch (formula.operation()) {
        case Operation::constant:
        case Operation::variable:
            return 0;
        case Operation::call:
            count = operations_per_call;
            break;
        default:
            count = 1;
    }
    for (const Formula &operand : formula.operands()) {
        count += count_operations(operand);
    }
    return count;
}

namespace {

PlannedTile planned(const KernelKey &key, int role, const std::string &name, const std::string &generator,
                    TileShape::Kind kind, double function_ulp) {
    const DType dtype = is_quantized(key.dtype) ? DType::f64 : key.dtype;  // a table is filled in float64
    const Formula formula = computed_for(output_formulas(*key.activation, key.pass).front(), dtype, function_ulp);
    PlannedTile tile{role, name, {}};
    tile.request.generator = generator;
    tile.request.parameters = {{"activation", generator_argument(*key.activation)},
                               {"dtype", to_string(dtype)},
                               {"function_ulp", fmt::format("{}", function_ulp)}};
    tile.request.shape = {kind, count_operations(formula), arithmetic_bits(dtype),
                          8 * static_cast<int>(bytes_per_element(dtype))};
    tile.request.shape.rounds_by_integers = key.dtype == DType::bf16 && !only_chooses(formula);
    // Blocks have one length, and a table is filled once: nothing that could be arranged better.
    tile.request.is_for_autoschedulers = !has_special_arrays(key.pass);
    tile.request.function = "tile_" + name;
    return tile;
}

std::vector<PlannedTile> tiles_of(const KernelKey &key, double function_ulp) {
    const Signature kernel = signature(*key.activation, key.pass, key.dtype);
    const std::string pass = to_string(plain_pass(key.pass));
    if (kernel.pattern == Pattern::packed) {
        // What pairs hold comes to the tile as the two arrays that the plain pass takes.
        const bool is_masked = arrangement_of(key.pass) == Arrangement::masked;
        PlannedTile tile =
            planned(key, ACTINIDE_TILE_ELEMENTWISE, "block", "elementwise_" + (is_masked ? to_string(key.pass) : pass),
                    TileShape::Kind::block, function_ulp);
        tile.request.shape.block_elements = is_masked ? ACTINIDE_MASK_BLOCK : ACTINIDE_PAIRS_BLOCK;
        return {tile};
    }
    if (kernel.pattern != Pattern::channelwise) {  // a row is an array, and so is a table
        return {planned(key, ACTINIDE_TILE_ELEMENTWISE, "elementwise", "elementwise_" + pass,
                        TileShape::Kind::elementwise, function_ulp)};
    }
    std::vector<PlannedTile> tiles{planned(key, ACTINIDE_TILE_CHANNELS_OUTSIDE, "channels_outside",
                                           "channelwise_" + pass, TileShape::Kind::channels_outside, function_ulp),
                                   planned(key, ACTINIDE_TILE_CHANNELS_LAST, "channels_last", "channelwise_" + pass,
                                           TileShape::Kind::channels_last, function_ulp)};
    tiles[0].request.parameters["layout"] = "channels_outside";
    tiles[1].request.parameters["layout"] = "channels_last";
    if (output_formulas(*key.activation, key.pass).back().summed_over_channel) {
        const bool is_forward = plain_pass(key.pass) == Pass::forward;
        tiles.push_back(planned(key, ACTINIDE_TILE_LANE_SUMS, "lane_sums",
                                is_forward ? "channelwise_counts" : "channelwise_parameter_gradient",
                                TileShape::Kind::lane_sums, function_ulp));
    }
    return tiles;
}

}  // namespace

std::string digest_of_computation(const KernelKey &key, double max_ulp) {
    std::string text;
    for (const PlannedTile &tile : plan_tiles(key, max_ulp)) {
        text += tile.request.generator + "\n";
        for (const auto &[name, value] : tile.request.parameters) text += name + "=" + value + "\n";
    }
    for (const OutputFormula &output : output_formulas(*key.activation, key.pass)) {
        text += output.output + "=" + print(output.computed) + "\n";
    }
    return digest(text);
}

/// A kernel's other roundings need a part of what it may err.
double function_ulp(DType dtype, double max_ulp) {
    constexpr double share = 0.9;
    const bool is_usual = max_ulp == 0 || bytes_per_element(dtype) == 2;
    return is_usual ? usual_function_ulp(dtype) : share * max_ulp;
}

std::vector<PlannedTile> plan_tiles(const KernelKey &key, double max_ulp) {
    return tiles_of(key, function_ulp(key.dtype, max_ulp));
}

}  // namespace actinide
