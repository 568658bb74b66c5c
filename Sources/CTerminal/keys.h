#pragma once

#include "ncurses.h"

/// Teaches ncurses the keys that terminfo does not have, or has in one form only.
void keys_define(void);

/// The value that `ct_read` returns, from the window that keys are read from.
int keys_read(WINDOW *window);
