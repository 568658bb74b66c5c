#include "screen.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "CTerminal.h"
#include "draw.h"
#include "guard.h"
#include "keys.h"
#include "ncurses.h"
#include "signals.h"
#include "true_color.h"

// After ncurses.h; its macros take common words.
#include <term.h>
#undef lines
#undef columns

static struct {
  FILE *tty;
  SCREEN *screen;
  WINDOW *input;
  struct termios before;
  bool true_color, color, mouse;
  /// It was given back for a while, and is not to be taken again.
  bool is_away;
  /// The size that the caller knows.
  int width, height;
} terminal;

// Bracketed paste, and clicks and the wheel reported in decimal.
static const char extras_on[] = "\033[?2004h", mouse_on[] = "\033[?1000h\033[?1006h";
static const char extras_off[] = "\033[?2004l\033[?1006l\033[?1000l";

// ------------------------------------------------------------------ locale and terminfo

/// Characters only: numbers must be read and written the same way everywhere.
static void adopt_locale(void) {
  if (setlocale(LC_CTYPE, "")) return;
  // ssh sends the name of the user's locale also to machines that do not have it.
  static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
  for (int i = 0; i < 3; i++) {
    const char *value = getenv(names[i]);
    if (!value || !*value) continue;
    const char *codeset = strchr(value, '.');
    if (codeset && (!strcasecmp(codeset, ".UTF-8") || !strcasecmp(codeset, ".utf8"))) {
      setlocale(LC_CTYPE, "C.UTF-8");
    }
    return;
  }
}

bool ct_is_utf8(void) { return strcmp(nl_langinfo(CODESET), "UTF-8") == 0; }

int ct_terminfo_colors(const char *term) {
  int found = 0, count = -1;
  if (setupterm(term, STDOUT_FILENO, &found) == OK && found == 1) {
    count = tigetnum("colors");
    if (count < 0) count = 0;
    del_curterm(cur_term);
  }
  return count;
}

/// Of the entry that is set up.
static bool has_capability(const char *name) {
  const char *string = tigetstr(name);
  return string && string != (char *)-1;
}

static struct {
  char bytes[512];
  size_t count;
} collected;

static int collect(int byte) {
  if (collected.count < sizeof collected.bytes) collected.bytes[collected.count++] = (char)byte;
  return byte;
}

static void collect_capability(const char *name) {
  if (has_capability(name)) tputs(tigetstr(name), 1, collect);
}

/// Collects what gives the terminal back.
static void collect_leaving(void) {
  static const char *const names[] = {"sgr0", "op", "cnorm", "rmkx", "rmcup"};
  collected.count = 0;
  for (const char *byte = extras_off; *byte; byte++) collect(*byte);
  for (int i = 0; i < 5; i++) collect_capability(names[i]);
}

/// Looks at an entry, and collects what gives its terminal back.
static CTStatus check_terminfo(const char *term, int descriptor) {
  int found = 0;
  if (setupterm(term, descriptor, &found) != OK || found != 1) return CTStatusUnknown;
  bool can_move = has_capability("cup");
  collect_leaving();
  del_curterm(cur_term);
  return can_move ? CTStatusOpened : CTStatusCannotMove;
}

/// The controlling terminal. Where nothing stands for it, as in an empty root, standard input and output, if both are a
/// terminal.
static FILE *open_terminal(void) {
  FILE *tty = fopen("/dev/tty", "r+e");
  if (tty || !isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) return tty;
  int descriptor = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
  if (descriptor < 0) return NULL;
  // Fails where standard output can only be written to.
  tty = fdopen(descriptor, "r+");
  if (!tty) close(descriptor);
  return tty;
}

CTProbe ct_probe(const char *term) {
  CTProbe probe = {0};
  FILE *tty = open_terminal();
  struct winsize size;
  if (tty) {
    probe.is_there = true;
    if (ioctl(fileno(tty), TIOCGWINSZ, &size) == 0) {
      probe.width = size.ws_col;
      probe.height = size.ws_row;
    }
    fclose(tty);
  }
  int found = 0;
  if (setupterm(term, STDOUT_FILENO, &found) == OK && found == 1) {
    probe.is_known = true;
    probe.can_move_cursor = has_capability("cup");
    probe.has_mouse = has_capability("kmous");
    del_curterm(cur_term);
  }
  adopt_locale();
  probe.is_utf8 = ct_is_utf8();
  return probe;
}

