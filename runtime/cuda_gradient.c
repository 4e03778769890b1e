/* The CUDA path of a channelwise backward pass: lane sums of all learned parameters, then dx (which may overwrite x or
 * dy), then for each parameter the two folds of runtime/fold.h, all in the caller's stream. */
#include "runtime/checks.h"
#include "runtime/cuda_launch.h"

enum { THREADS_PER_FOLD_BLOCK = 64 };

/* First the lane sums of all channels, parameter after parameter, then the groups' of one parameter at a time. */
static size_t bytes_of_partials(const struct actinide_fold *fold) { return (size_t)fold->partials * sizeof(double); }
static size_t bytes_of_groups(const struct actinide_fold *fold) {
  return (size_t)(fold->groups_per_channel * fold->channels) * sizeof(struct actinide_sum);
}

/* False if empty or so large that a byte count could overflow: no device has 2^58 elements. */
static int is_countable(size_t outer, size_t channels, size_t inner) {
  const size_t limit = (size_t)1 << 58;
  size_t total;
  return !__builtin_mul_overflow(outer, channels, &total) && !__builtin_mul_overflow(total, inner, &total) &&
         total > 0 && total <= limit;
}

size_t actinide_cuda_gradient_workspace_bytes(size_t outer, size_t channels, size_t inner, size_t gradients) {
  if (!is_countable(outer, channels, inner)) return 0;
  const struct actinide_fold fold = actinide_fold_of(outer, channels, inner);
  return gradients * bytes_of_partials(&fold) + bytes_of_groups(&fold);
}

static int32_t check_workspace(const struct actinide_kernel *kernel, const struct actinide_call *call,
                               const struct actinide_array_bytes *bytes, const void *workspace, size_t needed,
                               size_t given) {
  if (workspace == NULL) return ACTINIDE_INVALID_POINTER;
  if ((uintptr_t)workspace % sizeof(double) != 0) return ACTINIDE_MISALIGNED;
  if (given < needed) return ACTINIDE_INVALID_PARAMETER;
  int conflicts = 0;
  for (int32_t i = 0; i < kernel->input_count; ++i) {
    const size_t size = actinide_bytes_of_input(bytes, actinide_is_per_channel(kernel->per_channel_inputs, i));
    conflicts |= actinide_overlaps(workspace, needed, call->inputs[i], size);
  }
  for (int32_t i = 0; i < kernel->output_count; ++i) {
    const size_t size = actinide_bytes_of_output(bytes, actinide_is_per_channel(kernel->per_channel_outputs, i));
    conflicts |= actinide_overlaps(workspace, needed, call->outputs[i], size);
  }
  return conflicts ? ACTINIDE_OVERLAP : ACTINIDE_OK;
}

static int32_t launch_lane_sums(const struct actinide_cuda_kernel *kernel, const struct actinide_call *call,
                                const struct actinide_fold *fold, double *partials, void *stream) {
  const uint64_t sizes[3] = {fold->outer, fold->channels, fold->inner};
  const uint64_t blocks = actinide_divided_up(fold->partials, kernel->threads_per_block);
  if (blocks > ACTINIDE_CUDA_MAX_BLOCKS) return ACTINIDE_SIZE_OVERFLOW;
  struct actinide_tile tile;
  struct actinide_cuda_arguments arguments;
  double *own_partials[ACTINIDE_MAX_LEARNED];
  arguments.count = 0;
  actinide_aim_inputs(&kernel->host, call->inputs, 0, 0, &tile);
  actinide_append_inputs(&arguments, &kernel->host, &tile);
  for (size_t i = 0; i < actinide_count_gradients(&kernel->host); ++i) {
    own_partials[i] = partials + i * fold->partials;
    actinide_append(&arguments, (const void *)&own_partials[i]);
  }
  actinide_append_sizes(&arguments, sizes, 3);
  actinide_append_parameters(&arguments, &kernel->host, call);
  return actinide_cuda_launch(kernel, ACTINIDE_CUDA_LANE_SUMS, blocks, kernel->threads_per_block, stream,
                              arguments.values);
}

