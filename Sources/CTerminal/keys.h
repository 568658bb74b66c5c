#pragma once

#include "ncurses.h"

/// Teaches ncurses the keys that terminfo does not have, or has in one form only.
void keys_define(void);

/// What `ct_read` returns, from the window that keys are read from.
int keys_read(WINDOW *window);
