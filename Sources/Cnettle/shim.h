#if __has_include(<nettle/sha2.h>)
#include <nettle/sha1.h>
#include <nettle/sha2.h>
#include <nettle/version.h>
#else
#error "nettle/sha2.h is missing: apt-get install nettle-dev"
#endif

// Nettle 4 dropped the length from these two.
static inline void cnettle_sha1_digest(struct sha1_ctx *context, uint8_t *digest) {
#if NETTLE_VERSION_MAJOR >= 4
  sha1_digest(context, digest);
#else
  sha1_digest(context, SHA1_DIGEST_SIZE, digest);
#endif
}

static inline void cnettle_sha256_digest(struct sha256_ctx *context, uint8_t *digest) {
#if NETTLE_VERSION_MAJOR >= 4
  sha256_digest(context, digest);
#else
  sha256_digest(context, SHA256_DIGEST_SIZE, digest);
#endif
}
