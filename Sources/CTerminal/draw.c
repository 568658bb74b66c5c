#include "draw.h"

#include <stdlib.h>
#include <string.h>

#include "CTerminal.h"
#include "pen.h"

/// The cells that are to be on the screen, and those that are on it.
static struct {
  CTCell *wanted, *shown;
  /// By row: whether it has been drawn since it was sent.
  bool *are_drawn;
  int width, height;
  /// Anything may be on the screen.
  bool is_unknown;
} cells;

static bool is_same(const CTCell *one, const CTCell *other) {
  return memcmp(one, other, sizeof *one) == 0;
}

/// The number of cells at the beginning that are alike; as far as it matters.
static int alike(const CTCell *row, int count) {
  int length = 1, limit = pen_longest_run();
  while (length < count && length < limit && is_same(&row[length], row)) length++;
  return length;
}

static void put_row(int y) {
  const CTCell *wanted = &cells.wanted[y * cells.width];
  CTCell *shown = &cells.shown[y * cells.width];
  int end = pen_scrolls() && y == cells.height - 1 ? cells.width - 1 : cells.width;
  while (end > 0 && is_same(&wanted[end - 1], &shown[end - 1])) end--;
  for (int x = 0; x < end;) {
    if (is_same(&wanted[x], &shown[x]) &&
        (x + 1 >= end || wanted[x + 1].scalar != 0 || is_same(&wanted[x + 1], &shown[x + 1]))) {
      x++;
      continue;
    }
    int columns = x + 1 < cells.width && wanted[x + 1].scalar == 0 ? 2 : 1;
    int count = columns == 1 ? alike(&wanted[x], end - x) : 1;
    pen_move(x, y);
    x += columns * pen_put(wanted[x], columns, count);
  }
  memcpy(shown, wanted, (size_t)cells.width * sizeof *shown);
  cells.are_drawn[y] = false;
}

static const CTCell blank = {.scalar = ' ', .foreground = -1, .background = -1};

static void fill(CTCell *target) {
  for (int i = 0; i < cells.width * cells.height; i++) target[i] = blank;
  for (int y = 0; y < cells.height; y++) cells.are_drawn[y] = true;
}

/// Makes room for the present size.
static bool adopt_size(void) {
  int width = ct_width(), height = ct_height();
  if (cells.wanted && width == cells.width && height == cells.height) return true;
  free(cells.wanted);
  free(cells.shown);
  free(cells.are_drawn);
  size_t size = (size_t)width * (size_t)height * sizeof(CTCell);
  cells.wanted = malloc(size);
  cells.shown = malloc(size);
  cells.are_drawn = malloc((size_t)height);
  if (!cells.wanted || !cells.shown || !cells.are_drawn) return false;
  cells.width = width;
  cells.height = height;
  cells.is_unknown = true;
  fill(cells.wanted);
  return true;
}

// ------------------------------------------------------------------ for the caller

void draw_begin(void) {
  pen_begin();
  draw_forget();
}

void draw_forget(void) { cells.is_unknown = true; }

void ct_draw(int y, int x, const CTCell *drawn, int count) {
  if (!adopt_size() || y < 0 || y >= cells.height || x < 0) return;
  if (count > cells.width - x) count = cells.width - x;
  CTCell *row = &cells.wanted[y * cells.width];
  for (int i = 0; i < count; i++) row[x + i] = pen_seen(drawn[i]);
  cells.are_drawn[y] = true;
}

void ct_erase(void) {
  if (adopt_size()) fill(cells.wanted);
}

void ct_flush(void) {
  if (!adopt_size()) return;
  if (cells.is_unknown) {
    pen_clear();
    fill(cells.shown);
    cells.is_unknown = false;
  }
  for (int y = 0; y < cells.height; y++) {
    if (cells.are_drawn[y]) put_row(y);
  }
  pen_send();
}
