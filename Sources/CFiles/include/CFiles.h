// Files that are removed where a signal ends the program before they are finished.
#ifndef CFILES_H
#define CFILES_H

/// Takes note of an unfinished file. Where a signal would end the program (Control-C, a batch system, a lost connection),
/// and where the program ends by itself, the file is removed first.
///
/// Returns its place, for `cf_end`; −1 where there is none left, and the file would stay.
int cf_begin(const char *_Nonnull path);

/// The file is finished, or gone. Nothing happens for −1.
void cf_end(int place);

/// Removes all unfinished files. May be called while a signal is handled.
void cf_remove_unfinished(void);

#endif
