// links: actinide_schedules actinide_llvm
// needs: devices_package
// Kernels for Windows and macOS on x86-64, run on this machine: what their linkers made is laid into memory, called as
// those systems call functions, and has to compute what Linux's kernels compute.
#include <gtest/gtest.h>

#include <llvm/Object/COFF.h>
#include <llvm/Object/MachO.h>
#include <llvm/Support/MemoryBuffer.h>
#include <sys/mman.h>

#include <cstring>

#include "schedules/target.h"
#include "tests/devices_commands.h"

namespace actinide {
namespace {

namespace object = llvm::object;

/// Memory at the address that a library was linked for, so that nothing in it has to be changed.
class Image {
public:
    Image(uint64_t base, size_t size) : size_(size) {
        constexpr int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE;
        // Code and data of foreign files, which no loader here would set apart.
        // NOLINTNEXTLINE(clang-analyzer-security.MmapWriteExec)
        memory_ = mmap(reinterpret_cast<void *>(base), size, PROT_READ | PROT_WRITE | PROT_EXEC, flags, -1, 0);
    }
    Image(const Image &) = delete;
    Image &operator=(const Image &) = delete;
    ~Image() {
        if (is_mapped()) munmap(memory_, size_);
    }
    bool is_mapped() const { return memory_ != MAP_FAILED; }
    char *at(uint64_t offset) const { return static_cast<char *>(memory_) + offset; }
    void put(uint64_t offset, llvm::ArrayRef<uint8_t> bytes) const {
        std::memcpy(at(offset), bytes.data(), bytes.size());
    }

private:
    void *memory_;
    size_t size_;
};

constexpr uint64_t base = 0x100000000;  // where Macs load programs
constexpr size_t image_size = size_t{1} << 22U;

uint64_t exported_address(const object::COFFObjectFile &library, const std::string &name) {
    for (const object::ExportDirectoryEntryRef &entry : library.export_directories()) {
        llvm::StringRef symbol;
        uint32_t address = 0;
        llvm::cantFail(entry.getSymbolName(symbol));
        llvm::cantFail(entry.getExportRVA(address));
        if (symbol == name) return address;
    }
    ADD_FAILURE() << "nothing is exported as " << name;
    return 0;
}

template <typename Function>
std::string line_of(Function digest) {
    std::ostringstream line;
    line << std::hex << std::setfill('0');
    for (const int inputs : {ALL_FLOATS, ONLY_NORMAL})
        line << std::setw(16) << digest(inputs) << (inputs == ALL_FLOATS ? ' ' : '\n');
    return line.str();
}

class InProcess : public testing::Test {
protected:
    void SetUp() override {
        const TargetLookup host = find_target("host");
        if (!host.target) GTEST_SKIP() << host.error;
        if (*ACTINIDE_LLD_LINK == '\0') GTEST_SKIP() << "LLVM's linkers are not installed (apt-get install lld-22)";
        ASSERT_TRUE(image_.is_mapped());
    }
    std::string path(const std::string &name) const { return scratch_.path(name); }

    /// The digest's objects and archive, with the options of a row's linker.
    void link(const std::string &linker, const std::string &options, const std::string &target) const {
        const Target row = *find_target(target).target;
        const Command linked =
            run_command(linker + " " + options + " " + quoted(device_object(row, "digest", scratch_)) + " " +
                        quoted(device_archive(row)));
        ASSERT_EQ(linked.exit_code, 0) << linked.output;
    }

    const Image image_{base, image_size};

private:
    const Scratch scratch_;
};

TEST_F(InProcess, WindowsKernelsGiveTheSameBits) {
    const std::string dll = path("digest.dll");
    link(ACTINIDE_LLD_LINK,
         "/dll /noentry /nodefaultlib /fixed /base:0x100000000 /machine:x64 /export:device_digest /out:" + quoted(dll),
         "windows-x86-64");
    const std::string content = read_file(dll);
    const auto library = llvm::cantFail(object::COFFObjectFile::create(llvm::MemoryBufferRef(content, dll)));
    ASSERT_EQ(library->getImageBase(), base);
    for (const object::SectionRef &section : library->sections()) {
        llvm::ArrayRef<uint8_t> bytes;
        const object::coff_section *header = library->getCOFFSection(section);
        llvm::cantFail(library->getSectionContents(header, bytes));
        ASSERT_LE(header->VirtualAddress + bytes.size(), image_size);
        image_.put(header->VirtualAddress, bytes);
    }
    using Function = uint64_t(__attribute__((ms_abi)) *)(int);
    EXPECT_EQ(line_of(reinterpret_cast<Function>(image_.at(exported_address(*library, "device_digest")))),
              digest_of_this_machine());
}

TEST_F(InProcess, MacKernelsGiveTheSameBits) {
    const std::string program = path("digest");
    link(ACTINIDE_LD64_LLD, "-arch x86_64 -platform_version macos 10.15 10.15 -e _device_digest -o " + quoted(program),
         "macos-x86-64");
    const std::string content = read_file(program);
    const auto library =
        llvm::cantFail(object::ObjectFile::createMachOObjectFile(llvm::MemoryBufferRef(content, program)));
    for (const auto &command : library->load_commands()) {
        if (command.C.cmd != llvm::MachO::LC_SEGMENT_64) continue;
        const llvm::MachO::segment_command_64 segment = library->getSegment64LoadCommand(command);
        if (segment.filesize == 0) continue;
        ASSERT_LE(segment.vmaddr - base + segment.filesize, image_size);
        image_.put(segment.vmaddr - base,
                   llvm::arrayRefFromStringRef(content).slice(segment.fileoff, segment.filesize));
    }
    uint64_t address = base;
    for (const object::SymbolRef &symbol : library->symbols()) {
        if (llvm::cantFail(symbol.getName()) == "_device_digest") address = llvm::cantFail(symbol.getAddress());
    }
    ASSERT_GT(address, base);
    EXPECT_EQ(line_of(reinterpret_cast<uint64_t (*)(int)>(image_.at(address - base))), digest_of_this_machine());
}

}  // namespace
}  // namespace actinide
