/* The default that headers name. */
#ifndef ACTINIDE_RUNTIME_PARALLEL_BYTES_H
#define ACTINIDE_RUNTIME_PARALLEL_BYTES_H

/* Bytes read and written from which on threads share a call: the cheapest kernels take about 16 us for so many, which
 * is several times what waking a thread takes. */
enum { ACTINIDE_DEFAULT_PARALLEL_BYTES = 1 << 21 };

#endif
