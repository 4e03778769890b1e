/* The CUDA path of elementwise and channelwise entry points: the CPUs' checks, then launches in the caller's current
 * context and stream. Nothing waits for the device. */
#include "runtime/cuda_launch.h"

#include "runtime/checks.h"
#include "runtime/cuda_arguments.h"
#include "runtime/cuda_driver.h"
#include "runtime/packed_checks.h"
#include "runtime/row_checks.h"

static int32_t launch_in_pieces(const struct actinide_cuda_kernel *kernel, const struct actinide_call *call,
                                void *stream) {
  const struct actinide_kernel *host = &kernel->host;
  const enum actinide_cuda_role role = actinide_cuda_role_for(kernel, actinide_addresses_of_elements(host, call));
  const uint64_t elements_per_block = actinide_cuda_elements_per_block(kernel, role);
  const uint64_t limit = elements_per_block * ACTINIDE_CUDA_MAX_BLOCKS;
  const uint64_t n = call->sizes[0];
  for (uint64_t done = 0; done < n;) {
    const uint64_t extent = actinide_smaller(n - done, limit);
    struct actinide_tile piece;
    struct actinide_cuda_arguments arguments;
    arguments.count = 0;
    actinide_aim_inputs(host, call->inputs, done, 0, &piece);
    actinide_aim_outputs(host, call->outputs, done, &piece);
    actinide_append_inputs(&arguments, host, &piece);
    actinide_append_outputs(&arguments, host, &piece);
    actinide_append_sizes(&arguments, &extent, 1);
    actinide_append_parameters(&arguments, host, call);
    const int32_t status = actinide_cuda_launch(kernel, role, actinide_divided_up(extent, elements_per_block),
                                                kernel->threads_per_block, stream, arguments.values);
    if (status != ACTINIDE_OK) return status;
    done += extent;
  }
  return ACTINIDE_OK;
}

int32_t actinide_cuda_run_elementwise(const struct actinide_cuda_kernel *kernel, const struct actinide_call *call,
                                      void *stream) {
  struct actinide_array_bytes bytes;
  int32_t status = actinide_check_parameters(&kernel->host, call);
  if (status != ACTINIDE_OK) return status;
  status = actinide_size_elementwise(&kernel->host, call, &bytes);
  if (status != ACTINIDE_OK || call->sizes[0] == 0) return status;
  status = actinide_check_arrays(&kernel->host, call, &bytes);
  return status == ACTINIDE_OK ? launch_in_pieces(kernel, call, stream) : status;
}

/* No device holds more elements than a grid has threads. */
int32_t actinide_cuda_run_rows(const struct actinide_cuda_kernel *kernel, const struct actinide_call *call,
                               void *stream) {
  const struct actinide_kernel *host = &kernel->host;
  size_t elements;
  const int32_t status = actinide_check_rows(host, call, &elements);
  if (status != ACTINIDE_OK || elements == 0) return status;
  const uint64_t blocks = actinide_divided_up(elements, kernel->threads_per_block);
  if (blocks > ACTINIDE_CUDA_MAX_BLOCKS) return ACTINIDE_SIZE_OVERFLOW;
  struct actinide_tile whole;
  struct actinide_cuda_arguments arguments;
  uint64_t sizes[ACTINIDE_MAX_SIZES];
  const int32_t size_count = ACTINIDE_FIRST_STRIDE + host->input_count + host->output_count;
  for (int32_t i = 0; i < size_count; ++i) sizes[i] = call->sizes[i];
  arguments.count = 0;
  actinide_aim_inputs(host, call->inputs, 0, 0, &whole);
  actinide_aim_outputs(host, call->outputs, 0, &whole);
  actinide_append_inputs(&arguments, host, &whole);
  actinide_append_outputs(&arguments, host, &whole);
  actinide_append_sizes(&arguments, sizes, size_count);
  actinide_append_parameters(&arguments, host, call);
  return actinide_cuda_launch(kernel, ACTINIDE_CUDA_SCALAR, blocks, kernel->threads_per_block, stream,
                              arguments.values);
}

int32_t actinide_cuda_run_packed(const struct actinide_cuda_kernel *kernel, const struct actinide_call *call,
                                 void *stream) {
  const struct actinide_kernel *host = &kernel->host;
  size_t elements;
  const int32_t status = actinide_check_packed(host, call, &elements);
  if (status != ACTINIDE_OK || elements == 0) return status;
  const uint64_t n = elements;
  const uint64_t blocks = actinide_divided_up(n, (uint64_t)kernel->threads_per_block * kernel->elements_per_thread);
  if (blocks > ACTINIDE_CUDA_MAX_BLOCKS) return ACTINIDE_SIZE_OVERFLOW;
  struct actinide_tile whole;
  struct actinide_cuda_arguments arguments;
  arguments.count = 0;
  actinide_aim_inputs(host, call->inputs, 0, 0, &whole);
  actinide_aim_outputs(host, call->outputs, 0, &whole);
  actinide_append_inputs(&arguments, host, &whole);
  actinide_append_outputs(&arguments, host, &whole);
  actinide_append_sizes(&arguments, &n, 1);
  actinide_append_parameters(&arguments, host, call);
  return actinide_cuda_launch(kernel, ACTINIDE_CUDA_SCALAR, blocks, kernel->threads_per_block, stream,
                              arguments.values);
}

int32_t actinide_cuda_run_channelwise(const struct actinide_cuda_kernel *kernel, const struct actinide_call *call,
                                      void *stream) {
  struct actinide_array_bytes bytes;
  int32_t status = actinide_check_parameters(&kernel->host, call);
  if (status != ACTINIDE_OK) return status;
  status = actinide_size_channelwise(&kernel->host, call, &bytes);
  if (status != ACTINIDE_OK || bytes.per_element == 0) return status;
  status = actinide_check_arrays(&kernel->host, call, &bytes);
  return status == ACTINIDE_OK ? actinide_cuda_launch_channelwise(kernel, call, stream) : status;
}
