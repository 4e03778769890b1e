// links: actinide_package
// Whole or not at all, for real: full disks, missing permissions, files in the way, killed and simultaneous builds.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <functional>

#include "tests/package_scratch.h"
#include "tools/package/folder_swap.h"
#include "tools/package/package.h"

namespace actinide {
namespace {

namespace fs = std::filesystem;
using Files = std::map<std::string, std::string>;

/// Files as a package has them: with a manifest that lists them.
Files with_manifest(Files files) {
    std::string list = "\"share/p/manifest.json\"";
    for (const auto &[path, content] : files) list += ", \"" + path + "\"";
    files["share/p/manifest.json"] = "{\"files\": [" + list + "]}";
    return files;
}

Files read_folder(const std::string &folder) {
    Files files;
    for (const auto &entry : fs::recursive_directory_iterator(folder)) {
        if (!entry.is_regular_file()) continue;
        std::ostringstream content;
        content << std::ifstream(entry.path(), std::ios::binary).rdbuf();
        files[fs::relative(entry.path(), folder).string()] = content.str();
    }
    return files;
}

std::vector<std::string> names_in(const std::string &folder) {
    std::vector<std::string> names;
    for (const auto &entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename().string());
    return names;
}

/// What `action` says in a child process, which may lose its permissions or its mounts: 0 for yes, 77 to skip.
int in_child(const std::function<int()> &action) {
    const pid_t child = fork();
    if (child == 0) _exit(action());
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

constexpr int skip = 77;

TEST(WriteFolder, WritesEveryFileAndNothingElse) {
    const Scratch scratch;
    const Files files = with_manifest({{"a.txt", "one"}, {"b/c/d.bin", std::string("\0\1", 2)}, {"empty", ""}});
    EXPECT_EQ(write_folder(scratch.path("deep/er/p"), files), std::nullopt);
    EXPECT_EQ(read_folder(scratch.path("deep/er/p")), files);
    EXPECT_EQ(names_in(scratch.path("deep/er")), std::vector<std::string>{"p"});
}

TEST(WriteFolder, ReplacesAnOldPackageWithoutAnyOfItsStaleFiles) {
    const Scratch scratch;
    const Files second = with_manifest({{"a.txt", "two"}, {"new", "2"}});
    ASSERT_EQ(write_folder(scratch.path("p"), with_manifest({{"a.txt", "one"}, {"old", "1"}})), std::nullopt);
    EXPECT_EQ(write_folder(scratch.path("p/"), second), std::nullopt);
    EXPECT_EQ(read_folder(scratch.path("p")), second);
    EXPECT_EQ(names_in(scratch.path("")), std::vector<std::string>{"p"});
}

TEST(WriteFolder, KeepsTheTimeOfUnchangedFiles) {
    const Scratch scratch;
    ASSERT_EQ(write_folder(scratch.path("p"), with_manifest({{"same", "same"}, {"changes", "1"}})), std::nullopt);
    const auto past = fs::file_time_type::clock::now() - std::chrono::hours(1);
    fs::last_write_time(scratch.path("p/same"), past);
    fs::last_write_time(scratch.path("p/changes"), past);
    ASSERT_EQ(write_folder(scratch.path("p"), with_manifest({{"same", "same"}, {"changes", "2"}})), std::nullopt);
    EXPECT_EQ(fs::last_write_time(scratch.path("p/same")), past);
    EXPECT_NE(fs::last_write_time(scratch.path("p/changes")), past);
}

TEST(WriteFolder, TouchesNothingWhenNothingChanged) {
    const Scratch scratch;
    const Files files = with_manifest({{"a", "1"}});
    ASSERT_EQ(write_folder(scratch.path("p"), files), std::nullopt);
    struct stat before{}, after{};
    ASSERT_EQ(stat(scratch.path("p").c_str(), &before), 0);
    ASSERT_EQ(write_folder(scratch.path("p"), files), std::nullopt);
    ASSERT_EQ(stat(scratch.path("p").c_str(), &after), 0);
    EXPECT_EQ(before.st_ino, after.st_ino);
}

TEST(WriteFolder, FollowsALinkToTheFolder) {
    const Scratch scratch;
    fs::create_directories(scratch.path("real"));
    fs::create_directory_symlink("real", scratch.path("link"));
    const Files files = with_manifest({{"a", "1"}});
    EXPECT_EQ(write_folder(scratch.path("link"), files), std::nullopt);
    EXPECT_TRUE(fs::is_symlink(scratch.path("link")));
    EXPECT_EQ(read_folder(scratch.path("real")), files);
}

TEST(WriteFolder, RefusesAFileWhereAFolderShouldBe) {
    const Scratch scratch;
    scratch.write("p", "mine");
    const auto refusal = write_folder(scratch.path("p"), with_manifest({{"a", "1"}}));
    ASSERT_TRUE(refusal);
    EXPECT_NE(refusal->find("is a file where the package's folder should be"), std::string::npos) << *refusal;
    EXPECT_EQ(scratch.read("p"), "mine");
    const auto below = write_folder(scratch.path("p/q"), with_manifest({{"a", "1"}}));
    ASSERT_TRUE(below);
    EXPECT_NE(below->find("a file stands where a folder should be"), std::string::npos) << *below;
    EXPECT_EQ(names_in(scratch.path("")), std::vector<std::string>{"p"});
}

TEST(WriteFolder, NeverDeletesWhatIsNotAPackage) {
    const Scratch scratch;
    scratch.write("src/thesis.tex", "years");
    const auto refusal = write_folder(scratch.path("src"), with_manifest({{"a", "1"}}));
    ASSERT_TRUE(refusal);
    EXPECT_NE(refusal->find("is not overwritten"), std::string::npos) << *refusal;
    EXPECT_EQ(read_folder(scratch.path("")), (Files{{"src/thesis.tex", "years"}}));
}

TEST(WriteFolder, NeverDeletesAUsersFileInsideAPackage) {
    const Scratch scratch;
    ASSERT_EQ(write_folder(scratch.path("p"), with_manifest({{"a", "1"}})), std::nullopt);
    scratch.write("p/notes.txt", "mine");
    const auto refusal = write_folder(scratch.path("p"), with_manifest({{"a", "2"}}));
    ASSERT_TRUE(refusal);
    EXPECT_NE(refusal->find("notes.txt' does not belong to the package"), std::string::npos) << *refusal;
    EXPECT_EQ(scratch.read("p/notes.txt"), "mine");
    EXPECT_EQ(scratch.read("p/a"), "1");
}

TEST(WriteFolder, SaysThatTheFolderIsUnwritable) {
    const Scratch scratch;
    ASSERT_EQ(write_folder(scratch.path("p"), with_manifest({{"a", "1"}})), std::nullopt);
    fs::permissions(scratch.path(""), fs::perms::owner_all | fs::perms::others_read | fs::perms::others_exec);
    const int result = in_child([&] {
        if (geteuid() == 0 && setuid(65534) != 0) return skip;
        if (geteuid() != 65534) fs::permissions(scratch.path(""), fs::perms::owner_read | fs::perms::owner_exec);
        const auto refusal = write_folder(scratch.path("p"), with_manifest({{"a", "2"}}));
        return refusal && refusal->find("no permission to write") != std::string::npos ? 0 : 1;
    });
    fs::permissions(scratch.path(""), fs::perms::owner_all);
    if (result == skip) GTEST_SKIP() << "the test runs as root and cannot become anyone else";
    EXPECT_EQ(result, 0);
    EXPECT_EQ(scratch.read("p/a"), "1");
    EXPECT_EQ(names_in(scratch.path("")), std::vector<std::string>{"p"});
}

/// A file system of 256 KiB at `folder`, seen by this process alone.
bool mount_small_disk(const std::string &folder) {
    if (unshare(CLONE_NEWNS) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
    mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
    return mount("tmpfs", folder.c_str(), "tmpfs", 0, "size=256k") == 0;
}

TEST(WriteFolder, LeavesTheOldPackageAndNothingElseWhenTheDiskIsFull) {
    const Scratch scratch;
    fs::create_directories(scratch.path("disk"));
    const int result = in_child([&] {
        if (!mount_small_disk(scratch.path("disk"))) return skip;
        const Files small = with_manifest({{"a", std::string(10000, 'a')}});
        if (write_folder(scratch.path("disk/p"), small)) return 1;
        const auto refusal =
            write_folder(scratch.path("disk/p"), with_manifest({{"a", "b"}, {"lib/huge", std::string(1000000, 'h')}}));
        if (!refusal || refusal->find("the disk is full") == std::string::npos) return 2;
        if (refusal->find("disk/p/lib/huge'") == std::string::npos) return 3;
        if (names_in(scratch.path("disk")) != std::vector<std::string>{"p"}) return 4;
        if (read_folder(scratch.path("disk/p")) != small) return 5;
        if (!write_folder(scratch.path("disk/new/folder"), with_manifest({{"a", std::string(1000000, 'h')}}))) return 6;
        if (names_in(scratch.path("disk")) != std::vector<std::string>{"p"}) return 7;
        return write_folder(scratch.path("disk/p"), with_manifest({{"a", "b"}})) ? 8 : 0;
    });
    if (result == skip) GTEST_SKIP() << "this machine lets nobody mount a small file system";
    EXPECT_EQ(result, 0);
}

TEST(WriteFolder, RemovesWhatKilledBuildsLeftAndNothingOfOthers) {
    const Scratch scratch;
    scratch.write(".p.partial-999999/lib/half", "h");
    scratch.write(".p.partial-999998-old/lib/half", "h");
    scratch.write(".q.partial-999999/lib/half", "h");
    ASSERT_EQ(write_folder(scratch.path("p"), with_manifest({{"a", "1"}})), std::nullopt);
    EXPECT_FALSE(fs::exists(scratch.path(".p.partial-999999")));
    EXPECT_FALSE(fs::exists(scratch.path(".p.partial-999998-old")));
    EXPECT_TRUE(fs::exists(scratch.path(".q.partial-999999/lib/half")));
}

TEST(WriteFolder, IsWholeWhateverTheMomentOfAKill) {
    const Scratch scratch;
    const Files first = with_manifest({{"a", std::string(300000, '1')}, {"b", "1"}});
    const Files second = with_manifest({{"a", std::string(300000, '2')}, {"c", "2"}});
    ASSERT_EQ(write_folder(scratch.path("p"), first), std::nullopt);
    for (int round = 0; round < 40; ++round) {
        const pid_t child = fork();
        if (child == 0) {
            for (int i = 0;; ++i) write_folder(scratch.path("p"), i % 2 == 0 ? second : first);
        }
        usleep(static_cast<useconds_t>(200 + 97 * round));
        kill(child, SIGKILL);
        waitpid(child, nullptr, 0);
        const Files found = read_folder(scratch.path("p"));
        ASSERT_TRUE(found == first || found == second) << "after the kill of round " << round;
    }
    ASSERT_EQ(write_folder(scratch.path("p"), with_manifest({{"a", "3"}})), std::nullopt);
    EXPECT_EQ(names_in(scratch.path("")), std::vector<std::string>{"p"});
}

TEST(WriteFolder, TakesTwoBuildsAtOnce) {
    const Scratch scratch;
    const Files first = with_manifest({{"a", std::string(100000, '1')}, {"b", "same"}});
    const Files second = with_manifest({{"a", std::string(100000, '2')}, {"b", "same"}, {"c", "2"}});
    const auto build = [&](const Files &files) {
        return [&] {
            for (int i = 0; i < 100; ++i) {
                if (write_folder(scratch.path("p"), files)) return 1;
            }
            return 0;
        };
    };
    const pid_t beside = fork();
    if (beside == 0) _exit(build(first)());
    EXPECT_EQ(in_child(build(second)), 0);
    int status = 0;
    waitpid(beside, &status, 0);
    EXPECT_EQ(WEXITSTATUS(status), 0);
    const Files found = read_folder(scratch.path("p"));
    EXPECT_TRUE(found == first || found == second);
    EXPECT_EQ(names_in(scratch.path("")), std::vector<std::string>{"p"});
}

class Swap : public testing::TestWithParam<SwapMethod> {};

TEST_P(Swap, PutsTheFinishedFolderInPlaceOfTheOldOne) {
    const Scratch scratch;
    scratch.write("finished/a", "new");
    scratch.write("p/a", "old");
    EXPECT_EQ(swap_in(scratch.path("finished"), scratch.path("p"), GetParam()), std::nullopt);
    EXPECT_EQ(scratch.read("p/a"), "new");
}

TEST_P(Swap, LeavesTheOldFolderWhenTheFinishedOneIsMissing) {
    const Scratch scratch;
    scratch.write("p/a", "old");
    EXPECT_TRUE(swap_in(scratch.path("finished"), scratch.path("p"), GetParam()));
    EXPECT_EQ(scratch.read("p/a"), "old");
}

INSTANTIATE_TEST_SUITE_P(Methods, Swap, testing::Values(SwapMethod::exchange, SwapMethod::two_steps));

}  // namespace
}  // namespace actinide
