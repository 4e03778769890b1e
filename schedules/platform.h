// What depends on the operating system alone, or on there being none: the same for every CPU that it runs on.
#pragma once

#include <string>

namespace actinide {

enum class ObjectFormat { elf, mach_o, coff, wasm };

struct Platform {
    std::string name;          ///< second half of a package's folder: "linux"
    std::string cmake_system;  ///< CMAKE_SYSTEM_NAME of the programs that it runs: "Linux"
    ObjectFormat format;
};

extern const Platform linux_platform, android_platform, macos_platform, ios_platform, windows_platform, bare_platform,
    wasm_platform;

}  // namespace actinide
