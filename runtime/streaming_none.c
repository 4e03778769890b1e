/* Of archives whose kernels never stream. */
#include "runtime/support.h"

void actn_set_streaming_bytes(size_t bytes) { (void)bytes; }
