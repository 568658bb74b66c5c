#if __has_include(<ft2build.h>)
#include <ft2build.h>
#include FT_FREETYPE_H
#else
#error "ft2build.h is missing: apt-get install libfreetype-dev pkg-config"
#endif
