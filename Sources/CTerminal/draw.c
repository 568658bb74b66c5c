#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "CTerminal.h"
#include "draw.h"
#include "ncurses.h"
#include "screen.h"

// After ncurses.h; its macros take common words.
#include <term.h>
#undef lines
#undef columns

// What ncurses would send is not used for cells: with each change of a colour it sends the other one again, and a
// colour before cells in which it does not show, which is most of what a heat map takes.

/// The cells that are to be on the screen, and those that are on it.
static struct {
  CTCell *wanted, *shown;
  /// By row: whether it has been drawn since it was sent.
  bool *are_drawn;
  int width, height;
  /// Anything may be on the screen.
  bool is_unknown;
} cells;

/// The place of the next character, −1 where that is not known, and its style.
static struct {
  int x, y;
  int foreground, background;
  uint32_t attributes;
} pen;

static struct {
  char *bytes;
  size_t count, capacity;
} output;

// ------------------------------------------------------------------ bytes

static int put(int byte) {
  if (output.count == output.capacity) {
    size_t capacity = output.capacity ? 2 * output.capacity : 1 << 14;
    char *bytes = realloc(output.bytes, capacity);
    if (!bytes) return ERR;
    output.bytes = bytes;
    output.capacity = capacity;
  }
  output.bytes[output.count++] = (char)byte;
  return byte;
}

/// The capabilities in the terminal's entry; NULL for what it cannot do.
static struct {
  const char *clear, *move, *forward, *repeat, *plain, *colorless, *foreground, *background;
  const char *attributes[5];
  /// Attributes that it does not show with colours, by ncurses' numbers.
  int hidden;
  /// A character in the last column moves everything up at once.
  bool scrolls;
  bool hides_cursor;
} entry;

static const char *capability(const char *name) {
  const char *string = tigetstr(name);
  return string == (char *)-1 ? NULL : string;
}

static void put_string(const char *string) {
  if (string) tputs(string, 1, put);
}

static void put_scalar(uint32_t scalar) {
  if (scalar < 0x80) {
    put((int)scalar);
    return;
  }
  int rest = scalar < 0x800 ? 1 : scalar < 0x10000 ? 2 : 3;
  static const int leads[] = {0, 0xC0, 0xE0, 0xF0};
  put(leads[rest] | (int)(scalar >> 6 * rest));
  while (rest-- > 0) put(0x80 | (int)(scalar >> 6 * rest & 0x3F));
}

// ------------------------------------------------------------------ looks

/// The number of a colour in xterm's table, which takes half the bytes; −1 if it is none of them. Not the first ones of
/// its cube, which some people have replaced.
static int index_of(int rgb) {
  static const int levels[] = {0, 95, 135, 175, 215, 255};
  int index = 0;
  for (int shift = 16; shift >= 0; shift -= 8) {
    int level = 0;
    while (level < 6 && levels[level] != (rgb >> shift & 0xFF)) level++;
    if (level == 6) index = -1;
    if (index >= 0) index = 6 * index + level;
  }
  if (index >= 6) return 16 + index;
  int grey = rgb & 0xFF;
  bool is_grey = rgb == grey * 0x010101 && grey >= 8 && grey <= 238 && grey % 10 == 8;
  return is_grey ? 232 + (grey - 8) / 10 : -1;
}

