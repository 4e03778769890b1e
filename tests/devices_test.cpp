// links: actinide_schedules actinide_llvm
// needs: devices_package
// Archives of every row of the target table: their format, what they want from elsewhere, and programs made of them.
#include <gtest/gtest.h>

#include <llvm/BinaryFormat/MachO.h>
#include <llvm/Object/Archive.h>
#include <llvm/Object/COFF.h>
#include <llvm/Object/ELFObjectFile.h>
#include <llvm/Object/MachO.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/TargetParser/Triple.h>

#include <set>

#include "schedules/target.h"
#include "tests/devices_commands.h"

namespace actinide {
namespace {

namespace object = llvm::object;

std::vector<Target> archives() {
    std::vector<Target> rows;
    for (const Target &row : target_table()) {
        if (row.architecture != Architecture::cuda && row.level < 0) rows.push_back(row);
    }
    return rows;
}

/// The command before a program's path; empty if it is not installed.
std::string emulator_of(const Target &row) {
    const auto with = [](const std::string &emulator, const std::string &options) {
        return emulator.empty() ? "" : emulator + options;
    };
    if (row.platform == &bare_platform) {
        const std::string options = " -M virt -nographic -nic none -semihosting-config enable=on,target=native -kernel";
        return row.architecture == Architecture::arm32
                   ? with(ACTINIDE_QEMU_SYSTEM_ARM, " -cpu cortex-a7" + options)
                   : with(ACTINIDE_QEMU_SYSTEM_AARCH64, " -cpu cortex-a53" + options);
    }
    switch (row.architecture) {
        case Architecture::x86:
            return "env";
        case Architecture::arm:
            return ACTINIDE_QEMU_AARCH64;
        case Architecture::arm32:
            return with(ACTINIDE_QEMU_ARM, " -cpu cortex-a7");
        case Architecture::riscv:
            return with(ACTINIDE_QEMU_RISCV64, " -cpu rv64,v=true,vext_spec=v1.0");
        default:
            return "";
    }
}

class Device : public testing::TestWithParam<Target> {
protected:
    /// Calls `look` with each object of the row's archive.
    template <typename Look>
    void for_each_object(Look look) const {
        const std::string content = read_file(device_archive(GetParam()));
        const auto archive =
            llvm::cantFail(object::Archive::create(llvm::MemoryBufferRef(content, device_archive(GetParam()))));
        size_t count = 0;
        llvm::Error error = llvm::Error::success();
        for (const object::Archive::Child &child : archive->children(error)) {
            const auto binary = llvm::cantFail(child.getAsBinary());
            const auto *file = llvm::dyn_cast<object::ObjectFile>(binary.get());
            ASSERT_NE(file, nullptr) << llvm::cantFail(child.getName()).str() << " is no object";
            look(*file);
            ++count;
        }
        llvm::cantFail(std::move(error));
        const bool has_fma_by_integers = GetParam().architecture == Architecture::x86 || !GetParam().has_fma;
        EXPECT_EQ(count, has_fma_by_integers ? 21U : 20U) << "18 kernels, the support, the threads and the fma";
    }
    /// What the threads' object takes from the C library; empty where the package makes no threads.
    static std::set<std::string> names_of_pool() {
        const std::string &folder = GetParam().folder;
        if (folder != "x86_64-linux" && folder != "aarch64-linux") return {};
        return {"getpid",      "pthread_create", "pthread_join", "pthread_sigmask", "sched_getaffinity",
                "sched_yield", "syscall"};
    }
    std::string path(const std::string &name) const { return scratch_.path(name); }
    std::string object_of(const std::string &source) const {
        return quoted(device_object(GetParam(), source, scratch_));
    }
    std::string archive() const { return quoted(device_archive(GetParam())); }

