#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

/// From now on the terminal is given back before a signal or a crash ends the process: `reset` is
/// written to `terminal`, which gets the modes `before`. What is written to standard error meanwhile
/// is held back if it would go to a terminal, and shown in the end.
void guard_arm(int terminal, const struct termios *before, const char *reset, size_t length);

/// Whether the terminal is given back at present as it is.
void guard_rest(bool rests);

/// What `ct_leave_with` asked for last.
const char *guard_leaving(size_t *count);

/// The end of `guard_arm`: shows what was held back.
void guard_disarm(void);

/// Whether the process may change the terminal: a job in the background would be stopped.
bool guard_is_in_foreground(int terminal);
