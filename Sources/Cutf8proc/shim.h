#if __has_include(<utf8proc.h>)
#include <utf8proc.h>
#else
#error "utf8proc.h is missing: apt-get install libutf8proc-dev"
#endif
