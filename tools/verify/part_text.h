// A part of a sweep as text that loses nothing: the same bits when it is read again, on whatever machine.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>

#include "tools/verify/statistics.h"

namespace actinide {

/// The shortest decimal that reads as `number` again; "inf" and "nan", which JSON has no numbers for.
std::string exact_text(double number);
/// The number that exact_text made `text` of; throws std::invalid_argument for any other text.
double from_exact_text(const std::string &text);

/// A list that begins with the part's number. Holds integers and texts only, so that printing it again gives the same.
nlohmann::ordered_json part_json(uint64_t number, const SweepPart &part);
/// The number and the part that part_json made a list of; throws std::exception for any other JSON.
std::pair<uint64_t, SweepPart> part_from_json(const nlohmann::ordered_json &json);

}  // namespace actinide
