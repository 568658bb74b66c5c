#include <wchar.h>

#include "CTerminal.h"
#include "ncurses.h"
#include "pairs.h"
#include "screen.h"

static int color_of(int32_t code) {
  if (code < 0) return -1;
  if (code >= 1 << 24) {
    int rgb = code & 0xFFFFFF;
    if (!screen_has_true_color()) return -1;
    // Numbers below 256 are indices: the darkest blues get a touch of green.
    return rgb < 256 ? rgb | 0x100 : rgb;
  }
  if (code < COLORS) return code;
  // The bright half on a terminal with eight colours.
  return code < 16 ? code & 7 : -1;
}

/// With eight colours there is no dark grey, and the bright blue's other half cannot be read on black.
static int foreground_of(int32_t code, int background) {
  if (COLORS == 8 && code == 8) return background == 7 ? 0 : 7;
  if (COLORS == 8 && code == 12) return 6;
  return color_of(code);
}

/// A dark grey has to differ from what is written on it.
static int background_of(int32_t code, int32_t foreground) {
  if (COLORS == 8 && code == 8) return foreground == 0 ? 7 : 0;
  return color_of(code);
}

static int pair_of(const CTCell *cell) {
  if (COLORS == 0) return 0;
  int background = background_of(cell->background, cell->foreground);
  return pairs_number(foreground_of(cell->foreground, background), background);
}

static attr_t attributes_of(const CTCell *cell) {
  attr_t attributes = A_NORMAL;
  if (cell->attributes & CTBold) attributes |= A_BOLD;
  if (cell->attributes & CTUnderline) attributes |= A_UNDERLINE;
  if (cell->attributes & CTReverse) attributes |= A_REVERSE;
  if (cell->attributes & CTFaint) attributes |= A_DIM;
  if (cell->attributes & CTItalic) attributes |= A_ITALIC;
  return attributes;
}

/// The characters of a cell that takes `columns`, as ncurses is to have them. libc must count the
/// same columns as the one who drew the cell, or the rest of the row would move.
static void characters_of(const CTCell *cell, int columns, bool is_utf8, wchar_t text[4]) {
  int count = 0;
  if (!is_utf8) {
    // ncurses would pass U+0080 … U+00FF on as raw bytes.
    text[count++] = cell->scalar >= 0x20 && cell->scalar < 0x7F ? (wchar_t)cell->scalar : L'?';
  } else if (wcwidth((wchar_t)cell->scalar) == columns) {
    text[count++] = (wchar_t)cell->scalar;
    for (int i = 0; i < 2; i++) {
      wchar_t mark = (wchar_t)cell->marks[i];
      if (mark && wcwidth(mark) == 0) text[count++] = mark;
    }
  } else {
    text[count++] = 0xFFFD;
  }
  text[count] = 0;
}

void ct_draw(int y, int x, const CTCell *cells, int count) {
  // As many cells as a row of any terminal has; what is beyond is not to be seen.
  static cchar_t row[1024];
  const int capacity = sizeof row / sizeof *row;
  bool is_utf8 = ct_is_utf8();
  if (count > ct_width() - x) count = ct_width() - x;
  int length = 0, pair = 0;
  const CTCell *previous = NULL;
  for (int i = 0; i < count && length + 2 <= capacity;) {
    const CTCell *cell = &cells[i];
    int columns = i + 1 < count && cells[i + 1].scalar == 0 ? 2 : 1;
    if (!previous || previous->foreground != cell->foreground ||
        previous->background != cell->background) {
      pair = pair_of(cell);
    }
    previous = cell;
    wchar_t text[4];
    characters_of(cell, columns, is_utf8, text);
    setcchar(&row[length++], text, attributes_of(cell), 0, &pair);
    if (columns == 2 && (!is_utf8 || wcwidth(text[0]) == 1)) {
      setcchar(&row[length++], L" ", attributes_of(cell), 0, &pair);
    }
    i += columns;
  }
  if (length > 0) mvwadd_wchnstr(stdscr, y, x, row, length);
}
