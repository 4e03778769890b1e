// Programs for devices: compiled by the clang that built the runtime, linked by LLVM's linkers, run by emulators.
#pragma once

#include <iomanip>
#include <sstream>

#include "schedules/target.h"
#include "tests/devices/digest.h"
#include "tests/package_scratch.h"

namespace actinide {

inline std::string read_file(const std::string &path) {
    std::ostringstream content;
    content << std::ifstream(path, std::ios::binary).rdbuf();
    return content.str();
}

inline std::string device_archive(const Target &row, const std::string &package = ACTINIDE_DEVICES_PACKAGE) {
    const bool is_windows = row.platform == &windows_platform;
    return package + "/lib/" + row.folder + "/" + (is_windows ? "devices.lib" : "libdevices.a");
}

struct Command {
    int exit_code;
    std::string output;  ///< both streams
};

/// By a shell; an emulator that hangs is ended.
inline Command run_command(const std::string &command) {
    FILE *pipe = popen(("timeout 60 " + command + " 2>&1 </dev/null").c_str(), "r");
    Command result{-1, ""};
    if (pipe == nullptr) return result;
    char buffer[4096];
    for (size_t count = 0; (count = fread(buffer, 1, sizeof buffer, pipe)) > 0;) result.output.append(buffer, count);
    const int status = pclose(pipe);
    result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return result;
}

/// What the row's compilers are told of its CPU.
inline std::string machine_options(const Target &row) {
    switch (row.architecture) {
        case Architecture::arm32:
            return std::string(" -mfpu=neon-vfpv4") + (row.platform == &android_platform ? " -mfloat-abi=softfp" : "");
        case Architecture::riscv:
            return " -march=rv64gc -mabi=lp64d";
        default:
            return "";
    }
}

/// tests/devices/`source`.c for the row's machine; a path, empty if it does not compile.
inline std::string device_object(const Target &row, const std::string &source, const Scratch &scratch) {
    const std::string object = scratch.path(row.name + "." + source + ".o");
    const std::string root = ACTINIDE_SOURCE_DIR;
    const Command compiled =
        run_command(std::string(ACTINIDE_CLANG) + " --target=" + row.triple + machine_options(row) +
                    " -std=c11 -O2 -ffreestanding -fno-builtin" + " -fno-stack-protector -Wall -Wextra -Werror -I" +
                    quoted(root) + " -I" + quoted(root + "/tests/devices/include") + " -I" +
                    quoted(std::string(ACTINIDE_DEVICES_PACKAGE) + "/include") + " -c " +
                    quoted(root + "/tests/devices/" + source + ".c") + " -o " + quoted(object));
    EXPECT_EQ(compiled.exit_code, 0) << compiled.output;
    return compiled.exit_code == 0 ? object : "";
}

/// What tests/devices/start_linux.c prints here.
inline const std::string &digest_of_this_machine() {
    static const std::string line = [] {
        const Scratch scratch;
        const Target row = *find_target("x86-64").target;
        const std::string program = scratch.path("digest");
        // A linker is wherever a compiler is.
        const Command linked =
            run_command(std::string(ACTINIDE_CXX) + " -nostdlib -static -o " + quoted(program) + " " +
                        quoted(device_object(row, "start_linux", scratch)) + " " +
                        quoted(device_object(row, "digest", scratch)) + " " + quoted(device_archive(row)));
        EXPECT_EQ(linked.exit_code, 0) << linked.output;
        return run_command(quoted(program)).output;
    }();
    return line;
}

}  // namespace actinide
