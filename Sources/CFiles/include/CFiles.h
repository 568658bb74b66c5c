// What is done about files inside signal handlers: unfinished ones are removed, those that shrink are named.
#ifndef CFILES_H
#define CFILES_H

#include <stddef.h>

/// Takes note of an unfinished file. Where a signal would end the program (Control-C, a batch system, a lost connection),
/// and where the program ends by itself, the file is removed first.
///
/// Returns its place, for `cf_end`; −1 where there is none left, and the file would stay.
int cf_begin(const char *_Nonnull path);

/// The file is finished, or gone. Nothing happens for −1.
void cf_end(int place);

/// Removes all unfinished files. May be called while a signal is handled.
void cf_remove_unfinished(void);

/// From now on a file that is cut short while it is mapped ends the process with a line on standard error and the
/// status of a failure, not with SIGBUS. To be called before others handle signals, so that what they have to put in
/// order comes first. The line begins with `program`.
void cf_watch_mapped(const char *_Nonnull program);

/// Takes note of a mapped file; `what` is the rest of the line, without its end.
void cf_mapped(const void *_Nonnull start, size_t length, const char *_Nonnull what);

/// The mapping at `start` is about to go.
void cf_unmapped(const void *_Nonnull start);

#endif
