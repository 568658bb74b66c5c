#if __has_include(<png.h>)
#include <png.h>
#else
#error "png.h is missing: apt-get install libpng-dev"
#endif
