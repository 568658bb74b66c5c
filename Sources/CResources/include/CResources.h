// The files that exported pictures and pages are made with, as part of the program.
#ifndef CRESOURCES_H
#define CRESOURCES_H

#include <stddef.h>

typedef struct {
  const void *_Nonnull bytes;
  size_t size;
} resource;

/// They live as long as the program.
extern const resource resource_font_regular;
extern const resource resource_font_bold;
extern const resource resource_font_sans;
extern const resource resource_font_sans_bold;
extern const resource resource_page_style;
extern const resource resource_page_script;

#endif
