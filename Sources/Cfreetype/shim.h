#if __has_include(<ft2build.h>)
#include <ft2build.h>
#include FT_FREETYPE_H
#include FT_OUTLINE_H
#else
#error "ft2build.h is missing: apt-get install libfreetype-dev pkg-config"
#endif

// The types of an outline's members are not the same in all versions.
static inline void fx_set_outline(
    FT_Outline *outline, FT_Vector *points, char *tags, short *ends, int point_count, int contour_count) {
  outline->points = points;
  outline->tags = (void *)tags;
  outline->contours = (void *)ends;
  outline->n_points = point_count;
  outline->n_contours = contour_count;
  outline->flags = 0;
}
