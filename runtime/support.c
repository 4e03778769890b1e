/* Texts for people. Offsets into one array instead of pointers: a table of pointers would be relocated at load time and
 * so be writable data. */
#include "runtime/support.h"

struct texts {
#define ACTINIDE_TEXT(name, value, sentence) char name[sizeof(sentence)];
  ACTINIDE_STATUSES(ACTINIDE_TEXT)
#undef ACTINIDE_TEXT
  char unknown[sizeof("unknown status; it did not come from this library")];
};

static const struct texts texts = {
#define ACTINIDE_TEXT(name, value, sentence) sentence,
    ACTINIDE_STATUSES(ACTINIDE_TEXT)
#undef ACTINIDE_TEXT
        "unknown status; it did not come from this library",
};

static const uint16_t offsets[] = {
#define ACTINIDE_OFFSET(name, value, sentence) [value] = offsetof(struct texts, name),
    ACTINIDE_STATUSES(ACTINIDE_OFFSET)
#undef ACTINIDE_OFFSET
};

const char *actn_status_text(int32_t status) {
  const int32_t count = sizeof(offsets) / sizeof(offsets[0]);
  const size_t offset = status >= 0 && status < count ? offsets[status] : offsetof(struct texts, unknown);
  return (const char *)&texts + offset;
}

const char *actn_version(void) { return ACTINIDE_VERSION; }
