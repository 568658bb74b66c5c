#include "CEndings.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>

static void (*_Atomic actions[8])(int);
enum { action_count = sizeof actions / sizeof *actions };
static atomic_bool leaves_out_traces;

/// The action that `ended` replaced.
static struct sigaction previous[NSIG];

/// A crash, behind which Swift's runtime may have handlers of its own.
static bool is_crash(int signal) {
  switch (signal) {
    case SIGILL:
    case SIGTRAP:
    case SIGABRT:
    case SIGSEGV:
    case SIGBUS:
    case SIGFPE:
    case SIGSYS: return true;
    default: return false;
  }
}

static bool is_harmless(int signal) {
  switch (signal) {
    // Cannot be handled.
    case SIGKILL:
    case SIGSTOP:
    // Stop the process, or do nothing by themselves.
    case SIGTSTP:
    case SIGTTIN:
    case SIGTTOU:
    case SIGCONT:
    case SIGCHLD:
    case SIGURG:
    case SIGWINCH: return true;
    default: return false;
  }
}

void ce_act(int signal) {
  int error = errno;
  for (int i = action_count - 1; i >= 0; i--) {
    void (*action)(int) = atomic_load(&actions[i]);
    if (action) action(signal);
  }
  errno = error;
}

/// Does what a signal does by itself.
static void die(int signal) {
  struct sigaction plain = {.sa_handler = SIG_DFL};
  sigaction(signal, &plain, NULL);
  raise(signal);
}

void ce_end(int signal) {
  ce_act(signal);
  die(signal);
}

/// Whether Swift's runtime handled `signal` before, which has one handler for all crashes, and takes Control-\ for one.
static bool was_left_to_runtime(int signal) {
  return previous[signal].sa_sigaction == previous[SIGILL].sa_sigaction;
}

bool ce_is_unexplained(int signal) { return is_crash(signal) && was_left_to_runtime(signal); }

static void ended(int signal, siginfo_t *info, void *context) {
  bool has_trace = !atomic_load(&leaves_out_traces);
  bool goes_on = is_crash(signal) && (has_trace || !was_left_to_runtime(signal));
  if (!goes_on) {
    ce_end(signal);
    return;
  }
  ce_act(signal);
  const struct sigaction *before = &previous[signal];
  sigaction(signal, before, NULL);
  // A fault recurs on return; what was sent does not, and the runtime tells of it and goes on.
  if (info->si_code > 0 && info->si_code != SI_KERNEL) return;
  if (before->sa_flags & SA_SIGINFO) before->sa_sigaction(signal, info, context);
  die(signal);
}

static void install(void) {
  struct sigaction action = {.sa_sigaction = ended, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  sigemptyset(&action.sa_mask);
  sigaction(SIGILL, NULL, &previous[SIGILL]);
  for (int signal = 1; signal < NSIG; signal++) {
    if (is_harmless(signal) || sigaction(signal, NULL, &previous[signal]) != 0) continue;
    bool is_free = previous[signal].sa_handler == SIG_DFL || was_left_to_runtime(signal);
    if (is_free || is_crash(signal)) sigaction(signal, &action, NULL);
  }
}

void ce_before_end(void (*action)(int signal)) {
  static atomic_bool is_installed;
  for (int i = 0; i < action_count; i++) {
    void (*none)(int) = NULL;
    if (atomic_load(&actions[i]) == action) break;
    if (atomic_compare_exchange_strong(&actions[i], &none, action)) break;
  }
  if (!atomic_exchange(&is_installed, true)) install();
}

void ce_leave_out_traces(void) { atomic_store(&leaves_out_traces, true); }
