// memfd_create
#define _GNU_SOURCE
#include "guard.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const int crashes[] = {SIGILL, SIGTRAP, SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGSYS, SIGQUIT};
enum { crash_count = sizeof crashes / sizeof *crashes };

static struct {
  volatile sig_atomic_t armed;
  int terminal;
  struct termios before;
  char reset[512];
  size_t reset_length;
  /// Standard error's own target while descriptor 2 leads to `held`; −1 if nothing is held back.
  int errors, held;
  bool wants_backtrace;
  struct sigaction previous[crash_count];
} guard = {.errors = -1, .held = -1};

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

static void crashed(int signal, siginfo_t *info, void *context) {
  (void)context;
  if (guard.armed) {
    guard.armed = 0;
    write_all(guard.terminal, guard.reset, guard.reset_length);
    tcsetattr(guard.terminal, TCSANOW, &guard.before);
    release_errors();
    if (signal != SIGQUIT) report(signal);
  }
  struct sigaction next = {.sa_handler = SIG_DFL};
  if (guard.wants_backtrace) {
    for (int i = 0; i < crash_count; i++) {
      if (crashes[i] == signal) next = guard.previous[i];
    }
  }
  sigaction(signal, &next, NULL);
  // A fault recurs on return; what was sent by a process does not.
  if (info->si_code <= 0) raise(signal);
}

void guard_arm(int terminal, const struct termios *before, const char *reset, size_t length) {
  guard.terminal = terminal;
  guard.before = *before;
  guard.reset_length = length < sizeof guard.reset ? length : sizeof guard.reset;
  memcpy(guard.reset, reset, guard.reset_length);
  guard.wants_backtrace = getenv("SWIFT_BACKTRACE") != NULL;
  hold_errors();

  stack_t stack = {.ss_sp = crash_stack, .ss_size = sizeof crash_stack};
  sigaltstack(&stack, &previous_stack);
  struct sigaction action = {.sa_sigaction = crashed, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  sigemptyset(&action.sa_mask);
  for (int i = 0; i < crash_count; i++) sigaction(crashes[i], &action, &guard.previous[i]);
  guard.armed = 1;
}

void guard_disarm(void) {
  if (!guard.armed) return;
  guard.armed = 0;
  for (int i = 0; i < crash_count; i++) sigaction(crashes[i], &guard.previous[i], NULL);
  sigaltstack(&previous_stack, NULL);
  release_errors();
}
