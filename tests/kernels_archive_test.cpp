// links: actinide_formula actinide_llvm
// needs: kernels_package
// What is inside the built archives: nothing that a linker would have to look for elsewhere, nothing that runs before
// main, nothing to write but the level, and nothing visible that the header does not document.
#include <gtest/gtest.h>

#include <llvm/Object/Archive.h>
#include <llvm/Object/ELFObjectFile.h>
#include <llvm/Support/MemoryBuffer.h>

#include <map>
#include <memory>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "generators/catalogue/catalogue.h"
#include "generators/catalogue/signature.h"
#include "tests/package_scratch.h"

namespace actinide {
namespace {

namespace object = llvm::object;

/// One object of an archive, as plain data.
struct Member {
    std::set<std::string> defined, hidden, undefined;
    std::vector<std::string> sections;
    std::map<std::string, uint64_t> writable_bytes;  ///< by section
    bool is_called(const std::string &name) const { return defined.contains(name); }
};

Member read_member(const object::ELFObjectFileBase &file) {
    Member member;
    for (const object::ELFSymbolRef symbol : file.symbols()) {
        const std::string name = llvm::cantFail(symbol.getName()).str();
        const uint32_t flags = llvm::cantFail(symbol.getFlags());
        if (name.empty() || symbol.getBinding() == llvm::ELF::STB_LOCAL) continue;
        if ((flags & object::SymbolRef::SF_Undefined) != 0) {
            member.undefined.insert(name);
        } else {
            const bool is_hidden = (symbol.getOther() & 3) == llvm::ELF::STV_HIDDEN;
            (is_hidden ? member.hidden : member.defined).insert(name);
        }
    }
    for (const object::ELFSectionRef section : file.sections()) {
        const std::string name = llvm::cantFail(section.getName()).str();
        member.sections.push_back(name);
        const bool is_relocated_constant = name.starts_with(".data.rel.ro");
        if ((section.getFlags() & llvm::ELF::SHF_WRITE) != 0 && !is_relocated_constant && section.getSize() > 0) {
            member.writable_bytes[name] = section.getSize();
        }
    }
    return member;
}

std::map<std::string, Member> read_archive(const std::string &path) {
    std::map<std::string, Member> members;
    auto buffer = llvm::MemoryBuffer::getFile(path);
    if (!buffer) {
        ADD_FAILURE() << path << ": " << buffer.getError().message();
        return members;
    }
    const auto archive = llvm::cantFail(object::Archive::create((*buffer)->getMemBufferRef()));
    llvm::Error error = llvm::Error::success();
    for (const object::Archive::Child &child : archive->children(error)) {
        const std::string name = llvm::cantFail(child.getName()).str();
        EXPECT_EQ(members.count(name), 0U) << "two members are called " << name;
        const auto binary = llvm::cantFail(child.getAsBinary());
        const auto *file = llvm::dyn_cast<object::ELFObjectFileBase>(binary.get());
        if (file == nullptr) {
            ADD_FAILURE() << name << " is no ELF object";
            continue;
        }
        members[name] = read_member(*file);
    }
    llvm::cantFail(std::move(error));
    return members;
}

std::string without_comments(const std::string &text) {
    std::string rest;
    size_t at = 0;
    for (size_t begin = text.find("/*"); begin != std::string::npos; begin = text.find("/*", at)) {
        rest += text.substr(at, begin - at);
        at = text.find("*/", begin) + 2;
    }
    return rest + text.substr(at);
}

/// Functions that kernels.h declares.
std::set<std::string> documented() {
    std::ostringstream text;
    text << std::ifstream(std::string(ACTINIDE_PACKAGE) + "/include/actinide_kernels/kernels.h").rdbuf();
    const std::string header = without_comments(text.str());
    std::set<std::string> names;
    const std::regex declaration(R"(\b(actn_[a-z0-9_]+)\()");
    for (std::sregex_iterator at(header.begin(), header.end(), declaration), end; at != end; ++at) {
        names.insert((*at)[1]);
    }
    return names;
}

bool is_of_cuda(const std::string &symbol) {
    return symbol.find("_cuda") != std::string::npos;
}

std::set<std::string> kernel_symbols(const std::string &suffix) {
    std::set<std::string> names;
    for (const Activation &activation : catalogue()) {
        for (const Pass pass : all_passes()) {
            if (!why_unsupported(activation, pass).empty()) continue;
            names.insert("actn_" + signature(activation, pass, DType::f32).function + suffix);
        }
    }
    return names;
}

struct ArchiveCase {
    std::string name, path;
    bool cuda;
};
void PrintTo(const ArchiveCase &archive, std::ostream *out) {
    *out << archive.path;
}

const std::vector<ArchiveCase> all_archives = {
    {"x86_64", "x86_64-linux/libactinide_kernels.a", false},
    {"x86_64_cuda", "x86_64-linux/libactinide_kernels_cuda.a", true},
    {"aarch64", "aarch64-linux/libactinide_kernels.a", false},
    {"aarch64_cuda", "aarch64-linux/libactinide_kernels_cuda.a", true},
};

class Archive : public testing::TestWithParam<ArchiveCase> {
protected:
    const std::map<std::string, Member> members_ =
        read_archive(std::string(ACTINIDE_PACKAGE) + "/lib/" + GetParam().path);

