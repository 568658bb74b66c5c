#pragma once

// wget_wch and cchar_t are hidden without it.
#define NCURSES_WIDECHAR 1

#if __has_include(<curses.h>)
#include <curses.h>
#else
#error "curses.h is missing: apt-get install libncurses-dev"
#endif
