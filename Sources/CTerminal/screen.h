#pragma once

#include "ncurses.h"

/// Whether colours can be given as 0xRRGGBB.
bool screen_has_true_color(void);

/// The window that keys are read from.
WINDOW *screen_input(void);
