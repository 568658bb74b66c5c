#include "pen.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "ncurses.h"
#include "screen.h"

// After ncurses.h; its macros take common words.
#include <term.h>
#undef lines
#undef columns

// What ncurses would send is not used for cells: with each change of a colour it sends the other one again, and a
// colour before cells in which it does not show, which is most of what a heat map takes.

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
  bool is_utf8;
} entry;

static const char *capability(const char *name) {
  const char *string = tigetstr(name);
  return string == (char *)-1 ? NULL : string;
}

static void put_string(const char *string) {
  if (string) tputs(string, 1, put);
}

/// The sequences that have set foregrounds and backgrounds lately, by colour: to put one together takes longer than all
/// else about a cell.
static struct {
  int color;
  char bytes[28];
} made[2][512];

static void put_color(const char *capability, int color) {
  int slot = (color ^ color >> 9 ^ color >> 16) & 511, side = capability == entry.background;
  if (made[side][slot].color != color) {
    const char *bytes = tiparm(capability, color);
    if (!bytes || strlen(bytes) >= sizeof made[side][slot].bytes) {
      put_string(bytes);
      return;
    }
    made[side][slot].color = color;
    strcpy(made[side][slot].bytes, bytes);
  }
  put_string(made[side][slot].bytes);
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

void pen_begin(void) {
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
  entry.is_utf8 = ct_is_utf8();
  memset(made, -1, sizeof made);
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

/// Whether both halves of a cell are of one colour: `pen_seen` makes them a full block on its own colour.
static bool is_solid(const CTCell *cell) {
  return cell->scalar == full_block && cell->foreground >= 0 &&
         cell->foreground == cell->background && cell->attributes == 0;
}

CTCell pen_seen(CTCell cell) {
  if (ct_colors() == 0) cell.foreground = cell.background = -1;
  if (is_half(&cell) && cell.foreground >= 0 && cell.foreground == cell.background) {
    cell.scalar = full_block;
  }
  if (is_blank(&cell)) {
    cell.foreground = -1;
    cell.attributes &= CTPicture;
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
  if (foreground >= 0) put_color(entry.foreground, foreground);
  size_t end = output.count;
  if (background >= 0) put_color(entry.background, background);
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
  bool is_free = COLORS >= 256 && entry.is_utf8 && pen.attributes == 0;
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
  return (scalar >= 0x1CC00 && scalar <= 0x1CEBF) || (scalar >= 0x1FB00 && scalar <= 0x1FBFF) ||
         scalar == CTPlaceholder;
}

/// Writes a cell that takes `columns`. Other characters than those of which libc thinks that they do are hardly
/// known to the terminal: the rest of the row would move.
static void put_characters(const CTCell *cell, int columns) {
  if (!entry.is_utf8) {
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

void pen_move(int x, int y) {
  if (pen.x == x && pen.y == y) return;
  bool is_ahead = pen.y == y && pen.x >= 0 && pen.x < x;
  put_string(is_ahead && entry.forward ? tiparm(entry.forward, x - pen.x) : tiparm(entry.move, y, x));
  pen.x = x;
  pen.y = y;
}

// ------------------------------------------------------------------ for the rows

enum {
  /// As many cells alike as pay to be sent as one and a number.
  least_repeated = 8,
  /// As many as pay for a change of colour, with which they are blanks.
  least_blanks = 5,
};

int pen_longest_run(void) { return entry.repeat ? INT_MAX : least_blanks; }

bool pen_scrolls(void) { return entry.scrolls; }

int pen_put(CTCell cell, int columns, int alike) {
  bool has_marks = cell.marks[0] != 0 && cell.scalar != CTPlaceholder;
  cell = cheapest(cell, alike >= least_blanks);
  bool is_repeated = entry.repeat && alike >= least_repeated && cell.scalar < 0x7F && !has_marks;
  int count = is_repeated ? alike : 1;
  put_look(&cell);
  if (is_repeated) {
    put_string(tiparm(entry.repeat, (int)cell.scalar, count));
  } else {
    put_characters(&cell, columns);
  }
  // Terminals differ in what they think of wide characters and of marks, and of the end of a row.
  int x = pen.x + count;
  pen.x = columns == 1 && !has_marks && x < ct_width() ? x : -1;
  return count;
}

static int clear_count;

int ct_clear_count(void) { return clear_count; }

void pen_clear(void) {
  clear_count++;
  // Whoever wrote last may have left other attributes.
  put_plain();
  put_string(entry.colorless);
  put_string(entry.clear);
  pen.x = pen.y = 0;
}

void pen_send(void) {
  if (output.count == 0) return;
  // A cursor that cannot be hidden would stand wherever the last cell was written.
  if (!entry.hides_cursor) pen_move(ct_width() - 1, ct_height() - 1);
  ct_send(output.bytes, output.count);
  output.count = 0;
}
