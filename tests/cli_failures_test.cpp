// links: nlohmann_json::nlohmann_json
// Builds that go wrong for real: no space left, killed at any moment, a damaged cache, two at once. What was there
// stays whole, nothing half-written is left, and the next build is right.
#include <sched.h>
#include <sys/file.h>
#include <sys/mount.h>

#include <chrono>
#include <fstream>
#include <random>
#include <sstream>
#include <thread>

#include "tests/cli_command.h"

namespace actinide::testing {
namespace {

namespace fs = std::filesystem;

/// Two kernels with a function in them: enough work to be interrupted.
const std::vector<std::string> kernels = {"elu/forward/f32@x86-64-avx2", "elu/backward/f32@x86-64-avx2"};
const std::string package_name = "actinide_kernels";

std::vector<std::string> build_into(const std::string &out, const std::string &cache) {
    std::vector<std::string> words = {"build"};
    words.insert(words.end(), kernels.begin(), kernels.end());
    words.insert(words.end(), {"-j2", "--json", "--out", out});
    if (cache.empty()) {
        words.push_back("--no-cache");
    } else {
        words.insert(words.end(), {"--cache", cache});
    }
    return words;
}

/// Path -> content of every file below a folder.
std::map<std::string, std::string> contents(const std::string &folder) {
    std::map<std::string, std::string> files;
    std::error_code none;
    for (const auto &item : fs::recursive_directory_iterator(folder, none)) {
        if (!item.is_regular_file()) continue;
        std::ostringstream content;
        content << std::ifstream(item.path(), std::ios::binary).rdbuf();
        files[fs::relative(item.path(), folder).string()] = content.str();
    }
    return files;
}

/// What stands in a folder, without what stands in its folders.
std::vector<std::string> names_in(const std::string &folder) {
    std::vector<std::string> names;
    std::error_code none;
    for (const auto &item : fs::directory_iterator(folder, none)) names.push_back(item.path().filename().string());
    return names;
}

/// The package that every one of these builds should give.
const std::map<std::string, std::string> &expected_package() {
    static const std::map<std::string, std::string> files = [] {
        const TemporaryFolder folder;
        const Said said = run(build_into(folder / "out", ""));
        EXPECT_EQ(said.exit_code, 0) << said.error;
        return contents(folder / "out/actinide_kernels");
    }();
    return files;
}

/// The first file that is not as it should be; empty if all are. Not EXPECT_EQ, which would print archives.
std::string first_difference(const std::string &package) {
    const auto found = contents(package);
    for (const auto &[name, content] : expected_package()) {
        const auto file = found.find(name);
        if (file == found.end()) return name + " is missing";
        if (file->second != content) return name + " is another";
    }
    return found.size() == expected_package().size() ? "" : "there are more files than there should be";
}

void expect_whole_package(const std::string &out, const std::string &when) {
    EXPECT_EQ(first_difference(out + "/" + package_name), "") << when;
    EXPECT_EQ(names_in(out), std::vector<std::string>{package_name}) << when;
}

void expect_right_build(const std::string &out, const std::string &cache, const std::string &when) {
    const Said said = run(build_into(out, cache));
    EXPECT_EQ(said.exit_code, 0) << when << "\n" << said.error;
    expect_whole_package(out, when);
}

// ---- killed
// ----------------------------------------------------------------------------------------------------------

std::chrono::microseconds duration_of(const std::vector<std::string> &words) {
    const auto start = std::chrono::steady_clock::now();
    EXPECT_EQ(run(words).exit_code, 0);
    return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start);
}

TEST(KilledBuild, LeavesNothingThatTheNextOneStumblesOver) {
    constexpr int moments = 12;
    const TemporaryFolder folder;
    expected_package();
    const auto whole = duration_of(build_into(folder / "first", folder / "first-cache"));
    std::mt19937 random(7);
    std::uniform_int_distribution<int64_t> moment(0, whole.count());
    for (int i = 0; i < moments; ++i) {
        const std::string out = folder / ("out" + std::to_string(i));
        // Every other build meets the cache that the killed one before it left.
        const std::string cache = folder / ("cache" + std::to_string(i / 2));
        const std::chrono::microseconds after(moment(random));
        Setting setting;
        setting.meanwhile = [&](pid_t child) {
            std::this_thread::sleep_for(after);
            ::kill(child, SIGKILL);
        };
        const std::string when =
            "killed after " + std::to_string(after.count()) + " of " + std::to_string(whole.count()) + " microseconds";
        const Said killed = run(build_into(out, cache), setting);
        ASSERT_TRUE(killed.exit_code == 128 + SIGKILL || killed.exit_code == 0) << when;
        if (fs::exists(out + "/" + package_name)) ASSERT_EQ(first_difference(out + "/" + package_name), "") << when;
        expect_right_build(out, cache, when);
    }
}

/// Its first step is the cache's tag, a moment that no random kill is likely to meet.
TEST(KilledBuild, LeavesACacheThatTheNextOneCanUseEvenIfItsTagIsCutShort) {
    const TemporaryFolder folder;
    ASSERT_EQ(run(build_into(folder / "out", folder / "cache")).exit_code, 0);
    for (const uintmax_t bytes : {0, 10}) {
        const std::string cache = folder / ("cache" + std::to_string(bytes));
        fs::create_directory(cache);
        fs::copy(folder / "cache/CACHEDIR.TAG", cache);
        fs::resize_file(cache + "/CACHEDIR.TAG", bytes);
        expect_right_build(folder / "out", cache, "the tag cut to " + std::to_string(bytes) + " bytes");
    }
}

TEST(KilledBuild, LeavesTheOldPackageWhole) {
    constexpr int moments = 5;
    const TemporaryFolder folder;
    const std::string out = folder / "out";
    const std::vector<std::string> other = {
        "build", "relu/forward/f32@x86-64-avx2", "--cache", folder / "cache", "--out", out};
    ASSERT_EQ(run(build_into(folder / "fill", folder / "cache")).exit_code, 0);
    ASSERT_EQ(run(other).exit_code, 0);
    const auto old = contents(out + "/" + package_name);
    const auto whole = duration_of(build_into(folder / "measured", folder / "cache"));
    for (int i = 0; i < moments; ++i) {
        Setting setting;
        setting.meanwhile = [&](pid_t child) {
            std::this_thread::sleep_for(whole * (i + 1) / moments);
            ::kill(child, SIGKILL);
        };
        run(build_into(out, folder / "cache"), setting);
        const auto now = contents(out + "/" + package_name);
        EXPECT_TRUE(now == old || now == expected_package());
        ASSERT_EQ(run(other).exit_code, 0);
        EXPECT_TRUE(contents(out + "/" + package_name) == old);
        EXPECT_EQ(names_in(out), std::vector<std::string>{package_name});
    }
}

// ---- damaged cache
// ---------------------------------------------------------------------------------------------------

/// The tag that backup programs look for is no entry.
std::vector<std::string> entries_of(const std::string &cache) {
    std::vector<std::string> files;
    for (const auto &[name, content] : contents(cache)) {
        // What verify/ keeps is compared with the evidence before it is believed.
        const bool is_kernel = name != "CACHEDIR.TAG" && !name.starts_with("verify/");
        if (is_kernel && !content.empty()) files.push_back(cache + "/" + name);
    }
    return files;
}

void flip_a_byte(const std::string &path, size_t at) {
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    file.seekg(static_cast<std::streamoff>(at));
    const auto byte = static_cast<char>(file.get());
    file.seekp(static_cast<std::streamoff>(at));
    file.put(static_cast<char>(byte ^ 0x10));
}

size_t taken_from_cache(const nlohmann::json &built) {
    size_t count = 0;
    for (const auto &kernel : built["kernels"]) count += kernel["from_cache"].get<bool>() ? 1 : 0;
    return count;
}

TEST(DamagedCache, IsNoticedAndRebuilt) {
    constexpr int places = 20;
    const TemporaryFolder folder;
    const std::string cache = folder / "cache";
    ASSERT_EQ(run(build_into(folder / "out", cache)).exit_code, 0);
    ASSERT_EQ(taken_from_cache(run(build_into(folder / "out", cache)).json()), kernels.size());
    std::mt19937 random(8);
    for (int i = 0; i < places; ++i) {
        const std::vector<std::string> files = entries_of(cache);
        ASSERT_EQ(files.size(), kernels.size());
        const std::string &file = files[static_cast<size_t>(i) % files.size()];
        // The first and the last byte too.
        const size_t size = fs::file_size(file);
        const std::array<size_t, 4> ends = {0, 0, size - 1, size - 1};
        const size_t at = static_cast<size_t>(i) < ends.size() ? ends[static_cast<size_t>(i)] : random() % size;
        const std::string when = "byte " + std::to_string(at) + " of " + file;
        flip_a_byte(file, at);
        const Said said = run(build_into(folder / ("out" + std::to_string(i)), cache));
        ASSERT_EQ(said.exit_code, 0) << when << "\n" << said.error;
        EXPECT_EQ(taken_from_cache(said.json()), kernels.size() - 1) << when;
        expect_whole_package(folder / ("out" + std::to_string(i)), when);
        EXPECT_EQ(taken_from_cache(run(build_into(folder / "out", cache)).json()), kernels.size()) << when;
    }
}

TEST(DamagedCache, IsNoticedWhereAnEntryIsCutShort) {
    const TemporaryFolder folder;
    const std::string cache = folder / "cache";
    ASSERT_EQ(run(build_into(folder / "out", cache)).exit_code, 0);
    const auto whole = contents(cache);
    for (const double part : {0.0, 0.5, 0.99}) {
        for (const std::string &file : entries_of(cache)) {
            fs::resize_file(file, static_cast<uintmax_t>(static_cast<double>(fs::file_size(file)) * part));
        }
        expect_right_build(folder / "out", cache, "cut to " + std::to_string(part));
        EXPECT_TRUE(contents(cache).size() == whole.size());
    }
}

// ---- two at once
// -----------------------------------------------------------------------------------------------------

TEST(TwoBuildsAtOnce, ShareACacheFromItsFirstMomentOn) {
    constexpr int rounds = 5;
    const TemporaryFolder folder;
    expected_package();
    for (int round = 0; round < rounds; ++round) {
        const std::string cache = folder / ("cache" + std::to_string(round));
        const std::array<std::string, 2> outs = {folder / "one", folder / "other"};
        std::array<Said, 2> said;
        std::thread other([&] { said[1] = run(build_into(outs[1], cache)); });
        said[0] = run(build_into(outs[0], cache));
        other.join();
        for (size_t i = 0; i < said.size(); ++i) {
            ASSERT_EQ(said[i].exit_code, 0) << said[i].error;
            expect_whole_package(outs[i], "round " + std::to_string(round));
        }
        expect_right_build(folder / "out", cache, "after both");
    }
}

TEST(TwoBuildsAtOnce, IntoOneFolderLeaveOneWholePackage) {
    const TemporaryFolder folder;
    std::array<Said, 2> said;
    std::thread other([&] { said[1] = run(build_into(folder / "out", folder / "cache")); });
    said[0] = run(build_into(folder / "out", folder / "cache"));
    other.join();
    for (const Said &one : said) EXPECT_EQ(one.exit_code, 0) << one.error;
    expect_whole_package(folder / "out", "after both");
}

/// Waits until the cache holds the build's kernels, so that only the writing is left.
void wait_until_compiled(const std::string &cache) {
    while (contents(cache).size() < kernels.size() + 1) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
}

TEST(TwoBuildsAtOnce, LetTheOneThatWaitsBeInterrupted) {
    const TemporaryFolder folder;
    fs::create_directories(folder / "out");
    const int held = ::open((folder / "out").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    ASSERT_EQ(::flock(held, LOCK_EX), 0);
    bool has_ended = false;
    const auto interrupt = [&](pid_t build) {
        wait_until_compiled(folder / "cache");
        ::kill(build, SIGINT);
        for (int tries = 0; tries < 500 && !has_ended; ++tries) {
            siginfo_t ended{};
            ::waitid(P_PID, static_cast<id_t>(build), &ended, WEXITED | WNOHANG | WNOWAIT);
            has_ended = ended.si_pid == build;
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        ::close(held);
    };
    const Said said = run(build_into(folder / "out", folder / "cache"), {.meanwhile = interrupt});
    EXPECT_TRUE(has_ended) << "it waited for the other build, deaf to the interruption";
    EXPECT_EQ(said.exit_code, 130) << said.error;
    EXPECT_TRUE(names_in(folder / "out").empty());
}

// ---- no space left
// ---------------------------------------------------------------------------------------------------

/// A file system of so many bytes, seen by this process and its children only.
class SmallDisk {
public:
    SmallDisk(const std::string &place, size_t bytes) : place_(place) {
        fs::create_directories(place);
        static const bool has_own_mounts =
            ::unshare(CLONE_NEWNS) == 0 && ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
        const std::string options = "size=" + std::to_string(bytes);
        is_mounted_ = has_own_mounts && ::mount("none", place.c_str(), "tmpfs", 0, options.c_str()) == 0;
    }
    ~SmallDisk() {
        if (is_mounted_) ::umount2(place_.c_str(), MNT_DETACH);
    }
    SmallDisk(const SmallDisk &) = delete;
    SmallDisk &operator=(const SmallDisk &) = delete;

    bool is_mounted() const { return is_mounted_; }

private:
    std::string place_;
    bool is_mounted_ = false;
};

constexpr size_t page = 4096;
constexpr const char *why_skipped = "only root may mount a small file system";

/// Bytes that the package takes, so that a disk can be a little too small.
size_t package_bytes() {
    size_t bytes = 0;
    for (const auto &[name, content] : expected_package()) bytes += (content.size() + page - 1) / page * page;
    return bytes;
}

TEST(FullDisk, FailsTheBuildAndLeavesNothingBehind) {
    const TemporaryFolder folder;
    for (const size_t bytes : {page, 4 * page, package_bytes() / 2, package_bytes() - page}) {
        const SmallDisk disk(folder / "disk", bytes);
        if (!disk.is_mounted()) GTEST_SKIP() << why_skipped;
        const Said said = run(build_into(folder / "disk/out", folder / "cache"));
        EXPECT_EQ(said.exit_code, 5) << bytes << " bytes\n" << said.error;
        EXPECT_TRUE(contains(said.error, "space")) << said.error;
        EXPECT_EQ(said.output, "");
        EXPECT_TRUE(contents(folder / "disk").empty()) << bytes << " bytes";
        EXPECT_FALSE(fs::exists(folder / "disk/out/actinide_kernels")) << bytes << " bytes";
    }
}

TEST(FullDisk, LeavesTheOldPackageWhole) {
    const TemporaryFolder folder;
    const SmallDisk disk(folder / "disk", package_bytes());
    if (!disk.is_mounted()) GTEST_SKIP() << why_skipped;
    const std::string out = folder / "disk/out";
    ASSERT_EQ(run({"build", "relu/forward/f32@x86-64-avx2", "--no-cache", "--out", out}).exit_code, 0);
    const auto old = contents(folder / "disk");
    EXPECT_EQ(run(build_into(out, folder / "cache")).exit_code, 5);
    EXPECT_TRUE(contents(folder / "disk") == old);
}

TEST(FullDisk, UnderTheCacheSpoilsNoPackage) {
    const TemporaryFolder folder;
    for (const size_t bytes : {page, 3 * page}) {
        const SmallDisk disk(folder / "disk", bytes);
        if (!disk.is_mounted()) GTEST_SKIP() << why_skipped;
        expect_right_build(folder / ("out" + std::to_string(bytes)), folder / "disk/cache", "no space for the cache");
        expect_right_build(folder / ("out" + std::to_string(bytes)), folder / "disk/cache", "and again");
    }
}

/// LLVM inside Halide ends the process when it cannot write; nothing goes through files on a disk.
TEST(FullDisk, UnderTmpdirDoesNotMatter) {
    const TemporaryFolder folder;
    const SmallDisk disk(folder / "disk", page);
    if (!disk.is_mounted()) GTEST_SKIP() << why_skipped;
    const Said said = run(build_into(folder / "out", ""), {.environment = {{"TMPDIR", folder / "disk"}}});
    EXPECT_EQ(said.exit_code, 0) << said.error;
    EXPECT_TRUE(contents(folder / "disk").empty());
}

}  // namespace
}  // namespace actinide::testing
