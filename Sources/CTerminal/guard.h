#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

/// From now on a crash gives the terminal back before it ends the process: writes `reset` to
/// `terminal`, and sets the modes `before`. What is written to standard error meanwhile is held
/// back if it would go to a terminal, and shown in the end.
void guard_arm(int terminal, const struct termios *before, const char *reset, size_t length);

/// The end of `guard_arm`: shows what was held back.
void guard_disarm(void);
