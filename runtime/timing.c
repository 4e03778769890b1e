/* A program by itself, without a C library: calls kernels that compute the same in turn, and prints how long they took
 * as JSON, for `actinide tune --runner`. In no package.
 *   {"actinide_timing": 1, "cpuinfo": "...", "times": [[{"calls": 16, "nanoseconds": [1234, ...]}, ...], ...]}
 * with a list for each size and in it an object for each kernel; or, where something went wrong,
 *   {"actinide_timing": 1, "failed": "status" | "bits" | "memory", "kernel": 3, "number": 6} */
#include "runtime/timing.h"

#include "runtime/system_linux.h"

extern __attribute__((visibility("hidden"))) const struct actinide_timing actinide_timing;

/* NOLINTNEXTLINE(bugprone-reserved-identifier,misc-use-internal-linkage): where every program begins for a linker. */
__attribute__((noreturn)) void _start(void);

/* ---- what is printed, all at the end ------------------------------------------------------------------------------
 */

enum { MOST_CPUINFO = 4096, ROOM_FOR_WORDS = 4 * MOST_CPUINFO, LONGEST_NUMBER = 24, BILLION = 1000000000 };

static struct {
  char *text;
  size_t length;
} output;

static void print_character(char c) { output.text[output.length++] = c; }

static void print(const char *text) {
  for (; *text != '\0'; ++text) print_character(*text);
}

static void print_digits(uint32_t number, uint32_t power) {
  for (; power > 0; power /= 10) print_character((char)('0' + number / power % 10));
}

/* In two parts, and divided by hand: a 32-bit processor has no division of 64 bits. */
static void print_number(uint64_t number) {
  uint32_t billions = 0;
  uint32_t power = 1;
  for (unsigned bit = 32; bit-- > 0;) {
    if (number >> bit < BILLION) continue;
    number -= (uint64_t)BILLION << bit;
    billions |= 1U << bit;
  }
  const uint32_t rest = (uint32_t)number;
  const uint32_t leading = billions > 0 ? billions : rest;
  while (leading / 10 >= power) power *= 10;
  print_digits(leading, power);
  if (billions > 0) print_digits(rest, BILLION / 10);
}

static void print_quoted(const char *text, size_t length) {
  print_character('"');
  for (size_t i = 0; i < length; ++i) {
    const int is_plain = text[i] >= ' ' && text[i] <= '~' && text[i] != '"' && text[i] != '\\';
    if (text[i] == '\n') {
      print("\\n");
    } else {
      print_character(is_plain ? text[i] : ' ');
    }
  }
  print_character('"');
}

static void begin_output(void) {
  output.length = 0;
  print("{\"actinide_timing\": 1");
}

static __attribute__((noreturn)) void end_output(void) {
  print("}\n");
  write_all(output.text, output.length);
  exit_program(0);
}

static __attribute__((noreturn)) void fail(const char *what, size_t kernel, uint64_t number) {
  begin_output();
  print(", \"failed\": \"");
  print(what);
  print("\", \"kernel\": ");
  print_number(kernel);
  print(", \"number\": ");
  print_number(number);
  end_output();
}

/* ---- arrays -------------------------------------------------------------------------------------------------------
 */

enum { DIFFERENT_NUMBERS = 1000003 }; /* so many that no branch predictor learns them */

/* NOLINTBEGIN(modernize-use-using): this is C. */
typedef uint16_t __attribute__((may_alias)) half_word;
typedef uint32_t __attribute__((may_alias)) word;
typedef uint64_t __attribute__((may_alias)) double_word;
/* NOLINTEND(modernize-use-using) */

struct call {
  const struct actinide_timed_call *timed;
  char *memory;
  const void *inputs[ACTINIDE_TIMED_INPUTS];
  void *outputs[ACTINIDE_TIMED_OUTPUTS];
};

static size_t bytes_per_element(void) {
  if (actinide_timing.element == ACTINIDE_F64) return 8;
  return actinide_timing.element == ACTINIDE_F32 ? 4 : 2;
}

static void store(char *array, size_t index, uint64_t bits) {
  const size_t bytes = bytes_per_element();
  char *place = array + index * bytes;
  if (bytes == 8) {
    *(double_word *)place = bits;
  } else if (bytes == 4) {
    *(word *)place = (uint32_t)bits;
  } else {
    *(half_word *)place = (uint16_t)bits;
  }
}

/* The sum of four even numbers: about normal, with a deviation of 1. */
static float next_number(uint64_t *state) {
  const float root_of_three = 1.7320508F;
  *state ^= *state << 13;
  *state ^= *state >> 7;
  *state ^= *state << 17;
  const int32_t sum = (int32_t)(*state & 0xffff) + (int32_t)(*state >> 16 & 0xffff) + (int32_t)(*state >> 32 & 0xffff) +
                      (int32_t)(*state >> 48);
  return (float)(sum - 2 * 0xffff) * (root_of_three / 0x10000);
}