    /// Links the archive into a program that prints the digests, and runs it where the row's programs can be run.
    void expect_digests_of(const std::string &archive) const {
        const Target &row = GetParam();
        if (row.platform->format != ObjectFormat::elf) GTEST_SKIP() << "not of a system that QEMU imitates";
        if (*ACTINIDE_LD_LLD == '\0') GTEST_SKIP() << "LLVM's linkers are not installed (apt-get install lld-22)";
        if (!find_target("host").target) GTEST_SKIP() << find_target("host").error;
        const std::string emulator = emulator_of(row);
        if (emulator.empty()) GTEST_SKIP() << "QEMU is not installed (apt-get install qemu-user qemu-system-arm)";
        const bool is_bare = row.platform == &bare_platform;
        const std::string linker =
            std::string(ACTINIDE_LD_LLD) + " --fatal-warnings" + (is_bare ? " --image-base=0x40100000" : "");
        const std::string start = is_bare ? "start_bare" : "start_linux";
        const std::string program = quoted(path("program"));
        const Command linked = run_command(linker + " -o " + program + " " + object_of(start) + " " +
                                           object_of("digest") + " " + quoted(archive));
        ASSERT_EQ(linked.exit_code, 0) << linked.output;
        const std::string output = run_command(emulator + " " + program).output;
        // NEON of 32-bit ARM takes subnormal numbers for 0, so only the second digest, over others, is promised.
        const size_t promised = row.architecture == Architecture::arm32 ? digest_of_this_machine().find(' ') : 0;
        ASSERT_EQ(output.size(), digest_of_this_machine().size()) << output;
        EXPECT_EQ(output.substr(promised), digest_of_this_machine().substr(promised));
    }

private:
    const Scratch scratch_;
};

INSTANTIATE_TEST_SUITE_P(All, Device, testing::ValuesIn(archives()), [](const auto &info) {
    std::string name = info.param.name;
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
});

TEST_P(Device, HoldsObjectsOfItsMachine) {
    const llvm::Triple triple(llvm::Triple::normalize(GetParam().triple));
    for_each_object([&](const object::ObjectFile &file) {
        EXPECT_EQ(file.getArch(), triple.getArch());
        if (triple.isWasm()) {
            EXPECT_TRUE(file.isWasm());  // which LLVM's reader has no triple's name for
        } else {
            EXPECT_EQ(file.getTripleObjectFormat(), triple.getObjectFormat());
        }
        EXPECT_TRUE(file.isRelocatableObject());
    });
}

/// Functions and constants alike; a prefix of Mach-O's aside, and the mark of floating-point numbers on Windows.
TEST_P(Device, WantsNothingThatItDoesNotHold) {
    std::set<std::string> defined, undefined;
    for_each_object([&](const object::ObjectFile &file) {
        for (const object::SymbolRef &symbol : file.symbols()) {
            const uint32_t flags = llvm::cantFail(symbol.getFlags());
            const std::string name = llvm::cantFail(symbol.getName()).str();
            if (name.empty() || (flags & object::SymbolRef::SF_FormatSpecific) != 0) continue;
            ((flags & object::SymbolRef::SF_Undefined) != 0 ? undefined : defined).insert(name);
        }
    });
    if (GetParam().platform == &windows_platform) undefined.erase("_fltused");
    // What linkers of WebAssembly make themselves.
    for (const char *name : {"__stack_pointer", "__indirect_function_table", "__linear_memory"}) {
        if (GetParam().architecture == Architecture::wasm) undefined.erase(name);
    }
    const std::string prefix = GetParam().platform->format == ObjectFormat::mach_o ? "_" : "";
    // The pool of threads alone needs the C library, and only who asks for threads links it.
    for (const std::string &name : names_of_pool()) undefined.erase(name);
    for (const std::string &name : undefined) EXPECT_TRUE(defined.contains(name)) << name;
    EXPECT_TRUE(defined.contains(prefix + "devices_elu_forward_f32"));
}

TEST_P(Device, SaysWhichSystemOfApplesItIsFor) {
    if (GetParam().platform->format != ObjectFormat::mach_o) GTEST_SKIP() << "not one of Apple's";
    const uint32_t platform =
        GetParam().platform == &ios_platform ? llvm::MachO::PLATFORM_IOS : llvm::MachO::PLATFORM_MACOS;
    for_each_object([&](const object::ObjectFile &file) {
        const auto &macho = llvm::cast<object::MachOObjectFile>(file);
        size_t found = 0;
        for (const auto &command : macho.load_commands()) {
            if (command.C.cmd != llvm::MachO::LC_BUILD_VERSION) continue;
            EXPECT_EQ(macho.getBuildVersionLoadCommand(command).platform, platform);
            ++found;
        }
        EXPECT_EQ(found, 1U);
    });
}

TEST_P(Device, TellsWindowsHowToWalkItsStack) {
    if (GetParam().platform != &windows_platform) GTEST_SKIP() << "not Windows";
    size_t count = 0;
    for_each_object([&](const object::ObjectFile &file) {
        const auto sections = file.sections();
        count += static_cast<size_t>(std::any_of(sections.begin(), sections.end(), [](const auto &section) {
            return llvm::cantFail(section.getName()) == ".pdata";
        }));
    });
    EXPECT_GE(count, 18U) << "every kernel saves registers";
}

/// All of the archive as a library of its own, with nothing else, as the system's own linker would make it.
TEST_P(Device, LinksIntoALibraryWithoutAnyOther) {
    if (*ACTINIDE_LD_LLD == '\0') GTEST_SKIP() << "LLVM's linkers are not installed (apt-get install lld-22)";
    const std::string library = quoted(path("library"));
    const std::string arch = GetParam().processor == "x86_64" ? "x86_64" : "arm64";
    std::string command;
    switch (GetParam().platform->format) {
        case ObjectFormat::elf:
            // Position-independent to the last: no relocation of code; and for pages of 16 KiB.
            command = std::string(ACTINIDE_LD_LLD) + " -shared " + (names_of_pool().empty() ? "-z defs" : "-z undefs") +
                      " -z text -z max-page-size=16384 --fatal-warnings -o " + library + " --whole-archive " +
                      archive();
            break;
        case ObjectFormat::mach_o:
            command = std::string(ACTINIDE_LD64_LLD) + " -arch " + arch + " -dylib -fatal_warnings -platform_version " +
                      (GetParam().platform == &ios_platform ? "ios 14.0 14.0" : "macos 11.0 11.0") + " -o " + library +
                      " -force_load " + archive();
            break;
        case ObjectFormat::wasm:
            command = std::string(ACTINIDE_WASM_LD) +
                      " --no-entry --fatal-warnings --export=devices_elu_forward_f32 -o " + library +
                      " --whole-archive " + archive();
            break;
        case ObjectFormat::coff:
            command = std::string(ACTINIDE_LLD_LINK) +
                      " /dll /noentry /nodefaultlib /wx /machine:" + (arch == "arm64" ? "arm64" : "x64") +
                      " /out:" + library + " /wholearchive:" + archive();
            break;
    }
    const Command linked = run_command(command);
    EXPECT_EQ(linked.exit_code, 0) << linked.output;
}

/// Its fmas are float64's, so what they round is compared here too.
TEST_P(Device, ComputesTheBitsOfThisMachineUnderWasmtime) {
    if (GetParam().architecture != Architecture::wasm) GTEST_SKIP() << "not WebAssembly";
    if (*ACTINIDE_WASM_LD == '\0') GTEST_SKIP() << "LLVM's linkers are not installed (apt-get install lld-22)";
    const std::string python = quoted(ACTINIDE_PYTHON);
    if (run_command(python + " -c 'import wasmtime'").exit_code != 0) {
        GTEST_SKIP() << "wasmtime is not installed (requirements-tests.txt)";
    }
    if (!find_target("host").target) GTEST_SKIP() << find_target("host").error;
    const std::string module = quoted(path("module"));
    const Command linked =
        run_command(std::string(ACTINIDE_WASM_LD) + " --no-entry --fatal-warnings --export=device_digest -o " + module +
                    " " + object_of("digest") + " " + archive());
    ASSERT_EQ(linked.exit_code, 0) << linked.output;
    const std::string script = quoted(std::string(ACTINIDE_SOURCE_DIR) + "/tests/devices/run_wasm.py");
    EXPECT_EQ(run_command(python + " " + script + " " + module).output, digest_of_this_machine());
}

TEST_P(Device, ComputesTheBitsOfThisMachineUnderQemu) {
    expect_digests_of(device_archive(GetParam()));
}

TEST_P(Device, ComputesTheSameBitsWhenMadeForSize) {
    expect_digests_of(device_archive(GetParam(), ACTINIDE_DEVICES_PACKAGE_FOR_SIZE));
}

}  // namespace
}  // namespace actinide
