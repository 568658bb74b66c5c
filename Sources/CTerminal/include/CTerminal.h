#pragma once

// The controlling terminal through ncurses, without a word of ncurses: what Swift cannot import
// (macros, global variables, variadic functions) stays behind this header, and so does all code
// that must run inside a signal handler.
//
// There is one terminal per process. Everything but `ct_wake` belongs to the main thread.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum __attribute__((enum_extensibility(closed))) CTStatus {
  CTStatusOpened,
  /// The process has no controlling terminal.
  CTStatusNoTerminal,
  /// No terminfo entry has the terminal's name, and ncurses does not take the embedded one.
  CTStatusUnknown,
  /// The terminal cannot place its cursor.
  CTStatusCannotMove,
} CTStatus;

/// One cell; 0 as its scalar stands for the second column of the wide character before it.
typedef struct {
  uint32_t scalar;
  /// Combining marks; 0 for none.
  uint32_t marks[2];
  /// −1 the default, 0 … 255 an index, 2²⁴ + 0xRRGGBB.
  int32_t foreground, background;
  /// A sum of `CTBold`, `CTUnderline`, `CTReverse`, `CTFaint`, `CTItalic`, `CTPicture`.
  uint32_t attributes;
} CTCell;

/// `CTPicture`: a blank with a picture; a blank without one is another cell, which takes the picture away.
enum { CTBold = 1, CTUnderline = 2, CTReverse = 4, CTFaint = 8, CTItalic = 16, CTPicture = 32 };

/// Stands for a part of a picture, which its marks tell: kitty's placeholder.
enum { CTPlaceholder = 0x10EEEE };

/// The values of `ct_read` besides the bytes 0 … 255; a function key n is `CTKeyF0 + n`.
enum {
  CTKeyNone = -1,
  CTKeyUp = 256,
  CTKeyDown,
  CTKeyLeft,
  CTKeyRight,
  CTKeyHome,
  CTKeyEnd,
  CTKeyPageUp,
  CTKeyPageDown,
  CTKeyEnter,
  CTKeyBackTab,
  CTKeyBackspace,
  CTKeyDelete,
  /// Text follows, up to `CTKeyPasteEnd`.
  CTKeyPasteBegin,
  CTKeyPasteEnd,
  /// A mouse report follows: "button;column;row" in decimal, then M (pressed) or m (released).
  CTKeyMouse,
  /// A mouse report of the old form follows: three bytes.
  CTKeyMouseBytes,
  /// A key that has no meaning here.
  CTKeyOther,
  CTKeyF0 = 512,
};

/// The reason why a `ct_wait` ended.
typedef struct {
  bool has_input;
  /// `ct_wake` was called.
  bool is_woken;
  bool is_resized;
  /// SIGINT, SIGTERM or SIGHUP (also when the terminal is gone), or 0.
  int ending_signal;
} CTWait;

/// Number of colours that the terminfo entry `term` has; −1 if there is no such entry.
int ct_terminfo_colors(const char *term);

/// Facts about the terminal that can be had without taking it over.
typedef struct {
  /// The process has a controlling terminal.
  bool is_there;
  /// There is a terminfo entry; without one the rest of what it says is false.
  bool is_known;
  bool can_move_cursor;
  /// The entry says how the terminal reports clicks.
  bool has_mouse;
  bool is_utf8;
  /// 0 where they are not known.
  int width, height;
} CTProbe;

CTProbe ct_probe(const char *term);

/// The version of ncurses, such as "ncurses 6.4.20221231".
const char *ct_version(void);

/// Takes over /dev/tty: alternate screen, keys unbuffered and unechoed, handlers for signals and
/// crashes. On failure nothing has changed.
///
/// `true_color` replaces the entry `term` by an embedded one for xterm's kin, if ncurses takes it. So is an entry that
/// is missing: what has none is new, and of that kin.
/// Without `color` no colour is ever sent.
CTStatus ct_open(const char *term, bool true_color, bool color, bool mouse);

/// Gives the terminal back as it was; does nothing if it is not open.
void ct_close(void);

bool ct_is_open(void);

/// Whether characters beyond ASCII can be sent.
bool ct_is_utf8(void);

/// 0, 8, 16, 88, 256 or 2²⁴.
int ct_colors(void);

int ct_width(void);
int ct_height(void);

typedef struct {
  int width, height;
} CTSize;

/// Pixels of a cell; 0 where they are not known.
CTSize ct_cell_size(void);

/// Draws `count` cells from column `x` of row `y` on; shown by the next `ct_flush`.
void ct_draw(int y, int x, const CTCell *cells, int count);

/// Sends the difference between what was drawn and what is on the screen.
void ct_flush(void);

/// Blanks what is drawn.
void ct_erase(void);

/// Sends the whole screen anew.
void ct_repaint(void);

/// The number of times that the whole screen has been cleared, and whatever else was on it.
int ct_clear_count(void);

/// Sends bytes as they are.
void ct_send(const char *bytes, size_t count);

/// What is to be sent before the terminal is given back, in whatever way; so many bytes are kept that a few pictures
/// can be removed.
void ct_leave_with(const char *bytes, size_t count);

/// Waits for input, a wake-up or a signal, at most `milliseconds` (negative: as long as it takes).
/// Stops the process when the user asks for it, and repaints when it goes on.
CTWait ct_wait(int milliseconds);

/// The next byte or key that has already arrived, or `CTKeyNone`.
int ct_read(void);

/// Ends the present or next `ct_wait`; may be called by any thread at any time.
void ct_wake(void);

/// Gives the terminal back, stops the process group, and takes the terminal again when continued.
void ct_suspend(void);