const char *ct_version(void) { return curses_version(); }

// ------------------------------------------------------------------ opening and closing

static void send_extras(void) {
  ct_send(extras_on, sizeof extras_on - 1);
  if (terminal.mouse) ct_send(mouse_on, sizeof mouse_on - 1);
}

static void adopt_size(void) {
  struct winsize size;
  if (ioctl(fileno(terminal.tty), TIOCGWINSZ, &size) != 0) return;
  if (size.ws_row == 0 || size.ws_col == 0) return;
  resize_term(size.ws_row, size.ws_col);
}

/// Control-S is a key as others, and stops nothing.
static void keep_flowing(void) {
  struct termios modes;
  if (tcgetattr(fileno(terminal.tty), &modes) != 0) return;
  modes.c_iflag &= ~(tcflag_t)IXON;
  tcsetattr(fileno(terminal.tty), TCSANOW, &modes);
  def_prog_mode();
}

/// Guards the terminal, then changes it.
static CTStatus take_over(const char *term) {
  guard_arm(fileno(terminal.tty), &terminal.before, collected.bytes, collected.count);
  signals_install();
  terminal.screen = newterm(term, terminal.tty, terminal.tty);
  if (terminal.screen) return CTStatusOpened;
  signals_uninstall();
  guard_disarm();
  return CTStatusUnknown;
}

/// The embedded entry.
static CTStatus open_true_color(void) {
  const char *old = getenv("TERMINFO");
  char *kept = old ? strdup(old) : NULL;
  setenv("TERMINFO", TRUE_COLOR_ENTRY, 1);
  CTStatus status = check_terminfo(TRUE_COLOR_NAME, fileno(terminal.tty));
  if (status == CTStatusOpened) status = take_over(TRUE_COLOR_NAME);
  if (kept) {
    setenv("TERMINFO", kept, 1);
  } else {
    unsetenv("TERMINFO");
  }
  free(kept);
  return status;
}

/// The entry `term`, or the embedded one in its place.
static CTStatus open_screen(const char *term, bool true_color) {
  CTStatus status = check_terminfo(term, fileno(terminal.tty));
  if (status == CTStatusUnknown) return open_true_color();
  if (true_color && status == CTStatusOpened) {
    if (open_true_color() == CTStatusOpened) return CTStatusOpened;
    status = check_terminfo(term, fileno(terminal.tty));
  }
  return status == CTStatusOpened ? take_over(term) : status;
}

CTStatus ct_open(const char *term, bool true_color, bool color, bool mouse) {
  terminal.tty = open_terminal();
  if (!terminal.tty) return CTStatusNoTerminal;
  tcgetattr(fileno(terminal.tty), &terminal.before);
  terminal.is_away = false;
  adopt_locale();
  CTStatus status = open_screen(term, true_color);
  if (status != CTStatusOpened) {
    fclose(terminal.tty);
    return status;
  }
  static bool closes_at_exit = false;
  if (!closes_at_exit) atexit(ct_close);
  closes_at_exit = true;

  terminal.color = color && start_color() == OK && use_default_colors() == OK;
  terminal.true_color = terminal.color && tigetflag("RGB") > 0;
  terminal.mouse = mouse;
  draw_begin();
  cbreak();
  noecho();
  keep_flowing();
  nonl();
  curs_set(0);
  // A lone escape is answered within 25 ms; the rest of a key's sequence has 20 to arrive.
  set_escdelay(20);
  // Keys are read from a pad because reading from a window draws that window first.
  terminal.input = newpad(1, 1);
  keypad(terminal.input, TRUE);
  nodelay(terminal.input, TRUE);
  keys_define();
  adopt_size();
  terminal.width = ct_width();
  terminal.height = ct_height();
  send_extras();
  return CTStatusOpened;
}

