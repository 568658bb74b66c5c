#pragma once

#include "CTerminal.h"

/// Asks the entry of the opened terminal what it can do.
void pen_begin(void);

/// A cell without what does not show in it.
CTCell pen_seen(CTCell cell);

/// Empties the screen, whatever was there.
void pen_clear(void);

void pen_move(int x, int y);

/// Writes a cell that takes `columns` at the pen, or all of those that are `alike` from it on where that takes less.
/// Returns how many.
int pen_put(CTCell cell, int columns, int alike);

/// As many cells alike as make a difference to `pen_put`.
int pen_longest_run(void);

/// Whether a character in the last column of the last row moves everything up.
bool pen_scrolls(void);

/// Sends what has been written.
void pen_send(void);
