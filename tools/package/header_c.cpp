#include "tools/package/header_c.h"

#include <fmt/format.h>

#include <algorithm>

#include "runtime/parallel_bytes.h"
#include "runtime/status.h"
#include "tools/package/comment.h"
#include "tools/package/texts.h"

namespace actinide {

namespace {

struct Status {
    const char *name;
    int value;
    const char *sentence;
};

constexpr Status statuses[] = {
#define ACTINIDE_STATUS_ROW(name, value, sentence) {#name, value, sentence},
    ACTINIDE_STATUSES(ACTINIDE_STATUS_ROW)
#undef ACTINIDE_STATUS_ROW
};

bool has_arm32(const Package &package) {
    return std::any_of(package.archives.begin(), package.archives.end(),
                       [](const PackagedArchive &archive) { return archive.system_processor == "armv7"; });
}

std::string opening_comment(const Package &package, const std::vector<CFunction> &functions) {
    std::string text = fmt::format(
        "/*\n"
        " * {}: activations and their gradients, compiled ahead of time by Actinide {}. Generated; do not edit.\n"
        " * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception\n"
        " *\n"
        " * For every function:\n"
        " *   - Arrays may have any alignment that is a multiple of their element's size. Sizes count elements; an "
        "empty\n"
        " *     array may be null.\n"
        " *   - Arguments are checked before anything is written: on every status but {}_OK from a CPU function the\n"
        " *     outputs are as they were.\n"
        " *   - Nothing is allocated on the CPU, nothing throws or aborts, and all may be called from several "
        "threads.\n"
        " *   - A NaN in x gives a NaN in y; infinities, signed zeros and subnormals follow the formula's limit. Every "
        "CPU\n"
        " *     gives the same bits, whatever n and the alignment (only a NaN's sign and payload are free).\n",
        package.name, package.version, upper_case(package.prefix));
    text += comment_lines(
        " *   -", " *    ",
        "The rounding mode, flush-to-zero and denormals-are-zero of the calling CPU thread are never changed. With the "
        "last two, subnormal inputs, intermediate and final results may count as zeros; where all are normal, the bits "
        "stay the same. Another rounding mode than to nearest voids the error bounds but makes no NaN: an element is "
        "off by a few ULP or, where its formula calls a function, by up to 2^-16 (double: 2^-35) of the larger of "
        "|result| and 1, of a gradient the larger of |dx| and |dy|, at default parameters. Waves of large arguments "
        "are "
        "off by more.");
    if (has_arm32(package)) {
        text += comment_lines(
            " *   -", " *    ",
            "32-bit ARM: NEON counts subnormal floats as zeros, so of float32, float16 and bfloat16 the bits are those "
            "of "
            "other CPUs where inputs, intermediate and final results are normal or zero. Of float64 they always are.");
    }
    text += comment_lines(" *   -", " *    ",
                          fmt::format("Conventions of {}: where a definition is not PyTorch's, its comment says so.",
                                      package.conventions));
    const std::string rows = backward_table(functions);
    if (!rows.empty()) {
        text += " *\n * What each backward pass needs of the forward pass, beside dy:\n" + rows;
    }
    return text + " */\n";
}

std::string status_enum(const Package &package) {
    const std::string prefix = upper_case(package.prefix) + "_";
    size_t width = 0;
    for (const Status &status : statuses) width = std::max(width, std::string(status.name).size());
    std::string text = "/* What every function returns. Values never change; later versions may add some. */\n";
    text += fmt::format("typedef enum {}_status {{\n", package.prefix);
    for (const Status &status : statuses) {
        const bool is_last = &status == &statuses[std::size(statuses) - 1];
        text += fmt::format("  {}{:{}} = {}{} /* {} */\n", prefix, status.name, width, status.value,
                            is_last ? " " : ",", comment_text(status.sentence));
    }
    return text + fmt::format("}} {}_status;\n", package.prefix);
}

std::string level_names(const Package &package) {
    std::vector<std::string> names;
    for (const PackagedKernel &kernel : package.kernels) {
        if (kernel.cuda) continue;
        for (const std::string &level : kernel.levels) {
            if (std::find(names.begin(), names.end(), level) == names.end()) names.push_back(level);
        }
    }
    return names.empty() ? "none, as it has no kernels for CPUs" : fmt::format("{}", fmt::join(names, ", "));
}

/// How long calls come to several threads.
constexpr const char *thread_functions = R"(
/* How many threads share long calls of CPU functions: 1, the default; 0: as many as CPUs that the calling thread may
 * use (its affinity; a container's quota does not count). The calling thread is one of them. The others belong to the
 * library, sleep between calls, take no signals but those of their own faults, and end with @p@_set_num_threads(1), at
 * exit or when a shared library that contains this one is unloaded. At most 256: more are as many.
 *   - The results' bits do not depend on it, and parts round and flush as the calling thread does. An exception's flag
 *     that a part raises stays in the thread that ran it, and traps are not taken there.
 *   - One call at a time has the threads. A call that comes meanwhile from another thread of the program is not kept
 *     waiting: it runs in that thread alone. Nor is anything allocated by a call.
 *   - May be called at any time, also while kernels run in other threads; it waits until none uses the threads.
 *   - A child made by fork() has none of its parent's threads: its calls run alone until it calls this itself.
 * Returns @P@_OK, or @P@_NO_THREADS if the system gave fewer (none on some platforms); those that it gave work, and
 * @p@_get_num_threads counts them. On Linux a program that calls this needs POSIX threads (cc -pthread before glibc
 * 2.34); no other program does. */
@p@_status @p@_set_num_threads(size_t threads);

/* How many threads a long call may take, this one among them: 1 unless said otherwise. */
size_t @p@_get_num_threads(void);

/* Part `index` of a call. Neither throws nor blocks nor calls back into the program. */
typedef void (*@p@_task)(void *context, size_t index);

/* A loop of a pool of your own: OpenMP's, TBB's or a framework's. Runs task(context, i) for every i below `tasks`, each
 * exactly once, in any order, on any threads, several or not, and returns when all have returned. No exception may
 * leave it. `pool` is what @p@_set_parallel_for was given. */
typedef void (*@p@_parallel_for)(void *pool, size_t tasks, @p@_task task, void *context);

/* Lets long calls of CPU functions run in a pool of your own instead, with up to four tasks for each of its `threads`,
 * so that it may balance them. Null: each call in its own thread again. Of this and @p@_set_num_threads the later call
 * holds; threads made before go with @p@_set_num_threads(1).
 *   - `parallel_for` is called in the thread that called the kernel; several may be in it at once if several call
 *     kernels. A kernel called by it or by another task of the pool calls it again, nested; where the pool has no
 *     nested loops, let it run such tasks one after the other.
 *   - May be called at any time. A kernel that has begun keeps what it has, so the former pool has to live until the
 *     kernels that were running have returned.
 * Results are the same, as above. Returns @P@_OK, or @P@_INVALID_PARAMETER if `threads` is 0 though there is a pool. */
@p@_status @p@_set_parallel_for(@p@_parallel_for parallel_for, void *pool, size_t threads);

/* From how many bytes, read and written together, threads share a call; none gets less than half as many at a time.
 * 0, the default: @bytes@; SIZE_MAX: never. Calls on arrays below 64 KiB are never shared. */
void @p@_set_parallel_bytes(size_t bytes);
)";

std::string package_functions(const Package &package) {
    const std::string text = R"(/* The sentence of a status, for people; never null. */
const char *@p@_status_text(@p@_status status);

/* The version of Actinide that built the library: equal to @P@_VERSION if the header belongs to it. */
const char *@p@_version(void);

/* The level in use on this CPU, or "unsupported" on a CPU below the lowest.
@levels@ */
const char *@p@_cpu_level(void);

/* For tests and measurements: makes all further calls use the level of this name; null: again the best that the CPU
 * has. Returns @P@_INVALID_PARAMETER if no level has the name and @P@_UNSUPPORTED_CPU if the CPU or the library
 * lacks it; then nothing changes. */
@p@_status @p@_set_cpu_level(const char *name);

/* From how many bytes, read and written together, a call stores its results past the cache, as arrays that would not
 * stay in it are written faster so. 0, the default: as many as the CPU's last-level cache holds; SIZE_MAX: never.
 * Smaller values suit results that are not read again soon. The results are the same. Calls in place and on arrays
 * below 64 KiB never do it, nor do calls whose outputs, or rows of outputs, begin at different places of a 64-byte
 * line, nor kernels for ARM. */
void @p@_set_streaming_bytes(size_t bytes);
)" + std::string(thread_functions);
    const std::string levels = comment_lines(" *", " *", "Levels in this package: " + level_names(package) + ".");
    return fill_in(text, {{"p", package.prefix},
                          {"P", upper_case(package.prefix)},
                          {"levels", levels.substr(0, levels.size() - 1)},
                          {"bytes", std::to_string(ACTINIDE_DEFAULT_PARALLEL_BYTES)}});
}

