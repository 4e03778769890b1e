// links: actinide_package nlohmann_json::nlohmann_json
// The manifest against its own schema, and the licences.
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <regex>

#include "tests/package_fake.h"

namespace actinide {
namespace {

using Json = nlohmann::json;

bool has_type(const Json &value, const std::string &type) {
    if (type == "object") return value.is_object();
    if (type == "array") return value.is_array();
    if (type == "string") return value.is_string();
    if (type == "integer") return value.is_number_integer();
    if (type == "number") return value.is_number();
    if (type == "boolean") return value.is_boolean();
    return type == "null" && value.is_null();
}

void check(const Json &value, const Json &schema, const std::string &at, std::vector<std::string> &faults);

void check_object(const Json &value, const Json &schema, const std::string &at, std::vector<std::string> &faults) {
    for (const auto &name : schema.value("required", Json::array())) {
        if (!value.contains(name.get<std::string>())) faults.push_back(at + " lacks " + name.get<std::string>());
    }
    const Json properties = schema.value("properties", Json::object());
    const Json others = schema.value("additionalProperties", Json(true));
    for (const auto &[name, member] : value.items()) {
        const std::string here = at + "/" + name;
        if (properties.contains(name)) {
            check(member, properties[name], here, faults);
        } else if (others.is_object()) {
            check(member, others, here, faults);
        } else if (others == false) {
            faults.push_back(here + " is not in the schema");
        }
    }
}

/// The part of JSON Schema that ours uses.
void check(const Json &value, const Json &schema, const std::string &at, std::vector<std::string> &faults) {
    if (schema.contains("const") && value != schema["const"]) faults.push_back(at + " is not the constant");
    if (schema.contains("enum") &&
        std::find(schema["enum"].begin(), schema["enum"].end(), value) == schema["enum"].end()) {
        faults.push_back(at + " is none of the values");
    }
    if (schema.contains("type")) {
        const Json types = schema["type"].is_array() ? schema["type"] : Json::array({schema["type"]});
        const auto fits = [&](const Json &type) { return has_type(value, type.get<std::string>()); };
        if (std::none_of(types.begin(), types.end(), fits)) faults.push_back(at + " has another type");
    }
    if (schema.contains("pattern") &&
        !std::regex_search(value.get<std::string>(), std::regex(schema["pattern"].get<std::string>()))) {
        faults.push_back(at + " does not match the pattern");
    }
    if (value.is_object()) check_object(value, schema, at, faults);
    if (value.is_array() && schema.contains("items")) {
        for (size_t i = 0; i < value.size(); ++i)
            check(value[i], schema["items"], at + "/" + std::to_string(i), faults);
    }
}

std::string share(const Package &package, const std::string &file) {
    return package_files(package).at("share/" + package.name + "/" + file);
}

std::vector<std::string> faults_of(const Json &manifest) {
    std::vector<std::string> faults;
    check(manifest, Json::parse(share(fake_package(), "manifest.schema.json")), "", faults);
    return faults;
}

TEST(Manifest, FollowsItsSchema) {
    EXPECT_EQ(faults_of(Json::parse(share(fake_package(), "manifest.json"))), std::vector<std::string>());
}

TEST(Manifest, IsJudgedByASchemaThatRefusesMistakes) {
    const Json good = Json::parse(share(fake_package(), "manifest.json"));
    for (const char *member : {"schema", "command", "kernels"}) {
        Json bad = good;
        bad.erase(member);
        EXPECT_EQ(faults_of(bad).size(), 1U) << member;
    }
    Json bad = good;
    bad["surprise"] = 1;
    bad["schema"] = 2;
    bad["kernels"][0]["pass"] = "sideways";
    bad["kernels"][0]["cuda"] = "no";
    EXPECT_EQ(faults_of(bad).size(), 4U);
}

TEST(Manifest, ListsEveryKernelWithItsScheduleAndHash) {
    const Package package = fake_package();
    const auto files = package_files(package);
    const Json manifest = Json::parse(share(package, "manifest.json"));
    ASSERT_EQ(manifest["kernels"].size(), package.kernels.size());
    for (const PackagedKernel &kernel : package.kernels) {
        const auto found = std::find_if(manifest["kernels"].begin(), manifest["kernels"].end(), [&](const Json &entry) {
            return entry["symbol"] == kernel.symbol && entry["target"] == kernel.target;
        });
        ASSERT_NE(found, manifest["kernels"].end()) << kernel.symbol;
        EXPECT_EQ((*found)["hash"], kernel.hash);
        EXPECT_EQ(files.count((*found)["archive"].get<std::string>()), 1U) << (*found)["archive"];
        EXPECT_EQ((*found)["activation"], kernel.activation->name);
        EXPECT_EQ((*found)["tiles"].size(), kernel.tiles.size());
        EXPECT_EQ((*found)["tiles"][0]["schedule"]["by"], "hand");
    }
}

TEST(Manifest, SaysWhatEachBackwardPassKeepsAndWhatASavedOutputLost) {
    const Json manifest = Json::parse(share(fake_package(), "manifest.json"));
    const auto kernel = [&](const std::string &symbol) {
        for (const Json &each : manifest["kernels"]) {
            if (each["symbol"] == symbol) return each;
        }
        return Json();
    };
    EXPECT_FALSE(kernel("actn_elu_forward_f32").contains("keeps"));
    EXPECT_EQ(kernel("actn_elu_backward_f32")["keeps"], Json::parse(R"({"arrays": ["x"], "bytes_per_element": 4})"));
    EXPECT_EQ(kernel("actn_prelu_backward_f32")["keeps"],
              Json::parse(R"({"arrays": ["x", "weight"], "bytes_per_element": 4})"));
    EXPECT_EQ(kernel("actn_swiglu_backward_f32")["keeps"],
              Json::parse(R"({"arrays": ["gate", "value"], "bytes_per_element": 8})"));
    const std::string loss = kernel("actn_elu_backward_from_output_f32")["loss"];
    EXPECT_EQ(loss.find("off by 10 % at x = -15"), 0U) << loss;
    EXPECT_TRUE(kernel("actn_relu_backward_from_output_f32")["loss"].is_null());
    EXPECT_FALSE(kernel("actn_elu_backward_f32").contains("loss"));
}

TEST(Manifest, ListsEveryFileOfThePackage) {
    const Package package = fake_package();
    const auto files = package_files(package);
    const Json manifest = Json::parse(share(package, "manifest.json"));
    std::vector<std::string> paths;
    for (const auto &[path, content] : files) paths.push_back(path);
    EXPECT_EQ(manifest["files"].get<std::vector<std::string>>(), paths);
}

TEST(Manifest, RepeatsTheCommandAndTheVersions) {
    const Json manifest = Json::parse(share(fake_package(), "manifest.json"));
    EXPECT_EQ(manifest["command"], "actinide build all --name actinide_kernels");
    EXPECT_EQ(manifest["versions"]["llvm"], "22.1.8");
    EXPECT_EQ(manifest["schema"], 1);
}

TEST(Manifest, SaysThatNoDeviceRanTheCudaKernels) {
    for (const Json &kernel : Json::parse(share(fake_package(), "manifest.json"))["kernels"]) {
        EXPECT_EQ(kernel.contains("device"), kernel["cuda"].get<bool>());
        EXPECT_EQ(kernel.value("device", "never run on a device"), "never run on a device");
    }
}

TEST(Package, HasTheSameBytesEveryTime) {
    EXPECT_EQ(package_files(fake_package()), package_files(fake_package()));
}

TEST(Package, NamesEverythingAfterItselfAndItsPrefix) {
    const Package package = fake_package("other_name", "other");
    for (const auto &[path, content] : package_files(package)) {
        if (path.ends_with("LICENSE")) continue;
        EXPECT_EQ(content.find("actinide_kernels"), std::string::npos) << path;
        EXPECT_EQ(content.find("actn"), std::string::npos) << path;
        EXPECT_EQ(content.find("ACTN"), std::string::npos) << path;
        EXPECT_EQ(path.find("actinide_kernels"), std::string::npos) << path;
    }
}

TEST(Package, CarriesTheWholeLicenceWithTheException) {
    const std::string licence = share(fake_package(), "LICENSE");
    EXPECT_NE(licence.find("Version 2.0, January 2004"), std::string::npos);
    EXPECT_NE(licence.find("END OF TERMS AND CONDITIONS"), std::string::npos);
    EXPECT_NE(licence.find("LLVM Exceptions to the Apache 2.0 License"), std::string::npos);
    EXPECT_NE(licence.find("Sections 4(a), 4(b) and 4(d)"), std::string::npos);
}

TEST(Package, LeavesNoMarkUnfilled) {
    for (const auto &[path, content] : package_files(fake_package())) {
        EXPECT_EQ(content.find("@name@"), std::string::npos) << path;
        EXPECT_FALSE(std::regex_search(content, std::regex("@[a-z]+@"))) << path;
    }
}

TEST(Package, HasAnSpdxDocumentWhoseReferencesExist) {
    const Json document = Json::parse(share(fake_package(), "sbom.spdx.json"));
    EXPECT_EQ(document["spdxVersion"], "SPDX-2.3");
    std::vector<std::string> ids = {"SPDXRef-DOCUMENT"};
    for (const Json &element : document["packages"]) {
        ids.push_back(element["SPDXID"]);
        EXPECT_TRUE(element.contains("downloadLocation"));
    }
    for (const Json &relation : document["relationships"]) {
        EXPECT_EQ(std::count(ids.begin(), ids.end(), relation["spdxElementId"].get<std::string>()), 1);
        EXPECT_EQ(std::count(ids.begin(), ids.end(), relation["relatedSpdxElement"].get<std::string>()), 1);
    }
    EXPECT_NE(document["documentNamespace"],
              Json::parse(share(fake_package("other_name", "other"), "sbom.spdx.json"))["documentNamespace"]);
}

}  // namespace
}  // namespace actinide
