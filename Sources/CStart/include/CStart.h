// What the Swift runtime would read from /proc, for places that have none: an empty root, some sandboxes.
#ifndef CSTART_H
#define CSTART_H

/// The arguments of the process, the program's name first; of `CommandLine`, which reads /proc/self/cmdline, they
/// would be none.
int start_argument_count(void);
const char *_Nonnull start_argument(int index);

#endif