/// The 16-bit types of the package's kernels.
std::string bit_types(const Package &package, const std::vector<CFunction> &functions) {
    std::string text;
    for (const auto &[dtype, meaning] : {std::pair(DType::f16, "IEEE binary16"), std::pair(DType::bf16, "bfloat16")}) {
        if (!has_dtype(functions, dtype)) continue;
        text += fmt::format(
            "/* The bits of a number in {}. Arrays of a compiler's own type have the same. */\n"
            "typedef uint16_t {};\n\n",
            meaning, c_type(dtype, package.prefix));
    }
    return text;
}

/// What reads the tables, of which only some packages have any.
std::string lookup_functions(const Package &package, const std::vector<CFunction> &functions) {
    std::string text;
    for (const DType dtype : quantized_dtypes()) {
        if (!has_dtype(functions, dtype)) continue;
        text += fill_in(R"(
/* y[i] = table[x[i]], the table's entries in the order of x's bytes, as the ..._table_@t@ functions fill it.
 *   x (in): n values
 *   y (out): n values; may be x itself
 *   n: number of values; 0 does nothing
 *   table (in): 256 values
 * Any other overlap of y is refused. Returns @P@_OK, @P@_INVALID_POINTER, @P@_OVERLAP, @P@_SIZE_OVERFLOW,
 *     @P@_UNSUPPORTED_CPU. */
@p@_status @p@_lookup_@t@(const @type@ *x, @type@ *y, size_t n, const @type@ *table);
)",
                        {{"p", package.prefix},
                         {"P", upper_case(package.prefix)},
                         {"t", to_string(dtype)},
                         {"type", c_type(dtype, package.prefix)}});
    }
    return text;
}