    std::set<std::string> all(std::set<std::string> Member::*kind) const {
        std::set<std::string> names;
        for (const auto &[name, member] : members_) names.insert((member.*kind).begin(), (member.*kind).end());
        return names;
    }
};

INSTANTIATE_TEST_SUITE_P(All, Archive, testing::ValuesIn(all_archives),
                         [](const auto &info) { return info.param.name; });

TEST_P(Archive, NeedsNothingFromElsewhereButAWayToTheDriver) {
    const std::set<std::string> visible = all(&Member::defined);
    const std::set<std::string> hidden = all(&Member::hidden);
    const std::set<std::string> by_cuda = {"dlopen", "dlsym"};
    const std::set<std::string> by_threads =
        members_.contains("actn_threads.o") ? members_.at("actn_threads.o").undefined : std::set<std::string>();
    for (const std::string &name : all(&Member::undefined)) {
        const bool is_found_inside = visible.contains(name) || hidden.contains(name);
        EXPECT_TRUE(is_found_inside || (GetParam().cuda && by_cuda.contains(name)) || by_threads.contains(name))
            << name;
    }
}

TEST_P(Archive, NeedsThreadsOnlyWhereTheyAreMade) {
    for (const auto &[name, member] : members_) {
        const bool makes_threads = name == "actn_threads.o";
        EXPECT_EQ(member.is_called("actn_set_num_threads"), makes_threads) << name;
        EXPECT_EQ(member.undefined.contains("pthread_create"), makes_threads) << name;
        // Nothing but the program's own call pulls it in.
        if (makes_threads) EXPECT_TRUE(member.hidden.empty());
    }
}

TEST_P(Archive, ResolvesNothingInsideItselfByADocumentedName) {
    const std::set<std::string> in_header = documented();
    for (const std::string &name : all(&Member::undefined)) EXPECT_EQ(in_header.count(name), 0U) << name;
}

TEST_P(Archive, ShowsOnlyWhatTheHeaderDocuments) {
    const std::set<std::string> in_header = documented();
    for (const std::string &name : all(&Member::defined)) EXPECT_EQ(in_header.count(name), 1U) << name;
}

TEST_P(Archive, HoldsEveryFunctionThatTheHeaderDocuments) {
    const std::set<std::string> visible = all(&Member::defined);
    for (const std::string &name : documented()) {
        if (is_of_cuda(name) == GetParam().cuda) EXPECT_EQ(visible.count(name), 1U) << name;
    }
}

TEST_P(Archive, HoldsOneObjectForEachKernel) {
    for (const std::string &symbol : kernel_symbols(GetParam().cuda ? "_cuda" : "")) {
        ASSERT_EQ(members_.count(symbol + ".o"), 1U) << symbol;
        const Member &member = members_.at(symbol + ".o");
        EXPECT_TRUE(member.is_called(symbol));
        for (const std::string &other : member.defined) EXPECT_EQ(other.rfind(symbol, 0), 0U) << other;
    }
}

TEST_P(Archive, RunsNothingBeforeMain) {
    for (const auto &[name, member] : members_) {
        for (const std::string &section : member.sections) {
            for (const char *forbidden :
                 {".init_array", ".ctors", ".preinit_array", ".init", ".fini_array", ".dtors"}) {
                // The one destructor ends the pool's threads.
                if (name == "actn_threads.o" && section == ".fini_array") continue;
                EXPECT_NE(section.rfind(forbidden, 0), 0U) << name << " " << section;
            }
        }
    }
}

TEST_P(Archive, WritesNothingButItsChoicesOrItsModules) {
    uint64_t bytes = 0;
    for (const auto &[name, member] : members_) {
        if (name == "actn_threads.o") continue;  // its pool
        for (const auto &[section, size] : member.writable_bytes) {
            bytes += size;
            if (!GetParam().cuda && name != "actn_support.o") EXPECT_LE(size, 8U) << name << " " << section;
        }
    }
    // The level, from how many bytes on calls stream and are shared, by whom, by how many and whether they still live,
    // and whether lookups may use AVX-512 VBMI.
    if (!GetParam().cuda) EXPECT_LE(bytes, 72U);
}

TEST_P(Archive, LeavesTheStackUnexecutable) {
    for (const auto &[name, member] : members_) {
        const auto &sections = member.sections;
        EXPECT_NE(std::find(sections.begin(), sections.end(), ".note.GNU-stack"), sections.end()) << name;
    }
}

}  // namespace
}  // namespace actinide
