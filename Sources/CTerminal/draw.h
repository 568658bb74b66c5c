#pragma once

/// Asks the entry of the opened terminal what it can do.
void draw_begin(void);

/// From now on anything may be on the screen: the next `ct_flush` sends all of it.
void draw_forget(void);