std::string stream_type(const Package &package) {
    return fmt::format(
        "/* A CUDA stream: a CUstream or a cudaStream_t passes without a cast. No header of CUDA is needed. */\n"
        "typedef struct CUstream_st *{}_cuda_stream;\n",
        package.prefix);
}

/// Two packages may meet in one source file, but not under one prefix.
std::string guard_start(const Package &package) {
    const std::string guard = upper_case(package.prefix) + "_KERNELS_H";
    const std::string own = guard + "_OF_" + identifier(package.name);
    return fmt::format(
        "#if defined {0} && !defined {1}\n"
        "#error \"two packages with the prefix '{2}' in one source file; build one of them with another --prefix\"\n"
        "#endif\n"
        "#ifndef {0}\n#define {0}\n#define {1}\n",
        guard, own, package.prefix);
}

}  // namespace

std::string c_header(const Package &package, const std::vector<CFunction> &functions) {
    const std::string upper = upper_case(package.prefix);
    const bool has_cuda = std::any_of(functions.begin(), functions.end(), [](const CFunction &f) { return f.cuda; });
    std::string text = opening_comment(package, functions);
    text += guard_start(package);
    text += "\n#include <stddef.h>\n#include <stdint.h>\n\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n";
    text += fmt::format("#define {}_VERSION \"{}\"\n\n", upper, package.version);
    text += status_enum(package) + "\n";
    text += bit_types(package, functions);
    if (has_cuda) text += stream_type(package) + "\n";
    text += package_functions(package);
    text += lookup_functions(package, functions);
    for (const CFunction &function : functions) text += "\n" + c_declaration(package, function);
    return text + "\n#ifdef __cplusplus\n}\n#endif\n\n#endif\n";
}

}  // namespace actinide
