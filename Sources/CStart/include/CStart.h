// What a program does first.
#ifndef CSTART_H
#define CSTART_H

/// The arguments of the process, the program's name first, also where there is no /proc, as in an empty root: `CommandLine`
/// reads them from there.
int start_argument_count(void);
const char *_Nonnull start_argument(int index);

/// Keeps memory that was freed for what comes next, up to 32 MB a piece.
///
/// A layer's buffers are as large as those that the last one freed. By default, glibc gives these back to the system in
/// between, which then has to clear it each time.
void start_reuse_memory(void);

#endif
