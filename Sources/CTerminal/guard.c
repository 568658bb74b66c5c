// memfd_create
#define _GNU_SOURCE
#include "guard.h"

#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "CEndings.h"
#include "CTerminal.h"

static struct {
  /// Whoever takes it gives the terminal back.
  atomic_bool is_armed;
  int terminal;
  struct termios before;
  char reset[512];
  size_t reset_length;
  /// Standard error's own target while descriptor 2 leads to `held`; −1 if nothing is held back.
  int errors, held;
} guard = {.errors = -1, .held = -1};

/// One is changed while a signal may want the other.
static struct {
  char bytes[1024];
  size_t count;
} leavings[2];
static atomic_int leaving;

// A stack overflow leaves no room on the stack for its own handler.
static char crash_stack[64 * 1024];
static stack_t previous_stack;

static void write_all(int descriptor, const char *bytes, size_t count) {
  while (count > 0) {
    ssize_t written = write(descriptor, bytes, count);
    if (written <= 0) return;
    bytes += written;
    count -= (size_t)written;
  }
}

static void hold_errors(void) {
  if (!isatty(STDERR_FILENO)) return;
  int held = memfd_create("stderr", MFD_CLOEXEC);
  if (held < 0) return;
  guard.errors = dup(STDERR_FILENO);
  guard.held = held;
  dup2(held, STDERR_FILENO);
}

static void release_errors(void) {
  if (guard.held < 0) return;
  dup2(guard.errors, STDERR_FILENO);
  lseek(guard.held, 0, SEEK_SET);
  char chunk[1024];
  ssize_t count;
  while ((count = read(guard.held, chunk, sizeof chunk)) > 0) {
    write_all(STDERR_FILENO, chunk, (size_t)count);
  }
  close(guard.held);
  close(guard.errors);
  guard.held = guard.errors = -1;
}

/// Release builds of Swift die of a failed precondition without a word.
static void report(int signal) {
  char text[] = "The program crashed with signal 00. "
                "SWIFT_BACKTRACE=enable=yes,interactive=no shows where.\n";
  char *digits = strchr(text, '0');
  digits[0] = (char)('0' + signal / 10);
  digits[1] = (char)('0' + signal % 10);
  write_all(STDERR_FILENO, text, sizeof text - 1);
}

bool guard_is_in_foreground(int terminal) {
  pid_t group = tcgetpgrp(terminal);
  return group < 0 || group == getpgrp();
}

void ct_leave_with(const char *bytes, size_t count) {
  int next = 1 - atomic_load(&leaving);
  if (count > sizeof leavings[next].bytes) count = 0;
  if (count > 0) memcpy(leavings[next].bytes, bytes, count);
  leavings[next].count = count;
  atomic_store(&leaving, next);
}

const char *guard_leaving(size_t *count) {
  int now = atomic_load(&leaving);
  *count = leavings[now].count;
  return leavings[now].bytes;
}

/// Nothing here may wait for a terminal that takes nothing, as after Control-S.
static void give_back(void) {
  // In the background it belongs to somebody else.
  if (!guard_is_in_foreground(guard.terminal)) return;
  int flags = fcntl(guard.terminal, F_GETFL);
  fcntl(guard.terminal, F_SETFL, flags | O_NONBLOCK);
  size_t count;
  const char *bytes = guard_leaving(&count);
  if (count > 0 && write(guard.terminal, bytes, count) < 0) { /* It takes nothing; see below. */ }
  ssize_t written = write(guard.terminal, guard.reset, guard.reset_length);
  size_t done = written > 0 ? (size_t)written : 0;
  if (done < guard.reset_length) {
    tcflow(guard.terminal, TCOON);
    tcflush(guard.terminal, TCOFLUSH);
    write_all(guard.terminal, guard.reset + done, guard.reset_length - done);
  }
  tcsetattr(guard.terminal, TCSANOW, &guard.before);
  fcntl(guard.terminal, F_SETFL, flags);
}

static void end(int signal) {
  if (!atomic_exchange(&guard.is_armed, false)) return;
  give_back();
  release_errors();
  if (ce_is_unexplained(signal)) report(signal);
}

void guard_arm(int terminal, const struct termios *before, const char *reset, size_t length) {
  guard.terminal = terminal;
  guard.before = *before;
  guard.reset_length = length < sizeof guard.reset ? length : sizeof guard.reset;
  memcpy(guard.reset, reset, guard.reset_length);
  if (!getenv("SWIFT_BACKTRACE")) ce_leave_out_traces();
  hold_errors();

  stack_t stack = {.ss_sp = crash_stack, .ss_size = sizeof crash_stack};
  sigaltstack(&stack, &previous_stack);
  ce_before_end(end);
  atomic_store(&guard.is_armed, true);
}

void guard_rest(bool rests) { atomic_store(&guard.is_armed, !rests); }

void guard_disarm(void) {
  if (guard.held < 0 && !atomic_load(&guard.is_armed)) return;
  atomic_store(&guard.is_armed, false);
  sigaltstack(&previous_stack, NULL);
  release_errors();
}
