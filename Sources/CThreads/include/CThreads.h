// Threads that wait for loops to share.
//
// libdispatch would do too, but looks into /proc while it runs, and ends a program that has none.
#ifndef CTHREADS_H
#define CTHREADS_H

/// Calls `body` on `thread_count` threads at the same time, the calling one included, and returns when all calls have.
///
/// The threads stay for the next call. For a short while they wait for it without sleeping, since the loops of a model
/// follow each other closely. Where the threads are at work for someone else, or none can be had, fewer calls are made:
/// at least one.
void cth_share(int thread_count, void (*_Nonnull body)(void *_Nonnull context), void *_Nonnull context);

/// Calls `body` on a new thread; false if there can be none.
_Bool cth_start(void (*_Nonnull body)(void *_Nonnull context), void *_Nonnull context);

/// The number of cores this process may run on: on a cluster often fewer than there are.
int cth_usable_core_count(void);

#endif