/* Rounded towards zero, and what no half holds as a normal number to zero: any number does. */
static uint64_t encoded(float number) {
  union {
    float number;
    uint32_t bits;
  } single = {number};
  union {
    double number;
    uint64_t bits;
  } wide = {(double)number};
  const int32_t exponent_of_half = (int32_t)(single.bits >> 23 & 0xff) - 112;
  const uint32_t sign_of_half = single.bits >> 16 & 0x8000;
  switch (actinide_timing.element) {
    case ACTINIDE_F64:
      return wide.bits;
    case ACTINIDE_BF16:
      return single.bits >> 16;
    case ACTINIDE_F16:
      if (exponent_of_half <= 0) return sign_of_half;
      return sign_of_half | (uint32_t)exponent_of_half << 10 | (single.bits >> 13 & 0x3ff);
    default:
      return single.bits;
  }
}

static void copy(char *to, const char *from, size_t bytes) {
  for (size_t i = 0; i < bytes; ++i) to[i] = from[i];
}

static void fill_with_bell(char *array, const struct actinide_timed_array *timed) {
  const size_t count = (size_t)timed->bytes / bytes_per_element();
  uint64_t state = timed->value;
  for (size_t i = 0; i < count && i < DIFFERENT_NUMBERS; ++i) {
    store(array, i, encoded(timed->deviation * next_number(&state)));
  }
  const size_t block = DIFFERENT_NUMBERS * bytes_per_element();
  for (size_t done = block; done < timed->bytes; done += block) {
    copy(array + done, array, timed->bytes - done < block ? (size_t)timed->bytes - done : block);
  }
}

static void fill_with_value(char *array, const struct actinide_timed_array *timed, uint64_t bits) {
  const size_t count = (size_t)timed->bytes / bytes_per_element();
  for (size_t i = 0; i < count; ++i) store(array, i, bits);
}

static void fill(char *array, const struct actinide_timed_array *timed) {
  if (timed->filling == ACTINIDE_FILL_BELL) {
    fill_with_bell(array, timed);
  } else {
    fill_with_value(array, timed, timed->filling == ACTINIDE_FILL_VALUE ? timed->value : 0);
  }
}

static struct call prepare(const struct actinide_timed_call *timed) {
  struct call call = {.timed = timed, .memory = map_memory((size_t)timed->bytes)};
  size_t inputs = 0;
  size_t outputs = 0;
  if (call.memory == NULL) fail("memory", 0, timed->bytes);
  for (size_t i = 0; i < timed->array_count; ++i) {
    char *array = call.memory + timed->arrays[i].place;
    fill(array, &timed->arrays[i]);
    if (timed->arrays[i].is_output) {
      call.outputs[outputs++] = array;
    } else {
      call.inputs[inputs++] = array;
    }
  }
  return call;
}

/* So that an element that a kernel leaves out shows, were it 0 too. */
static void spoil_outputs(const struct call *call) {
  const uint64_t bits = 0x5a5a5a5a5a5a5a5a;
  for (size_t i = 0; i < call->timed->array_count; ++i) {
    const struct actinide_timed_array *timed = &call->timed->arrays[i];
    if (!timed->is_output) continue;
    fill_with_value(call->memory + timed->place, timed, bits);
  }
}

/* Of all outputs, by Fowler, Noll and Vo. */
static uint64_t hash_outputs(const struct call *call) {
  uint64_t hash = 14695981039346656037U;
  for (size_t i = 0; i < call->timed->array_count; ++i) {
    const struct actinide_timed_array *timed = &call->timed->arrays[i];
    const char *array = call->memory + timed->place;
    if (!timed->is_output) continue;
    for (size_t place = 0; place < timed->bytes; place += sizeof(half_word)) {
      hash = (hash ^ *(const half_word *)(array + place)) * 1099511628211U;
    }
  }
  return hash;
}

/* ---- calls --------------------------------------------------------------------------------------------------------
 */

static int32_t call_once(actinide_timed_function function, const struct call *call) {
  return function(call->inputs, call->outputs, call->timed->sizes, call->timed->parameters);
}

static void expect_done(int32_t status, size_t kernel) {
  if (status != 0) fail("status", kernel, (uint64_t)status);
}

