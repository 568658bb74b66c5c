// For the set of cores.
#define _GNU_SOURCE
#include "CThreads.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

/// The number of looks for work before a thread sleeps: some 50 µs, longer than the gap between two loops.
enum { PATIENCE = 2000 };

static inline void pause_briefly(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

/// Something that one thread waits for and others announce.
typedef struct {
  atomic_bool is_sleeping;
  pthread_mutex_t mutex;
  pthread_cond_t changed;
} gate;

#define GATE {.mutex = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER}

/// Returns when `*value` is `wanted`.
static void wait_for(gate *gate, atomic_int *value, int wanted) {
  for (int i = 0; i < PATIENCE; i++) {
    if (atomic_load_explicit(value, memory_order_acquire) == wanted) return;
    pause_briefly();
  }
  pthread_mutex_lock(&gate->mutex);
  // In one order with what `announce` does: it sees the sleeper, or the sleeper sees the value.
  atomic_store(&gate->is_sleeping, true);
  while (atomic_load(value) != wanted) pthread_cond_wait(&gate->changed, &gate->mutex);
  atomic_store(&gate->is_sleeping, false);
  pthread_mutex_unlock(&gate->mutex);
}

/// To be called after the value was changed.
static void announce(gate *gate) {
  if (!atomic_load(&gate->is_sleeping)) return;
  pthread_mutex_lock(&gate->mutex);
  pthread_cond_signal(&gate->changed);
  pthread_mutex_unlock(&gate->mutex);
}

typedef struct {
  gate gate;
  /// 1 from the time it gets work until it has done it.
  atomic_int is_busy;
} worker;

static struct {
  /// Held by the thread whose loop is shared.
  pthread_mutex_t owner;
  worker **workers;
  int worker_count;
  void (*body)(void *context);
  void *context;
  /// Workers that have not returned from `body`.
  atomic_int remaining;
  gate done;
} pool = {.owner = PTHREAD_MUTEX_INITIALIZER, .done = GATE};

static void *work(void *argument) {
  worker *self = argument;
  while (true) {
    wait_for(&self->gate, &self->is_busy, 1);
    pool.body(pool.context);
    // Before the last one is counted: then the next loop may begin.
    atomic_store(&self->is_busy, 0);
    if (atomic_fetch_sub(&pool.remaining, 1) == 1) announce(&pool.done);
  }
  return NULL;
}

static bool start(void *(*run)(void *), void *argument) {
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0) return false;
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_t thread;
  bool is_started = pthread_create(&thread, &attributes, run, argument) == 0;
  pthread_attr_destroy(&attributes);
  return is_started;
}

/// Adds workers until there are `count`, or no more can be had.
static void grow(int count) {
  if (pool.worker_count >= count) return;
  worker **workers = realloc(pool.workers, (size_t)count * sizeof *workers);
  if (!workers) return;
  pool.workers = workers;
  while (pool.worker_count < count) {
    worker *new = malloc(sizeof *new);
    if (!new) return;
    *new = (worker){.gate = GATE};
    if (!start(work, new)) {
      free(new);
      return;
    }
    workers[pool.worker_count++] = new;
  }
}

void cth_share(int thread_count, void (*body)(void *context), void *context) {
  if (thread_count < 2 || pthread_mutex_trylock(&pool.owner) != 0) {
    body(context);
    return;
  }
  grow(thread_count - 1);
  int count = pool.worker_count < thread_count - 1 ? pool.worker_count : thread_count - 1;
  pool.body = body;
  pool.context = context;
  atomic_store(&pool.remaining, count);
  for (int i = 0; i < count; i++) {
    atomic_store(&pool.workers[i]->is_busy, 1);
    announce(&pool.workers[i]->gate);
  }
  body(context);
  wait_for(&pool.done, &pool.remaining, 0);
  pthread_mutex_unlock(&pool.owner);
}

/// The function that a new thread calls.
typedef struct {
  void (*body)(void *context);
  void *context;
} call;

static void *make(void *argument) {
  call own = *(call *)argument;
  free(argument);
  own.body(own.context);
  return NULL;
}

bool cth_start(void (*body)(void *context), void *context) {
  call *new = malloc(sizeof *new);
  if (!new) return false;
  *new = (call){body, context};
  if (start(make, new)) return true;
  free(new);
  return false;
}

int cth_usable_core_count(void) {
#if defined(__linux__)
  cpu_set_t cores;
  if (sched_getaffinity(0, sizeof cores, &cores) == 0) return CPU_COUNT(&cores);
#endif
  return (int)sysconf(_SC_NPROCESSORS_ONLN);
}
