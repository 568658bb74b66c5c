#include "CFiles.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "CEndings.h"

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
  (void)signal;
  cf_remove_unfinished();
}

static void watch(void) {
  static atomic_bool watches;
  if (atomic_exchange(&watches, true)) return;
  atexit(cf_remove_unfinished);
  ce_before_end(end);
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
