// links: actinide_formula
// Halide's own add_halide_generator and add_halide_library build our generators, and the result runs.
#include <gtest/gtest.h>

#include "tests/package_scratch.h"

namespace actinide {
namespace {

TEST(StockHalide, BuildsAndRunsOurGenerators) {
    const Scratch scratch;
    const std::string build = quoted(scratch.path("build"));
    const CommandResult configured =
        run(quoted(ACTINIDE_CMAKE) + " -G Ninja -DCMAKE_MAKE_PROGRAM=" + quoted(ACTINIDE_NINJA) + " -S " +
            quoted(std::string(ACTINIDE_SOURCE_DIR) + "/tests/stock_halide") + " -B " + build +
            " -DCMAKE_CXX_COMPILER=" + quoted(ACTINIDE_CXX) + " -DHalide_DIR=" + quoted(ACTINIDE_HALIDE_DIR) +
            " -DACTINIDE_SOURCE=" + quoted(ACTINIDE_SOURCE_DIR) +
            " -DACTINIDE_FORMULA=" + quoted(ACTINIDE_FORMULA_LIBRARY));
    ASSERT_EQ(configured.exit_code, 0) << configured.output;
    const CommandResult built = run(quoted(ACTINIDE_CMAKE) + " --build " + build);
    ASSERT_EQ(built.exit_code, 0) << built.output;
    const CommandResult ran = run(quoted(scratch.path("build/main")));
    EXPECT_EQ(ran.exit_code, 0) << ran.output;
}

}  // namespace
}  // namespace actinide
