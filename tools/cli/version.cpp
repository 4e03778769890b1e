// actinide version: what decides the bytes of a kernel.
#include "tools/cli/json.h"
#include "tools/cli/table.h"
#include "tools/cli/verbs.h"
#include "tools/compiler/compiler.h"

namespace actinide::cli {

Outcome run(const VersionArguments &arguments) {
    std::map<std::string, std::string> versions = component_versions();
    versions["actinide"] = ACTINIDE_VERSION;
    if (arguments.json) {
        JsonObject fields;
        for (const auto &[name, version] : versions) fields.emplace_back(name, version);
        return succeed(print_json(fields));
    }
    std::string text;
    for (const auto &[name, version] : versions) text += name + " " + version + "\n";
    return succeed(text);
}

}  // namespace actinide::cli