/// Sends what `ct_leave_with` asked for.
static void send_leaving(void) {
  size_t count;
  const char *bytes = guard_leaving(&count);
  ct_send(bytes, count);
}

void ct_close(void) {
  if (!terminal.screen) return;
  if (!terminal.is_away) {
    send_leaving();
    ct_send(extras_off, sizeof extras_off - 1);
    endwin();
    // ncurses restores what it saved; this is what was there.
    tcsetattr(fileno(terminal.tty), TCSADRAIN, &terminal.before);
  }
  guard_disarm();
  signals_uninstall();
  delwin(terminal.input);
  delscreen(terminal.screen);
  fclose(terminal.tty);
  terminal.screen = NULL;
}

bool ct_is_open(void) { return terminal.screen != NULL; }

int ct_read(void) { return keys_read(terminal.input); }

bool screen_has_true_color(void) { return terminal.true_color; }

int ct_colors(void) { return terminal.color ? COLORS : 0; }

int ct_width(void) { return getmaxx(stdscr); }

int ct_height(void) { return getmaxy(stdscr); }

CTSize ct_cell_size(void) {
  struct winsize size;
  if (ioctl(fileno(terminal.tty), TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0) {
    return (CTSize){0};
  }
  return (CTSize){size.ws_xpixel / size.ws_col, size.ws_ypixel / size.ws_row};
}

// ------------------------------------------------------------------ output and waiting

void ct_repaint(void) {
  draw_forget();
  ct_flush();
}

void ct_send(const char *bytes, size_t count) {
  if (terminal.is_away) return;
  while (count > 0) {
    ssize_t written = write(fileno(terminal.tty), bytes, count);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    bytes += written;
    count -= (size_t)written;
  }
}

/// Takes the terminal in whatever state another program has left it.
static void take_again(void) {
  static const char *const names[] = {"smcup", "smkx", "civis"};
  reset_prog_mode();
  collected.count = 0;
  for (int i = 0; i < 3; i++) collect_capability(names[i]);
  ct_send(collected.bytes, collected.count);
  send_extras();
  adopt_size();
  ct_repaint();
}

void ct_suspend(void) {
  // Not endwin: on the way back ncurses would reset the palette, which is the user's.
  collect_leaving();
  send_leaving();
  ct_send(collected.bytes, collected.count);
  tcsetattr(fileno(terminal.tty), TCSADRAIN, &terminal.before);
  guard_rest(true);
  signals_stop_here();
  // A shell continues a stopped job to end it: in the background, where it may not touch the terminal.
  terminal.is_away = signals_ask_to_end();
  if (terminal.is_away) return;
  guard_rest(false);
  take_again();
}

CTWait ct_wait(int milliseconds) {
  struct pollfd sources[] = {
      {.fd = fileno(terminal.tty), .events = POLLIN},
      {.fd = signals_descriptor(), .events = POLLIN},
  };
  bool has_known_size = terminal.width == ct_width() && terminal.height == ct_height();
  int ready;
  do {
    ready = poll(sources, 2, has_known_size ? milliseconds : 0);
  } while (ready < 0 && errno == EINTR);

  struct signals signals = signals_take();
  if (signals.suspended) ct_suspend();
  if (terminal.is_away) signals.ending = signals_take().ending;
  if (signals.continued && !terminal.is_away) take_again();
  if (signals.resized) {
    adopt_size();
    // Also when the size is the same again: the terminal may have cut or moved what it shows.
    draw_forget();
  }
  bool is_resized =
      signals.resized || terminal.width != ct_width() || terminal.height != ct_height();
  terminal.width = ct_width();
  terminal.height = ct_height();
  bool is_gone = ready > 0 && (sources[0].revents & (POLLHUP | POLLERR | POLLNVAL));
  return (CTWait){
      .has_input = ready > 0 && (sources[0].revents & POLLIN),
      .is_woken = signals.woken,
      .is_resized = is_resized,
      .ending_signal = signals.ending ? signals.ending : is_gone ? SIGHUP : 0,
  };
}