static int color_of(int32_t code) {
  if (code < 0) return -1;
  if (code >= 1 << 24) {
    int rgb = code & 0xFFFFFF;
    if (!screen_has_true_color()) return -1;
    int index = index_of(rgb);
    if (index >= 0) return index;
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

/// Attributes, what switches them on, and ncurses' number.
static const struct {
  uint32_t attribute;
  const char *name;
  int bit;
} attributes[] = {
    {CTBold, "bold", 32}, {CTUnderline, "smul", 2}, {CTReverse, "rev", 4},
    {CTFaint, "dim", 16}, {CTItalic, "sitm", 0},
};
enum { attribute_count = sizeof attributes / sizeof *attributes };

void draw_begin(void) {
  entry.clear = capability("clear");
  entry.move = capability("cup");
  entry.forward = capability("cuf");
  entry.repeat = capability("rep");
  entry.plain = capability("sgr0");
  entry.colorless = capability("op");
  entry.foreground = capability("setaf");
  entry.background = capability("setab");
  for (int i = 0; i < attribute_count; i++) entry.attributes[i] = capability(attributes[i].name);
  entry.hidden = tigetnum("ncv") > 0 ? tigetnum("ncv") : 0;
  entry.scrolls = tigetflag("am") > 0 && tigetflag("xenl") <= 0;
  entry.hides_cursor = capability("civis") != NULL;
  draw_forget();
}

enum { full_block = 0x2588 };

/// The block that fills what a half block leaves; 0 for another character.
static uint32_t other_half(uint32_t scalar) {
  static const uint32_t halves[][2] = {{0x2580, 0x2584}, {0x258C, 0x2590}};
  for (int i = 0; i < 2; i++) {
    if (scalar == halves[i][0]) return halves[i][1];
    if (scalar == halves[i][1]) return halves[i][0];
  }
  return 0;
}

static bool is_half(const CTCell *cell) {
  return cell->attributes == 0 && other_half(cell->scalar) != 0;
}

/// Attributes that show where nothing is written.
enum { on_blanks = CTUnderline | CTReverse };

static bool is_blank(const CTCell *cell) {
  return cell->scalar == ' ' && !(cell->attributes & on_blanks);
}

/// Whether both halves of a cell are of one colour: `seen` makes them a full block on its own colour.
static bool is_solid(const CTCell *cell) {
  return cell->scalar == full_block && cell->foreground >= 0 &&
         cell->foreground == cell->background && cell->attributes == 0;
}

/// A cell without what does not show in it.
static CTCell seen(CTCell cell) {
  if (ct_colors() == 0) cell.foreground = cell.background = -1;
  if (is_half(&cell) && cell.foreground >= 0 && cell.foreground == cell.background) {
    cell.scalar = full_block;
  }
  if (is_blank(&cell)) {
    cell.foreground = -1;
    cell.attributes = 0;
  }
  return cell;
}

static void put_plain(void) {
  put_string(entry.plain);
  pen.foreground = pen.background = -1;
  pen.attributes = 0;
}

/// Sets the colours that are not −1, both in one sequence.
static void put_colors(int foreground, int background) {
  size_t start = output.count;
  if (foreground >= 0) put_string(tiparm(entry.foreground, foreground));
  size_t end = output.count;
  if (background >= 0) put_string(tiparm(entry.background, background));
  bool are_both = start < end && end + 2 < output.count;
  if (!are_both || output.bytes[end - 1] != 'm' || memcmp(&output.bytes[end], "\033[", 2)) return;
  // "ESC [ A m ESC [ B m" is "ESC [ A ; B m".
  output.bytes[end - 1] = ';';
  memmove(&output.bytes[end], &output.bytes[end + 2], output.count - end - 2);
  output.count -= 2;
}

/// Of the ways to write a cell of a heat map that look alike, the one that takes the fewest changes of colour: a half
/// block, or the other half with the colours exchanged; a full block, or a blank.
static CTCell cheapest(CTCell cell, bool is_repeated) {
  int foreground = color_of(cell.foreground), background = color_of(cell.background);
  bool is_free = COLORS >= 256 && ct_is_utf8() && pen.attributes == 0;
  if (is_solid(&cell)) {
    bool is_at_hand = foreground == pen.foreground && background != pen.background;
    if (is_repeated || !is_at_hand || !is_free) {
      cell.scalar = ' ';
      cell.foreground = -1;
    }
    return cell;
  }
  if (!is_half(&cell) || !is_free || foreground < 0 || background < 0) return cell;
  int changes = (foreground != pen.foreground) + (background != pen.background);
  int exchanged = (background != pen.foreground) + (foreground != pen.background);
  if (exchanged < changes) {
    int32_t code = cell.foreground;
    cell.foreground = cell.background;
    cell.background = code;
    cell.scalar = other_half(cell.scalar);
  }
  return cell;
}

static void put_look(const CTCell *cell) {
  int background = -1, foreground = -1;
  if (ct_colors() > 0) {
    background = background_of(cell->background, cell->foreground);
    foreground = foreground_of(cell->foreground, background);
  }
  uint32_t wanted = cell->attributes;
  // What should be dark grey is at least faint.
  if (COLORS == 8 && cell->foreground == 8 && foreground == 7) wanted |= CTFaint;
  if (foreground >= 0 || background >= 0) {
    for (int i = 0; i < attribute_count; i++) {
      if (entry.hidden & attributes[i].bit) wanted &= ~attributes[i].attribute;
    }
  }
  if (is_solid(cell)) background = pen.background;
  // Where nothing is written most of it is as well as it is.
  if (is_blank(cell)) {
    foreground = pen.foreground;
    wanted = pen.attributes & ~(uint32_t)on_blanks;
  }
  if (pen.attributes & ~wanted) {
    put_plain();
    if (is_blank(cell)) foreground = -1, wanted = 0;
  }
  for (int i = 0; i < attribute_count; i++) {
    if (wanted & ~pen.attributes & attributes[i].attribute) put_string(entry.attributes[i]);
  }
  pen.attributes = wanted;
  if ((foreground < 0 && pen.foreground >= 0) || (background < 0 && pen.background >= 0)) {
    put_string(entry.colorless);
    pen.foreground = pen.background = -1;
    if (is_blank(cell)) foreground = -1;
  }
  put_colors(
      foreground != pen.foreground ? foreground : -1, background != pen.background ? background : -1);
  pen.foreground = foreground;
  pen.background = background;
}

// ------------------------------------------------------------------ characters

/// Characters that make up pictures, which take one column each; libc may not have heard of them.
static bool is_drawing(uint32_t scalar) {
  return (scalar >= 0x1CC00 && scalar <= 0x1CEBF) || (scalar >= 0x1FB00 && scalar <= 0x1FBFF);
}

/// Writes a cell that takes `columns`. Other characters than those of which libc thinks that they do are hardly
/// known to the terminal: the rest of the row would move.
static void put_characters(const CTCell *cell, int columns) {
  if (!ct_is_utf8()) {
    put(cell->scalar >= 0x20 && cell->scalar < 0x7F ? (int)cell->scalar : '?');
    if (columns == 2) put(' ');
  } else if (is_drawing(cell->scalar) || wcwidth((wchar_t)cell->scalar) == columns) {
    put_scalar(cell->scalar);
    for (int i = 0; i < 2; i++) {
      if (cell->marks[i] && wcwidth((wchar_t)cell->marks[i]) == 0) put_scalar(cell->marks[i]);
    }
  } else {
    put_scalar(0xFFFD);
    if (columns == 2) put(' ');
  }
}

static void move_to(int x, int y) {
  if (pen.x == x && pen.y == y) return;
  bool is_ahead = pen.y == y && pen.x >= 0 && pen.x < x;
  put_string(is_ahead && entry.forward ? tiparm(entry.forward, x - pen.x) : tiparm(entry.move, y, x));
  pen.x = x;
  pen.y = y;
}

// ------------------------------------------------------------------ rows

static bool is_same(const CTCell *one, const CTCell *other) {
  return memcmp(one, other, sizeof *one) == 0;
}

enum {
  /// As many cells alike as pay to be sent as one and a number.
  least_repeated = 8,
  /// As many as pay for a change of colour, with which they are blanks.
  least_blanks = 5,
};

/// The number of cells at the beginning that are alike; as far as it matters.
static int alike(const CTCell *row, int count) {
  if (!entry.repeat && count > least_blanks) count = least_blanks;
  int length = 1;
  while (length < count && is_same(&row[length], row)) length++;
  return length;
}

static void put_row(int y) {
  const CTCell *wanted = &cells.wanted[y * cells.width];
  CTCell *shown = &cells.shown[y * cells.width];
  int end = entry.scrolls && y == cells.height - 1 ? cells.width - 1 : cells.width;
  while (end > 0 && is_same(&wanted[end - 1], &shown[end - 1])) end--;
  for (int x = 0; x < end;) {
    if (is_same(&wanted[x], &shown[x]) &&
        (x + 1 >= end || wanted[x + 1].scalar != 0 || is_same(&wanted[x + 1], &shown[x + 1]))) {
      x++;
      continue;
    }
    int columns = x + 1 < cells.width && wanted[x + 1].scalar == 0 ? 2 : 1;
    int count = columns == 1 ? alike(&wanted[x], end - x) : 1;
    CTCell cell = cheapest(wanted[x], count >= least_blanks);
    if (cell.scalar >= 0x7F || cell.marks[0] || count < least_repeated || !entry.repeat) count = 1;
    move_to(x, y);
    put_look(&cell);
    if (count > 1) {
      put_string(tiparm(entry.repeat, (int)cell.scalar, count));
    } else {
      put_characters(&cell, columns);
    }
    x += count * columns;
    // Terminals differ in what they think of wide characters and of marks, and of the end of a row.
    bool is_sure = columns == 1 && !wanted[x - 1].marks[0] && x < cells.width;
    pen.x = is_sure ? x : -1;
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

void draw_forget(void) { cells.is_unknown = true; }

void ct_draw(int y, int x, const CTCell *drawn, int count) {
  if (!adopt_size() || y < 0 || y >= cells.height || x < 0) return;
  if (count > cells.width - x) count = cells.width - x;
  CTCell *row = &cells.wanted[y * cells.width];
  for (int i = 0; i < count; i++) row[x + i] = seen(drawn[i]);
  cells.are_drawn[y] = true;
}

void ct_erase(void) {
  if (adopt_size()) fill(cells.wanted);
}

void ct_flush(void) {
  if (!adopt_size()) return;
  output.count = 0;
  if (cells.is_unknown) {
    // Whoever wrote last may have left other attributes.
    put_plain();
    put_string(entry.colorless);
    put_string(entry.clear);
    pen.x = pen.y = 0;
    fill(cells.shown);
    cells.is_unknown = false;
  }
  for (int y = 0; y < cells.height; y++) {
    if (cells.are_drawn[y]) put_row(y);
  }
  // A cursor that cannot be hidden would stand wherever the last cell was written.
  if (output.count > 0 && !entry.hides_cursor) move_to(cells.width - 1, cells.height - 1);
  if (output.count > 0) ct_send(output.bytes, output.count);
}
