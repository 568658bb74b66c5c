// What is put in order before a signal ends the process.
#ifndef CENDINGS_H
#define CENDINGS_H

#include <stdbool.h>

/// Has `action` called before a signal ends the process: every signal whose default does so, but for those that are
/// ignored or handled by someone. The process then dies of the signal as if nobody had looked.
///
/// It runs inside the signal handler. Up to eight actions, each of them once; for use by one thread at a time.
void ce_before_end(void (*_Nonnull action)(int signal));

/// Calls the actions, for a handler that ends the process in a way of its own; with 0 for `signal` where it explains
/// itself.
void ce_act(int signal);

/// Ends the process by `signal`, as its default would; for a handler of it.
void ce_end(int signal);

/// Whether `signal` is a crash of which nobody is going to say a word.
bool ce_is_unexplained(int signal);

/// From now on a crash ends the process at once. Swift's runtime would ask on the terminal whether to show a trace.
void ce_leave_out_traces(void);

#endif
