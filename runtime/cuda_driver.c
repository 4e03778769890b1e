/* Finding libcuda when first needed, and one module or library per kernel. Never calls cuInit: a caller who has device
 * pointers has a context already, and a driver without one answers at once. */
#include "runtime/cuda_driver.h"

void *dlopen(const char *file, int mode);
void *dlsym(void *handle, const char *name);

enum { NOW = 2 }; /* RTLD_NOW on every Linux libc */

/* Of CUresult. */
enum {
  SUCCESS = 0,
  NOT_INITIALIZED = 3,
  STUB_LIBRARY = 34,
  NO_CUDA_DEVICE = 100,
  INVALID_CONTEXT = 201,
  INVALID_HANDLE = 400,
  CONTEXT_IS_DESTROYED = 709
};

typedef int launch_function(void *function, unsigned grid_x, unsigned grid_y, unsigned grid_z, unsigned block_x,
                            unsigned block_y, unsigned block_z, unsigned shared_bytes, void *stream, void **arguments,
                            void **extra);
typedef int library_load_function(void **library, const void *code, void *jit_options, void **jit_values,
                                  unsigned jit_count, void *options, void **values, unsigned count);

/* All of this is written once, before `state` says so. */
struct driver {
  int32_t lock;
  int32_t state;
  int (*get_context)(void **context);
  int (*load_module)(void **module, const void *code);
  int (*get_function)(void **function, void *module, const char *name);
  library_load_function *load_library; /* null before CUDA 12 */
  int (*get_kernel)(void **kernel, void *library, const char *name);
  launch_function *launch;
  int (*fill)(uint64_t address, unsigned value, size_t count, void *stream);
};
enum { UNKNOWN = 0, FOUND = 1, MISSING = 2 };

static struct driver driver;

/* NOLINTNEXTLINE(readability-non-const-parameter): the exchange writes. */
static void take(int32_t *lock) {
  while (__atomic_exchange_n(lock, 1, __ATOMIC_ACQUIRE) != 0) {
    while (__atomic_load_n(lock, __ATOMIC_RELAXED) != 0) {
#if defined(__x86_64__)
      __asm__ volatile("pause");
#elif defined(__aarch64__)
      __asm__ volatile("yield");
#endif
    }
  }
}

/* NOLINTNEXTLINE(readability-non-const-parameter): the store writes. */
static void release(int32_t *lock) { __atomic_store_n(lock, 0, __ATOMIC_RELEASE); }

static int32_t find_driver(void) {
  void *library = dlopen("libcuda.so.1", NOW);
  if (library == NULL) return MISSING;
/* ISO C has no cast from dlsym's object pointer to a function pointer; copying the pointer is what POSIX suggests. */
#define FIND(member, name) *(void **)(&driver.member) = dlsym(library, name)
  FIND(get_context, "cuCtxGetCurrent");
  FIND(load_module, "cuModuleLoadData");
  FIND(get_function, "cuModuleGetFunction");
  FIND(load_library, "cuLibraryLoadData");
  FIND(get_kernel, "cuLibraryGetKernel");
  FIND(launch, "cuLaunchKernel");
  FIND(fill, "cuMemsetD32Async");
#undef FIND
  const int complete = driver.get_context != NULL && driver.load_module != NULL && driver.get_function != NULL &&
                       driver.launch != NULL && driver.fill != NULL;
  return complete ? FOUND : MISSING;
}

static int32_t status_of(int result) {
  switch (result) {
    case SUCCESS:
      return ACTINIDE_OK;
    case STUB_LIBRARY:
      return ACTINIDE_NO_DRIVER;
    case NOT_INITIALIZED:
    case NO_CUDA_DEVICE:
    case INVALID_CONTEXT:
      return ACTINIDE_NO_DEVICE;
    default:
      return ACTINIDE_CUDA_ERROR;
  }
}

/* OK only with a driver and a current context. */
static int32_t find_context(void **context) {
  int32_t state = __atomic_load_n(&driver.state, __ATOMIC_ACQUIRE);
  if (state == UNKNOWN) {
    take(&driver.lock);
    state = __atomic_load_n(&driver.state, __ATOMIC_RELAXED);
    if (state == UNKNOWN) state = find_driver();
    __atomic_store_n(&driver.state, state, __ATOMIC_RELEASE);
    release(&driver.lock);
  }
  if (state == MISSING) return ACTINIDE_NO_DRIVER;
  *context = NULL;
  const int32_t status = status_of(driver.get_context(context));
  return status == ACTINIDE_OK && *context == NULL ? ACTINIDE_NO_DEVICE : status;
}

