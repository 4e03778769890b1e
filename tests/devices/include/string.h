/* All that tools/verify/output_digest.h takes of it, without a C library. */
#ifndef ACTINIDE_TESTS_DEVICES_STRING_H
#define ACTINIDE_TESTS_DEVICES_STRING_H
#define memcpy __builtin_memcpy
#endif
