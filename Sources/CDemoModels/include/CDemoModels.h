// The files of the demo models, as part of the program.
#ifndef CDEMOMODELS_H
#define CDEMOMODELS_H

#include <stddef.h>

typedef struct {
  const char *_Nonnull model;
  const char *_Nonnull name;
  const void *_Nonnull bytes;
  size_t size;
} demo_file;

/// The files of all models; they live as long as the program.
const demo_file *_Nonnull demo_files(size_t *_Nonnull count);

#endif
