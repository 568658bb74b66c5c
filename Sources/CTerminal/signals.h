#pragma once

#include <stdbool.h>

/// The signals since the last `signals_take`.
struct signals {
  bool woken, resized, suspended, continued;
  /// SIGINT, SIGTERM, SIGHUP, or 0.
  int ending;
};

/// Handles the signals that concern a terminal program, except those that the program was started
/// to ignore. Must come before newterm, which would install handlers of its own. A process that is asked to end
/// and does not call `signals_uninstall` within a second is ended.
void signals_install(void);
void signals_uninstall(void);

/// Whether one of SIGINT, SIGTERM, SIGHUP has come, taken or not.
bool signals_ask_to_end(void);

/// Becomes readable when something happened.
int signals_descriptor(void);
struct signals signals_take(void);

/// Stops the process group as if no handler stood in the way; returns when it is continued.
void signals_stop_here(void);
