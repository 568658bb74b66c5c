#include "CStart.h"

#include <stdlib.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

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

void start_reuse_memory(void) {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 256 << 20);
#endif
}
