#include "pairs.h"

#include <stdint.h>
#include <string.h>

#include "CTerminal.h"
#include "ncurses.h"

// A table of our own beside ncurses' one: its alloc_pair finds pairs as well, but once the numbers
// have run out it gives away those that the screen still uses, even after reset_color_pairs.
enum { slot_count = 1 << 17, most_pairs = slot_count / 2 };

static struct {
  int foreground, background;
  /// 0 in a free slot.
  int number;
} slots[slot_count];
static int last_number;
static bool is_exhausted;

int pairs_number(int foreground, int background) {
  if (foreground < 0 && background < 0) return 0;
  uint64_t key = (uint64_t)(uint32_t)foreground << 32 | (uint32_t)background;
  // Fibonacci hashing: the upper bits of the product depend on all bits of the key.
  uint32_t slot = (uint32_t)((key * 0x9E3779B97F4A7C15u) >> 47);
  while (slots[slot].number != 0) {
    if (slots[slot].foreground == foreground && slots[slot].background == background) {
      return slots[slot].number;
    }
    slot = (slot + 1) % slot_count;
  }
  int number = last_number + 1;
  if (number >= COLOR_PAIRS || number >= most_pairs ||
      init_extended_pair(number, foreground, background) == ERR) {
    is_exhausted = true;
    return 0;
  }
  last_number = number;
  slots[slot].foreground = foreground;
  slots[slot].background = background;
  slots[slot].number = number;
  return number;
}

bool ct_recycle_pairs(void) {
  if (!is_exhausted) return false;
  reset_color_pairs();
  pairs_clear();
  return true;
}

void pairs_clear(void) {
  memset(slots, 0, sizeof slots);
  last_number = 0;
  is_exhausted = false;
}
