#include "tools/cli/help.h"

#include <fmt/format.h>

#include "generators/formula/parse.h"
#include "tools/cli/table.h"

namespace actinide::cli {
namespace {

struct VerbPage {
    std::string name;
    std::string summary;
    std::string usage;
    std::string examples;
    std::string notes{};
};

const std::vector<VerbPage> &pages() {
    static const std::vector<VerbPage> all = {
        {.name = "list",
         .summary = "names of everything that can be asked for",
         .usage =
             "actinide list [activations|gradients|targets|passes|dtypes|autoschedulers|emits|conventions|cpus|tuned] "
             "[--json]\n"
             "  actinide list --markdown [--out DIR]",
         .examples = "  actinide list                  the activations, one line each\n"
                     "  actinide list targets          the CPUs and GPUs that can be built for\n"
                     "  actinide list tuned            schedules for CPUs that are built in\n"
                     "  actinide list gradients        what each backward pass keeps and how exact it is\n"
                     "  actinide list passes --json    for programs\n"
                     "  actinide list --markdown --out reference   a page for each family, with pictures\n"
                     "  actinide list --conventions jax   with the parameters, defaults and names of JAX\n"},
        {.name = "show",
         .summary = "one activation: formula, gradients, parameters, kinks",
         .usage = "actinide show ACTIVATION [--json]\n"
                  "  actinide show ACTIVATION... --markdown",
         .examples = "  actinide show elu\n"
                     "  actinide show prelu --json\n"
                     "  actinide show leaky_relu --conventions jax   and how JAX's differs from PyTorch's\n"
                     "  actinide show elu swiglu gelu_bias --markdown   for documentation of your own\n"
                     "  actinide show --define 'f(x, a=1) = x * sigmoid(a * x)'\n"},
        {.name = "build",
         .summary = "kernels as a static library with headers, CMake and pkg-config files",
         .usage = "actinide build [ACTIVATION...] [options]",
         .examples = "  actinide build                                     the default set, into out/actinide_kernels\n"
                     "  actinide build elu --targets x86-64-avx2           one activation, one CPU\n"
                     "  actinide build '*relu' --passes forward            every activation whose name ends in relu\n"
                     "  actinide build elu/backward/f32@x86-64-avx2        one kernel\n"
                     "  actinide build gelu_bias --dtypes f16,bf16         a fused form, in two types\n"
                     "  actinide build swiglu --passes '*_rows'            over rows with strides, for views\n"
                     "  actinide build relu --passes forward_counted       that also counts dead outputs\n"
                     "  actinide build elu --targets x86-64 --levels avx2,avx512   nothing for CPUs before 2013\n"
                     "  actinide build --name acme --prefix acme           names of your own\n"
                     "  actinide build --define 'f(x, a=1) = x * sigmoid(a * x)'   an activation of your own\n"
                     "  actinide build leaky_relu gelu --conventions jax   as JAX has them: defaults, slopes at kinks\n"
                     "  actinide build relu --emit asm,llvm                with the assembly and LLVM's IR beside it\n"
                     "  actinide build --autoscheduler Adams2019 --autoscheduler-params parallelism=4\n"
                     "  actinide build --dry-run                           which kernels it would build\n",
         .notes =
             "Lists are separated by commas and take globs and 'all'. A pair that does not exist (prelu has no\n"
             "backward_from_output) is left out of a glob, and refused where both of its names were written.\n"
             "A definition has a name, the input x, parameters with defaults and a formula. A parameter may have a "
             "range,\n"
             "alpha=1 in (0, inf), or be learned, weight=0.25 learned. Formulas have + - * /, x^2, comparisons, && and "
             "||,\n" +
             fmt::format("{}", fmt::join(formula_words(), ", ")) +
             " and the functions of 'actinide verify --functions', as in\nwhere(x > 0, x, min(a, b)). "
             "--define-file takes one definition a line; indented lines go on, # begins a comment.\n"
             "For a program that steers builds: --stamp's time is that of the build's beginning and the target of\n"
             "--depfile, without a stamp the archives are. Files that stay the same keep their time.\n"
             "The archives and the line that links them go to standard output, everything else to standard error.\n"},
        {.name = "explain",
         .summary = "the hot loop of a kernel: its instructions, their cycles and what limits it",
         .usage = "actinide explain KERNEL... [options]",
         .examples = "  actinide explain elu                             forward, f32, this machine's best level\n"
                     "  actinide explain elu/backward/f32@x86-64-avx512  one kernel\n"
                     "  actinide explain gelu --targets x86-64           each fast level of the archive\n"
                     "  actinide explain silu --targets aarch64-neon --cpu neoverse-v2,cortex-a55\n"
                     "  actinide explain tanh --dtypes bf16 --json       for programs\n"
                     "  actinide explain --define 'f(x, a=1) = x * sigmoid(a * x)'   an activation of your own\n",
         .notes = "For every tile: the schedule, the loops as Halide lowered them, the assembly of the innermost loop\n"
                  "with the most stores, its instructions by kind, and what LLVM's scheduling models say of each CPU.\n"
                  "Cycles are of a model, not measured: all data lies in the first cache, no branch is mispredicted,\n"
                  "and LLVM gives some CPUs the figures of an older one (znver5 those of znver4, cortex-a76 those of\n"
                  "cortex-a57). 'build --emit stmt,asm' writes loops and assembly in full.\n"},
        {.name = "verify",
         .summary = "kernels of this machine against the exact values of their formulas",
         .usage = "actinide verify [ACTIVATION...] [options]\n"
                  "  actinide verify [ACTIVATION...] [options] --shard i/n --out FILE\n"
                  "  actinide verify --merge FILE... [--json] [--record DIR]",
         .examples =
             "  actinide verify                                a million random inputs of every kernel\n"
             "  actinide verify elu --exhaustive               every float32 there is: the error bound is proven\n"
             "  actinide verify all --dtypes f16,bf16          every input of the 16-bit types\n"
             "  actinide verify elu --parameters random:20     other values of alpha\n"
             "  actinide verify --functions exp tanh           two of the functions that formulas call\n"
             "  actinide verify --digests --exhaustive --json  a digest of all outputs, to compare elsewhere\n"
             "  actinide verify --same-bits                    every level, alignment and length against each other\n"
             "  actinide verify elu --exhaustive --shard 2/8 --out shards/2.json   the second of eight shares\n"
             "  actinide verify --merge shards                 the report that one machine would have printed\n",
         .notes =
             "Exits with 1 if a kernel errs by more than its definition promises. A run that was interrupted\n"
             "or killed goes on where it stopped: every part of 2^20 inputs is kept as soon as it is done.\n"
             "A shard exits with 0 whatever it found; --merge judges. It takes all shards of one run, each once,\n"
             "made by its own version from the same kernels with the same options, and refuses others with 2.\n"
             "--same-bits exits with 1 at the first bit that depends on the CPU's level, on where the arrays\n"
             "lie, on how they are cut into calls or on working in place, and names the input. 16-bit types: all\n"
             "inputs in every way; f32: 16 Mi inputs (with --exhaustive all) at every level, each in one more way.\n"
             "tools/cluster/verify.py runs shards on a Dask cluster.\n"},
        {.name = "tune",
         .summary = "schedules that are faster than the hand-written ones on one CPU",
         .usage = "actinide tune [ACTIVATION...] [options]\n"
                  "  actinide tune --merge FILE... --out FILE",
         .examples = "  actinide tune elu gelu                         here, into tuned.json\n"
                     "  actinide tune --effort quick --budget 60       the default set, for a minute\n"
                     "  actinide build elu gelu --tuned tuned.json     a package with what was found\n"
                     "  actinide bench elu gelu --tuned tuned.json     and how fast that is\n"
                     "  actinide tune elu --model neoverse-v2          by LLVM's model of a CPU that is not here\n"
                     "  actinide tune elu --targets aarch64-neon --runner 'qemu-aarch64 {}'\n"
                     "  actinide tune --merge mine.json yours.json --out all.json\n",
         .notes =
             "Tried are other numbers of vectors in an iteration, registers in a vector and lanes in a register, what\n"
             "each autoscheduler of Halide's proposes, and for arrays beyond the caches prefetching and plain stores.\n"
             "All run in turn, the best few again and longer, and the best one once more against the hand schedule\n"
             "after both were loaded anew. A record names another schedule only if it is faster by 3 % in all, beyond\n"
             "chance, and at no size slower by as much. The bits of the results are the same with every schedule.\n"
             "Records are kept after each search, so that an interruption loses one at most. A model knows neither\n"
             "memory nor the ends of arrays; what it finds is worth less than a measurement.\n"
             "--runner times on another Linux machine (such as 'scp -q {} pi:t && ssh pi ./t') or under an emulator: "
             "for\n"
             "each comparison its command runs one program without libraries, whose file stands for {}, and hands\n"
             "through what that prints. A run that fails, prints something else or takes longer than --runner-timeout\n"
             "ends its search with an error, the others go on, and the command exits with 1. Records say that a "
             "runner\n"
             "gave the times.\n"},
        {.name = "bench",
         .summary = "how fast kernels are here, beside a copy of the same bytes",
         .usage = "actinide bench [ACTIVATION...] [options]\n"
                  "  actinide bench --compare OLD.json --with NEW.json [--fail-on-slower PERCENT]",
         .examples =
             "  actinide bench                                   the default set in float32, from 16 elements to 64M\n"
             "  actinide bench elu gelu --passes forward,backward --dtypes f32,bf16\n"
             "  actinide bench elu --targets x86-64              each level by itself\n"
             "  actinide bench silu --sizes 4096,1M --seconds 2  longer, for smaller differences\n"
             "  actinide bench relu --growth                     every power of two, with the sizes that jump\n"
             "  actinide bench elu --out before.json             keeps the run\n"
             "  actinide bench --compare before.json             the same kernels again: faster or slower?\n"
             "  actinide bench --define 'f(x, a=1) = x * sigmoid(a * x)'\n"
             "  actinide bench gelu silu --peers torch,onnxruntime --install-peers   beside PyTorch and ONNX Runtime\n",
         .notes =
             "A size is a number of elements; K, M and G are powers of 1024. OF COPY is the share of the speed at\n"
             "which this machine copies as many arrays of the same bytes, by plain or streaming stores, whichever is\n"
             "faster, measured in turn with the kernel: 100 % cannot be beaten where the arrays outgrow the caches.\n"
             "Times are those of one thread on its core, whatever else runs: medians of samples of at least 100\n"
             "microseconds; SPREAD is from one quartile to the other. Inputs are normal with a deviation of 3.\n"
             "Learned parameters have 64 channels.\n"
             "--compare calls a difference one where it is beyond chance (Mann and Whitney's U, 1 in 1000) and where\n"
             "median and fastest sample differ by more than 5 %, which another layout in memory alone can make. It\n"
             "exits with 0 unless --fail-on-slower is given, and without names it measures the old run's kernels.\n"
             "--peers runs other libraries on the same inputs in turn with ours, each in a Python process of its own,\n"
             "on one thread, by the calls that write into a given array; TIMES OURS is above 1 where ours is faster,\n"
             "ULP is the largest error on 65,536 inputs (4,096 of f64) with dy = 1. What is not installed or has no\n"
             "such operation is 'not measured'. PyTorch: sigmoid and tanh have gradients from the output only.\n"
             "oneDNN is loaded into this process and runs primitives that are made once.\n"
             "--install-peers makes a Python environment in the cache's folder 'peers' with pip, in pinned versions;\n"
             "$PIP_EXTRA_INDEX_URL may name an index of PyTorch for CPUs alone, which is much smaller.\n"
             "Masks, pairs and tables are left out. Interrupted, bench prints what it has measured.\n"},
        {.name = "doctor",
         .summary = "what this machine has, what it lacks and the command that mends it",
         .usage = "actinide doctor [--json]",
         .examples = "  actinide doctor\n"
                     "  actinide doctor --json\n",
         .notes = "Exits with 3 if something required is missing; optional tools are only named.\n"},
        {.name = "cache",
         .summary = "the folder of kernels that were compiled before",
         .usage = "actinide cache [info|clear|prune --max-size SIZE] [--json]",
         .examples = "  actinide cache                         where it is and how large\n"
                     "  actinide cache clear                   forget every kernel\n"
                     "  actinide cache prune --max-size 500M   forget those unused longest until it fits\n",
         .notes = "The folder is --cache DIR, else $ACTINIDE_CACHE, else $XDG_CACHE_HOME/actinide, else\n"
                  "~/.cache/actinide. What bench --install-peers put there counts as one file and goes as a whole.\n"},
        {.name = "version",
         .summary = "versions of Actinide, Halide and LLVM",
         .usage = "actinide version [--json]",
         .examples = "  actinide version\n"
                     "  actinide --version\n"},
    };
    return all;
}

constexpr std::string_view exit_codes =
    "Exit codes\n"
    "  0 done                      4 combination not supported\n"
    "  1 a check failed            5 the system refused (disk, permission, I/O)\n"
    "  2 usage                     70 a bug of Actinide's own\n"
    "  3 missing on this machine   130 interrupted\n";

}  // namespace

std::string verb_help(std::string_view verb, const std::vector<OptionHelp> &options) {
    std::string text;
    for (const VerbPage &page : pages()) {
        if (page.name != verb) continue;
        std::vector<std::vector<std::string>> rows;
        rows.reserve(options.size());
        for (const OptionHelp &option : options) rows.push_back({option.usage, option.meaning});
        text = "Examples\n" + page.examples + "\nUsage\n  " + page.usage + "\n\nOptions\n" + align_columns(rows, 2);
        if (!page.notes.empty()) text += "\n" + page.notes;
    }
    return text;
}

std::string command_help() {
    std::vector<std::vector<std::string>> rows;
    for (const VerbPage &page : pages()) rows.push_back({page.name, page.summary});
    return "Examples\n"
           "  actinide build                build the default set into out/ and say how to link it\n"
           "  actinide build elu,relu --targets x86-64,cuda\n"
           "  actinide show elu             formula, gradient and parameters\n"
           "  actinide list targets         what can be built for\n"
           "  actinide help build           every option of a verb\n"
           "\nUsage\n  actinide VERB [arguments] [options]\n\nVerbs\n" +
           align_columns(rows, 2) +
           "\nEvery verb takes --help, --no-color and --json. NO_COLOR and TERM=dumb are respected.\n\n" +
           std::string(exit_codes);
}

std::vector<std::string> verb_names() {
    std::vector<std::string> names;
    for (const VerbPage &page : pages()) names.push_back(page.name);
    return names;
}

}  // namespace actinide::cli
