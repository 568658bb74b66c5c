#include "signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

#include "CEndings.h"
#include "CTerminal.h"

// Handlers and other threads only set a flag and write one byte to a pipe on which the main thread
// sleeps. The flag goes first, and is read last: nothing is lost when the pipe is full.
static int sleeping_end = -1;
/// Other threads read it while the main thread makes the pipe.
static atomic_int waking_end = -1;
static atomic_bool woken, resized, suspended, continued;
static atomic_int ending;
/// The same, but never taken.
static atomic_int asked;

static const int handled[] = {SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGTSTP, SIGCONT, SIGALRM};
enum { handled_count = sizeof handled / sizeof *handled };
static struct sigaction previous[handled_count];

/// Whoever asks the program to end does not wait longer for it.
enum { seconds_to_end = 1 };

static void ring(void) {
  int error = errno;
  if (write(atomic_load(&waking_end), "", 1) < 0) { /* Full: the sleeper will wake as it is. */ }
  errno = error;
}

static void arrived(int signal) {
  switch (signal) {
    case SIGWINCH: atomic_store(&resized, true); break;
    case SIGTSTP: atomic_store(&suspended, true); break;
    case SIGCONT: atomic_store(&continued, true); break;
    case SIGALRM:
      if (!atomic_load(&asked)) {
        ce_end(signal);
        return;
      }
      // The main thread may wait for ever for a terminal that takes nothing.
      ce_act(atomic_load(&asked));
      _exit(128 + atomic_load(&asked));
    default:
      atomic_store(&ending, signal);
      if (atomic_exchange(&asked, signal) == 0) alarm(seconds_to_end);
  }
  ring();
}

void ct_wake(void) {
  atomic_store(&woken, true);
  ring();
}

void signals_install(void) {
  // Never closed: a background thread may call for attention long after the terminal was closed.
  int ends[2];
  if (sleeping_end < 0 && pipe(ends) == 0) {
    for (int i = 0; i < 2; i++) {
      fcntl(ends[i], F_SETFL, O_NONBLOCK);
      fcntl(ends[i], F_SETFD, FD_CLOEXEC);
    }
    sleeping_end = ends[0];
    atomic_store(&waking_end, ends[1]);
  }
  struct sigaction action = {.sa_handler = arrived, .sa_flags = SA_RESTART};
  sigemptyset(&action.sa_mask);
  for (int i = 0; i < handled_count; i++) {
    sigaction(handled[i], NULL, &previous[i]);
    if (previous[i].sa_handler != SIG_IGN) sigaction(handled[i], &action, NULL);
  }
}

void signals_uninstall(void) {
  if (atomic_exchange(&asked, 0) != 0) alarm(0);
  for (int i = 0; i < handled_count; i++) sigaction(handled[i], &previous[i], NULL);
}

bool signals_ask_to_end(void) { return atomic_load(&asked) != 0; }

int signals_descriptor(void) { return sleeping_end; }

struct signals signals_take(void) {
  char bytes[256];
  while (read(sleeping_end, bytes, sizeof bytes) > 0) {
  }
  return (struct signals){
      .woken = atomic_exchange(&woken, false),
      .resized = atomic_exchange(&resized, false),
      .suspended = atomic_exchange(&suspended, false),
      .continued = atomic_exchange(&continued, false),
      .ending = atomic_exchange(&ending, 0),
  };
}

void signals_stop_here(void) {
  struct sigaction stop, go_on, plain = {.sa_handler = SIG_DFL};
  sigaction(SIGTSTP, &plain, &stop);
  sigaction(SIGCONT, &plain, &go_on);
  // The whole group, as the terminal does it: a wrapper script has to stop too, or its shell waits.
  kill(0, SIGTSTP);
  sigaction(SIGTSTP, &stop, NULL);
  sigaction(SIGCONT, &go_on, NULL);
}
