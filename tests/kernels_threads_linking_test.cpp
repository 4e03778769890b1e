// links:
// needs: kernels_package
// What programs link that use threads or not, and how a library that holds the pool goes.
#include <gtest/gtest.h>

#include "tests/package_scratch.h"

namespace actinide {
namespace {

const std::string package = ACTINIDE_PACKAGE;
const std::string compile = "cc -Wall -Werror -I" + quoted(package + "/include") + " ";
const std::string archive = " " + quoted(package + "/lib/x86_64-linux/libactinide_kernels.a") + " ";

constexpr const char *program = R"(
#include <actinide_kernels/kernels.h>
#include <stdlib.h>
int use(void) {
#ifdef WITH_THREADS
  if (actn_set_num_threads(4) != ACTN_OK) return 1;
#endif
  static float x[1 << 20];
  actn_set_parallel_bytes(1);
  for (int i = 0; i < 50; ++i) {
    if (actn_relu_forward_f32(x, x, 1 << 20) != ACTN_OK) return 1;
  }
  return actn_get_num_threads() == (EXPECTED) ? 0 : 1;
}
#ifndef LIBRARY
int main(void) { return use(); }
#endif
)";

/// Loads and unloads the library again and again. Threads leave the process's list some time after they were joined.
constexpr const char *host = R"(
#include <dirent.h>
#include <dlfcn.h>
#include <sched.h>
#include <stdio.h>
static int count_threads(void) {
  int count = -2;
  DIR *tasks = opendir("/proc/self/task");
  while (readdir(tasks)) ++count;
  closedir(tasks);
  return count;
}
int main(int count, char **arguments) {
  for (int i = 0; i < 10; ++i) {
    void *library = dlopen(arguments[count - 1], RTLD_NOW);
    if (!library) return puts(dlerror()), 1;
    int (*use)(void) = (int (*)(void))dlsym(library, "use");
    if (!use || use() != 0) return puts("use"), 1;
    if (dlclose(library) != 0 || dlopen(arguments[count - 1], RTLD_NOW | RTLD_NOLOAD)) return puts("dlclose"), 1;
    for (int turn = 0; count_threads() != 1; ++turn) {
      if (turn == 100000) return puts("a thread is left"), 1;
      sched_yield();
    }
  }
  return 0;
}
)";

class Linked : public testing::Test {
protected:
    Linked() {
        scratch_.write("program.c", program);
        scratch_.write("host.c", host);
    }
    std::string path(const std::string &name) const { return quoted(scratch_.path(name)); }
    void expect_success(const std::string &command) const {
        const CommandResult result = run(command);
        EXPECT_EQ(result.exit_code, 0) << command << "\n" << result.output;
    }

private:
    Scratch scratch_;
};

TEST_F(Linked, ProgramsWithoutThreadsNeedNoneOfTheirFunctions) {
    expect_success(compile + "-DEXPECTED=1 " + path("program.c") + archive + "-o " + path("alone") + " && " +
                   path("alone"));
    const CommandResult symbols = run("nm " + path("alone"));
    EXPECT_EQ(symbols.exit_code, 0) << symbols.output;
    for (const char *name : {"pthread", "syscall", "sched_", "getpid", "actn_set_num_threads"}) {
        EXPECT_EQ(symbols.output.find(name), std::string::npos) << name << "\n" << symbols.output;
    }
}

TEST_F(Linked, ProgramsEndWithThreadsThatSleep) {
    expect_success(compile + "-pthread -DWITH_THREADS -DEXPECTED=4 " + path("program.c") + archive + "-o " +
                   path("shared") + " && " + path("shared"));
    expect_success(compile + "-static -pthread -DWITH_THREADS -DEXPECTED=4 " + path("program.c") + archive + "-o " +
                   path("static") + " && " + path("static"));
}

TEST_F(Linked, LibrariesTakeTheirThreadsWithThem) {
    expect_success(compile + "-shared -fPIC -pthread -DLIBRARY -DWITH_THREADS -DEXPECTED=4 " + path("program.c") +
                   archive + "-o " + path("libused.so"));
    expect_success(compile + path("host.c") + " -ldl -o " + path("host") + " && " + path("host") + " " +
                   path("libused.so"));
}

}  // namespace
}  // namespace actinide
