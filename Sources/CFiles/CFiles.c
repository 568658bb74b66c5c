#include "CFiles.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// More files than anyone writes at the same time. Whoever takes a path out of its place is its owner.
static _Atomic(char *) unfinished[16];
enum { place_count = sizeof unfinished / sizeof *unfinished };

void cf_remove_unfinished(void) {
  int error = errno;
  for (int i = 0; i < place_count; i++) {
    // Not freed: the allocator may be what the signal interrupted.
    char *path = atomic_exchange(&unfinished[i], NULL);
    if (path) unlink(path);
  }
  errno = error;
}

static void end(int signal) {
  cf_remove_unfinished();
  struct sigaction plain = {.sa_handler = SIG_DFL};
  sigaction(signal, &plain, NULL);
  raise(signal);
}

static void watch(void) {
  static atomic_bool watches;
  if (!atomic_exchange(&watches, true)) atexit(cf_remove_unfinished);
  struct sigaction action = {.sa_handler = end}, current;
  sigemptyset(&action.sa_mask);
  for (const int *signal = (const int[]){SIGHUP, SIGINT, SIGTERM, SIGXCPU, 0}; *signal; signal++) {
    // Who ignores a signal, or handles it, goes on doing so.
    if (sigaction(*signal, NULL, &current) == 0 && current.sa_handler == SIG_DFL) {
      sigaction(*signal, &action, NULL);
    }
  }
}

int cf_begin(const char *path) {
  watch();
  char *copy = strdup(path);
  for (int i = 0; copy && i < place_count; i++) {
    char *empty = NULL;
    if (atomic_compare_exchange_strong(&unfinished[i], &empty, copy)) return i;
  }
  free(copy);
  return -1;
}

void cf_end(int place) {
  if (place >= 0) free(atomic_exchange(&unfinished[place], NULL));
}
