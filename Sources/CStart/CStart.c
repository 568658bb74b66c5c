#include "CStart.h"

#include <stdlib.h>
#include <unistd.h>

static int count;
static char **arguments;

// Before the Swift runtime starts; glibc gives constructors what it gives `main`.
__attribute__((constructor(101))) static void begin(int argc, char **argv) {
  count = argc;
  arguments = argv;
  // The runtime asks where it lies, to find what prints the backtraces of crashes, and gives up without an answer.
  if (access("/proc/self/exe", F_OK) != 0) setenv("SWIFT_ROOT", "/", 0);
}

int start_argument_count(void) { return count; }

const char *start_argument(int index) { return arguments[index]; }
