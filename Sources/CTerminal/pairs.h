#pragma once

/// The number by which ncurses knows two colours, each −1 for the default or below `COLORS`; 0, the
/// default colours, if the terminal has no number left (see `ct_recycle_pairs`).
int pairs_number(int foreground, int background);

/// For a new screen.
void pairs_clear(void);