static int uses_libraries(void) { return driver.load_library != NULL && driver.get_kernel != NULL; }

static struct actinide_cuda_module_slot *find_slot(struct actinide_cuda_module *module, const void *context) {
  const int32_t filled = module->count < ACTINIDE_CUDA_MAX_CONTEXTS ? module->count : ACTINIDE_CUDA_MAX_CONTEXTS;
  for (int32_t i = 0; i < filled; ++i) {
    if (module->slots[i].context == context) return &module->slots[i];
  }
  return NULL;
}

/* Loads the PTX for `context`, into `slot` or, without one, into the next. */
static int load(const struct actinide_cuda_kernel *kernel, void *context, struct actinide_cuda_module_slot **slot) {
  void *loaded = NULL;
  const int result = uses_libraries() ? driver.load_library(&loaded, kernel->ptx, NULL, NULL, 0, NULL, NULL, 0)
                                      : driver.load_module(&loaded, kernel->ptx);
  if (result != SUCCESS) return result;
  if (*slot == NULL) {
    struct actinide_cuda_module *module = kernel->module;
    *slot = &module->slots[module->count % ACTINIDE_CUDA_MAX_CONTEXTS];
    module->count = module->count + 1 < 2 * ACTINIDE_CUDA_MAX_CONTEXTS ? module->count + 1 : ACTINIDE_CUDA_MAX_CONTEXTS;
  }
  (*slot)->context = context;
  (*slot)->module = loaded;
  for (int32_t role = 0; role < ACTINIDE_CUDA_ROLES; ++role) (*slot)->functions[role] = NULL;
  return SUCCESS;
}

/* Under the module's lock. With `reload`, what was loaded for this context before is not trusted. */
static int find_function(const struct actinide_cuda_kernel *kernel, enum actinide_cuda_role role, void *context,
                         int reload, void **function) {
  struct actinide_cuda_module_slot *slot = find_slot(kernel->module, context);
  if (slot == NULL || reload) {
    const int result = load(kernel, context, &slot);
    if (result != SUCCESS) return result;
  }
  if (slot->functions[role] == NULL) {
    const int result = uses_libraries()
                           ? driver.get_kernel(&slot->functions[role], slot->module, kernel->entries[role])
                           : driver.get_function(&slot->functions[role], slot->module, kernel->entries[role]);
    if (result != SUCCESS) return result;
  }
  *function = slot->functions[role];
  return SUCCESS;
}

static int find_and_launch(const struct actinide_cuda_kernel *kernel, enum actinide_cuda_role role, void *context,
                           int reload, uint64_t blocks, uint32_t threads, void *stream, void **arguments) {
  void *function = NULL;
  take(&kernel->module->lock);
  const int result = find_function(kernel, role, uses_libraries() ? NULL : context, reload, &function);
  release(&kernel->module->lock);
  if (result != SUCCESS) return result;
  return driver.launch(function, (unsigned)blocks, 1, 1, threads, 1, 1, 0, stream, arguments, NULL);
}

/* A module dies with its context, and a new context may have the old one's address. */
static int may_be_stale(int result) {
  return !uses_libraries() && (result == INVALID_HANDLE || result == CONTEXT_IS_DESTROYED);
}

int32_t actinide_cuda_launch(const struct actinide_cuda_kernel *kernel, enum actinide_cuda_role role, uint64_t blocks,
                             uint32_t threads, void *stream, void **arguments) {
  void *context;
  const int32_t status = find_context(&context);
  if (status != ACTINIDE_OK) return status;
  int result = find_and_launch(kernel, role, context, 0, blocks, threads, stream, arguments);
  if (may_be_stale(result)) result = find_and_launch(kernel, role, context, 1, blocks, threads, stream, arguments);
  return status_of(result);
}

int32_t actinide_cuda_fill_with_zero(void *array, size_t count, void *stream) {
  void *context;
  const int32_t status = find_context(&context);
  if (status != ACTINIDE_OK) return status;
  return status_of(driver.fill((uint64_t)(uintptr_t)array, 0, count, stream));
}
