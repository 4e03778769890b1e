/* A digest of a kernel's outputs that any machine can make: C11, no library. Internal to Actinide's checks. */
#ifndef ACTINIDE_VERIFY_OUTPUT_DIGEST_H
#define ACTINIDE_VERIFY_OUTPUT_DIGEST_H

/* NOLINTBEGIN(modernize-avoid-c-style-cast,modernize-loop-convert,modernize-redundant-void-arg): it is C as well. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Of each element's bits with every NaN as one (`quiet`), four lanes of multiply and xor so that the multiplications
 * overlap. The constant is that of FNV-1a for 64 bits. Not for adversaries: equal digests of 2^20 outputs that differ
 * in one bit would take a coincidence of 2^-64. */
struct actinide_digest {
    uint64_t lanes[4];
};

static inline struct actinide_digest actinide_digest_start(void) {
    const struct actinide_digest digest = {
        {0xcbf29ce484222325u, 0x84222325cbf29ce4u, 0x9ce4842223cbf253u, 0x25cbf29ce4842223u}};
    return digest;
}

static inline uint64_t actinide_digest_step(uint64_t lane, uint64_t bits) {
    return (lane ^ bits) * 0x100000001b3u + (lane >> 47);
}

static inline void actinide_digest_add_32(struct actinide_digest *digest, const void *elements, size_t count) {
    const char *at = (const char *)elements;
    for (size_t i = 0; i < count; ++i) {
        uint32_t bits;
        memcpy(&bits, at + i * sizeof bits, sizeof bits);
        if ((bits & 0x7fffffffu) > 0x7f800000u) bits = 0x7fc00000u;
        digest->lanes[i % 4] = actinide_digest_step(digest->lanes[i % 4], bits);
    }
}

/* `infinity` is the bits of +inf: 0x7c00 for f16, 0x7f80 for bf16. */
static inline void actinide_digest_add_16(struct actinide_digest *digest, const void *elements, size_t count,
                                          uint16_t infinity) {
    const char *at = (const char *)elements;
    for (size_t i = 0; i < count; ++i) {
        uint16_t bits;
        memcpy(&bits, at + i * sizeof bits, sizeof bits);
        if ((bits & 0x7fffu) > infinity) bits = (uint16_t)(infinity | 1u);
        digest->lanes[i % 4] = actinide_digest_step(digest->lanes[i % 4], bits);
    }
}

static inline void actinide_digest_add_64(struct actinide_digest *digest, const void *elements, size_t count) {
    const char *at = (const char *)elements;
    for (size_t i = 0; i < count; ++i) {
        uint64_t bits;
        memcpy(&bits, at + i * sizeof bits, sizeof bits);
        if ((bits & 0x7fffffffffffffffu) > 0x7ff0000000000000u) bits = 0x7ff8000000000000u;
        digest->lanes[i % 4] = actinide_digest_step(digest->lanes[i % 4], bits);
    }
}

static inline uint64_t actinide_digest_end(const struct actinide_digest *digest) {
    uint64_t value = 0;
    for (int i = 0; i < 4; ++i) {
        value = actinide_digest_step(value, digest->lanes[i]);
        value ^= value >> 29;
    }
    return value;
}

/* The digest of a sweep: those of its parts, in order. */
static inline uint64_t actinide_digest_join(uint64_t whole, uint64_t part) {
    return actinide_digest_step(whole, part ^ (part >> 31));
}

/* NOLINTEND(modernize-avoid-c-style-cast,modernize-loop-convert,modernize-redundant-void-arg) */
#endif
