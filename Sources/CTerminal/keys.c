#include "keys.h"

#include "CTerminal.h"

// Above the codes that ncurses gives to keys of its own and to the extended ones of terminfo.
enum { paste_begin = KEY_MAX + 1000, paste_end, mouse_report, mouse_bytes };

static const struct {
  const char *sequence;
  int key;
} sequences[] = {
    // A terminal sends one form or the other, after a mode that not all of them have.
    {"\033[A", KEY_UP},
    {"\033OA", KEY_UP},
    {"\033[B", KEY_DOWN},
    {"\033OB", KEY_DOWN},
    {"\033[C", KEY_RIGHT},
    {"\033OC", KEY_RIGHT},
    {"\033[D", KEY_LEFT},
    {"\033OD", KEY_LEFT},
    {"\033[H", KEY_HOME},
    {"\033OH", KEY_HOME},
    {"\033[1~", KEY_HOME},
    {"\033[7~", KEY_HOME},
    {"\033[F", KEY_END},
    {"\033OF", KEY_END},
    {"\033[4~", KEY_END},
    {"\033[8~", KEY_END},
    {"\033OM", KEY_ENTER},
    {"\033[Z", KEY_BTAB},
    {"\033OP", KEY_F(1)},
    {"\033OQ", KEY_F(2)},
    {"\033OR", KEY_F(3)},
    {"\033OS", KEY_F(4)},
    {"\033[11~", KEY_F(1)},
    {"\033[12~", KEY_F(2)},
    {"\033[13~", KEY_F(3)},
    {"\033[14~", KEY_F(4)},
    {"\033[200~", paste_begin},
    {"\033[201~", paste_end},
    {"\033[<", mouse_report},
    {"\033[M", mouse_bytes},
};

void keys_define(void) {
  for (size_t i = 0; i < sizeof sequences / sizeof *sequences; i++) {
    define_key(sequences[i].sequence, sequences[i].key);
  }
}

int keys_read(WINDOW *window) {
  int key = wgetch(window);
  if (key >= 0 && key <= 0xFF) return key;
  if (key >= KEY_F(1) && key <= KEY_F(63)) return CTKeyF0 + key - KEY_F0;
  switch (key) {
    case ERR: return CTKeyNone;
    case KEY_UP: return CTKeyUp;
    case KEY_DOWN: return CTKeyDown;
    case KEY_LEFT: return CTKeyLeft;
    case KEY_RIGHT: return CTKeyRight;
    case KEY_HOME: return CTKeyHome;
    case KEY_END: return CTKeyEnd;
    case KEY_PPAGE: return CTKeyPageUp;
    case KEY_NPAGE: return CTKeyPageDown;
    case KEY_ENTER: return CTKeyEnter;
    case KEY_BTAB: return CTKeyBackTab;
    case KEY_BACKSPACE: return CTKeyBackspace;
    case KEY_DC: return CTKeyDelete;
    case paste_begin: return CTKeyPasteBegin;
    case paste_end: return CTKeyPasteEnd;
    case mouse_report: return CTKeyMouse;
    case mouse_bytes: return CTKeyMouseBytes;
    default: return CTKeyOther;
  }
}