/* Both folds take (from, to, outer, channels, inner) and run over any number of items with any number of blocks. */
static int32_t launch_fold(const struct actinide_cuda_kernel *kernel, enum actinide_cuda_role role, const void *from,
                           void *to, const struct actinide_fold *fold, uint64_t blocks, void *stream) {
  const uint64_t sizes[3] = {fold->outer, fold->channels, fold->inner};
  struct actinide_cuda_arguments arguments;
  arguments.count = 0;
  actinide_append(&arguments, (const void *)&from);
  actinide_append(&arguments, (const void *)&to);
  actinide_append_sizes(&arguments, sizes, 3);
  return actinide_cuda_launch(kernel, role, actinide_smaller(blocks, ACTINIDE_CUDA_MAX_BLOCKS), THREADS_PER_FOLD_BLOCK,
                              stream, arguments.values);
}

/* The stream is in order, so that all parameters can have their groups in the same place. */
static int32_t launch_folds(const struct actinide_cuda_kernel *kernel, const double *partials, void *groups,
                            void *gradient, const struct actinide_fold *fold, void *stream) {
  const int32_t status = launch_fold(kernel, ACTINIDE_CUDA_FOLD_GROUPS, partials, groups, fold,
                                     fold->groups_per_channel * fold->channels, stream);
  if (status != ACTINIDE_OK) return status;
  return launch_fold(kernel, ACTINIDE_CUDA_FOLD_CHANNELS, groups, gradient, fold,
                     actinide_divided_up(fold->channels, THREADS_PER_FOLD_BLOCK), stream);
}

static int32_t launch_gradient(const struct actinide_cuda_kernel *kernel, const struct actinide_call *call,
                               const struct actinide_fold *fold, void *workspace, void *stream) {
  const size_t gradients = actinide_count_gradients(&kernel->host);
  double *partials = workspace;
  void *groups = (char *)workspace + gradients * bytes_of_partials(fold);
  int32_t status = launch_lane_sums(kernel, call, fold, partials, stream);
  if (status != ACTINIDE_OK) return status;
  status = actinide_cuda_launch_channelwise(kernel, call, stream);
  for (size_t i = 0; i < gradients && status == ACTINIDE_OK; ++i) {
    void *gradient = call->outputs[actinide_first_gradient(&kernel->host) + i];
    status = launch_folds(kernel, partials + i * fold->partials, groups, gradient, fold, stream);
  }
  return status;
}

/* The sum over no element is zero; a caller without arrays is left alone. */
static int32_t write_empty_gradients(const struct actinide_kernel *kernel, const struct actinide_call *call,
                                     void *stream) {
  const size_t count = call->sizes[1] * ((size_t)kernel->sum_bytes / sizeof(float));
  const int32_t first = (int32_t)actinide_first_gradient(kernel);
  uintptr_t addresses = 0;
  if (count == 0) return ACTINIDE_OK;
  for (int32_t i = first; i < kernel->output_count; ++i) addresses |= (uintptr_t)call->outputs[i];
  if (addresses & ((uintptr_t)kernel->sum_bytes - 1)) return ACTINIDE_MISALIGNED;
  for (int32_t i = first; i < kernel->output_count; ++i) {
    if (call->outputs[i] == NULL) continue;
    const int32_t status = actinide_cuda_fill_with_zero(call->outputs[i], count, stream);
    if (status != ACTINIDE_OK) return status;
  }
  return ACTINIDE_OK;
}

int32_t actinide_cuda_run_channelwise_gradient(const struct actinide_cuda_kernel *kernel,
                                               const struct actinide_call *call, void *workspace,
                                               size_t workspace_bytes, void *stream) {
  const struct actinide_kernel *host = &kernel->host;
  struct actinide_array_bytes bytes;
  int32_t status = actinide_check_parameters(host, call);
  if (status != ACTINIDE_OK) return status;
  status = actinide_size_channelwise(host, call, &bytes);
  if (status != ACTINIDE_OK) return status;
  if (bytes.per_element == 0) return write_empty_gradients(host, call, stream);
  if (!is_countable(call->sizes[0], call->sizes[1], call->sizes[2])) return ACTINIDE_SIZE_OVERFLOW;
  status = actinide_check_arrays(host, call, &bytes);
  if (status != ACTINIDE_OK) return status;
  const struct actinide_fold fold = actinide_fold_of(call->sizes[0], call->sizes[1], call->sizes[2]);
  const size_t needed = actinide_count_gradients(host) * bytes_of_partials(&fold) + bytes_of_groups(&fold);
  status = check_workspace(host, call, &bytes, workspace, needed, workspace_bytes);
  return status == ACTINIDE_OK ? launch_gradient(kernel, call, &fold, workspace, stream) : status;
}
