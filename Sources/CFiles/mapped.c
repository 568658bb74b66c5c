#include "CFiles.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// A mapped file. Never freed, since the handler may look at it at any time, but used again.
struct mapping {
  _Atomic(uintptr_t) start;
  _Atomic(size_t) length;
  _Atomic(char *) message;
  struct mapping *next;
};

static _Atomic(struct mapping *) mappings;
static const char *program = "";
static struct sigaction previous;

static void write_all(const char *text, size_t count) {
  while (count > 0) {
    ssize_t written = write(STDERR_FILENO, text, count);
    if (written <= 0) return;
    text += written;
    count -= (size_t)written;
  }
}

/// Pages that the file no longer has raise SIGBUS.
static void explain(int signal, siginfo_t *info, void *context) {
  (void)context;
  uintptr_t address = (uintptr_t)info->si_addr;
  for (struct mapping *m = atomic_load(&mappings); m && info->si_code > 0; m = m->next) {
    uintptr_t start = atomic_load(&m->start);
    char *message = atomic_load(&m->message);
    if (!start || !message || address < start || address - start >= atomic_load(&m->length)) continue;
    cf_remove_unfinished();
    // In the place of a line that says how far something is.
    if (isatty(STDERR_FILENO)) write_all("\r\033[K", 4);
    write_all(program, strlen(program));
    write_all(": ", 2);
    write_all(message, strlen(message));
    write_all("\n", 1);
    _exit(EXIT_FAILURE);
  }
  sigaction(signal, &previous, NULL);
  // A fault recurs on return; what was sent does not.
  if (info->si_code <= 0) raise(signal);
}

void cf_watch_mapped(const char *name) {
  const char *copy = strdup(name);
  if (copy) program = copy;
  struct sigaction action = {.sa_sigaction = explain, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  sigemptyset(&action.sa_mask);
  sigaction(SIGBUS, &action, &previous);
}

void cf_mapped(const void *start, size_t length, const char *what) {
  char *message = strdup(what);
  if (!message) return;
  // One that is no longer used, or else a new one.
  struct mapping *m = atomic_load(&mappings);
  char *none = NULL;
  while (m && !atomic_compare_exchange_strong(&m->message, &none, message)) {
    none = NULL;
    m = m->next;
  }
  if (!m) {
    m = calloc(1, sizeof *m);
    if (!m) {
      free(message);
      return;
    }
    atomic_store(&m->message, message);
    m->next = atomic_load(&mappings);
    while (!atomic_compare_exchange_weak(&mappings, &m->next, m)) {
    }
  }
  atomic_store(&m->length, length);
  atomic_store(&m->start, (uintptr_t)start);
}

void cf_unmapped(const void *start) {
  for (struct mapping *m = atomic_load(&mappings); m; m = m->next) {
    uintptr_t expected = (uintptr_t)start;
    if (!atomic_compare_exchange_strong(&m->start, &expected, 0)) continue;
    // Last: now another may take the place.
    free(atomic_exchange(&m->message, NULL));
    return;
  }
}
