#define PCRE2_CODE_UNIT_WIDTH 8
#if __has_include(<pcre2.h>)
#include <pcre2.h>
#else
#error "pcre2.h is missing: apt-get install libpcre2-dev"
#endif