static void take_saved_output(const struct call *call, const struct actinide_timed_call *timed_forward) {
  struct call forward = prepare(timed_forward);
  for (size_t i = 0; i < call->timed->array_count; ++i) {
    const struct actinide_timed_array *timed = &call->timed->arrays[i];
    if (timed->filling == ACTINIDE_FILL_SAVED_OUTPUT) forward.outputs[0] = call->memory + timed->place;
  }
  expect_done(call_once(actinide_timing.forward, &forward), 0);
}

static void expect_the_same_bits(const struct call *call) {
  uint64_t first = 0;
  for (size_t i = 0; i < actinide_timing.function_count; ++i) {
    spoil_outputs(call);
    expect_done(call_once(actinide_timing.functions[i], call), i);
    const uint64_t hash = hash_outputs(call);
    if (i == 0) first = hash;
    if (hash != first) fail("bits", i, 0);
  }
}

/* ---- times --------------------------------------------------------------------------------------------------------
 */

enum { SHORTEST_SAMPLE = 100000, MOST_CALLS = 1 << 30 }; /* nanoseconds */

struct times {
  uint32_t calls; /* in each sample */
  uint64_t samples[ACTINIDE_MOST_ROUNDS];
};

/* Of this thread: while another program has the core, nothing passes. */
static uint64_t time_calls(actinide_timed_function function, const struct call *call, uint32_t calls) {
  const uint64_t start = nanoseconds_of(CLOCK_THREAD_CPUTIME_ID);
  for (uint32_t i = 0; i < calls; ++i) (void)call_once(function, call);
  return nanoseconds_of(CLOCK_THREAD_CPUTIME_ID) - start;
}

static uint32_t calls_for_a_sample(actinide_timed_function function, const struct call *call) {
  uint32_t calls = 1;
  while (time_calls(function, call, calls) < SHORTEST_SAMPLE && calls < MOST_CALLS) calls *= 2;
  return calls;
}

/* Kernel i is the first of round i, so that none always follows the same. Returns the rounds. */
static size_t race(const struct call *call, struct times *times) {
  const size_t count = (size_t)actinide_timing.function_count;
  size_t first = 0;
  size_t round = 0;
  for (size_t i = 0; i < count; ++i) times[i].calls = calls_for_a_sample(actinide_timing.functions[i], call);
  const uint64_t start = nanoseconds_of(CLOCK_MONOTONIC);
  while (round < ACTINIDE_MOST_ROUNDS &&
         (round < ACTINIDE_LEAST_ROUNDS || nanoseconds_of(CLOCK_MONOTONIC) - start < actinide_timing.nanoseconds)) {
    for (size_t i = 0; i < count; ++i) {
      const size_t turn = first + i < count ? first + i : first + i - count;
      /* The caches are to be as its own last call leaves them. */
      (void)call_once(actinide_timing.functions[turn], call);
      times[turn].samples[round] = time_calls(actinide_timing.functions[turn], call, times[turn].calls);
    }
    first = first + 1 < count ? first + 1 : 0;
    ++round;
  }
  return round;
}

static void print_times(const struct times *times, size_t rounds) {
  for (size_t i = 0; i < actinide_timing.function_count; ++i) {
    print(i == 0 ? "[{\"calls\": " : ", {\"calls\": ");
    print_number(times[i].calls);
    for (size_t round = 0; round < rounds; ++round) {
      print(round == 0 ? ", \"nanoseconds\": [" : ",");
      print_number(times[i].samples[round]);
    }
    print("]}");
  }
  print("]");
}

static void print_cpuinfo(void) {
  char *text = map_memory(MOST_CPUINFO);
  print(", \"cpuinfo\": ");
  print_quoted(text, text == NULL ? 0 : read_file("/proc/cpuinfo", text, MOST_CPUINFO));
}

#if defined(__x86_64__)
__attribute__((force_align_arg_pointer)) /* Linux begins with a stack that no call has been made on. */
#endif
void _start(void) {
  const size_t numbers = (size_t)(actinide_timing.call_count * actinide_timing.function_count) * ACTINIDE_MOST_ROUNDS;
  output.text = map_memory(ROOM_FOR_WORDS + numbers * LONGEST_NUMBER);
  struct times *times = map_memory((size_t)actinide_timing.function_count * sizeof(struct times));
  if (output.text == NULL || times == NULL) exit_program(1);
  begin_output();
  print_cpuinfo();
  for (size_t i = 0; i < actinide_timing.call_count; ++i) {
    const struct call call = prepare(&actinide_timing.calls[i]);
    if (actinide_timing.forward != NULL) take_saved_output(&call, &actinide_timing.forward_calls[i]);
    expect_the_same_bits(&call);
    print(i == 0 ? ", \"times\": [" : ", ");
    print_times(times, race(&call, times));
  }
  print("]");
  end_output();
}
