#pragma once

#include <stdbool.h>

/// Whether colours can be given as 0xRRGGBB.
bool screen_has_true_color(void);
