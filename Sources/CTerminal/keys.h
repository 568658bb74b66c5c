#pragma once

/// Teaches ncurses the keys that terminfo does not have, or has in one form only.
void keys_define(void);
