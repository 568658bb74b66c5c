#include "CMachineLimits.h"

#include <string.h>

/// As many chains of additions as hide the latency of each, and no more than there are registers.
#define MULTIPLY_ADD(lanes)                                                       \
  typedef float vec __attribute__((vector_size(4 * lanes)));                      \
  enum { CHAINS = 12 };                                                           \
  vec sums[CHAINS];                                                               \
  for (int i = 0; i < CHAINS; i++) sums[i] = (vec){} + (float)i;                  \
  vec factor = (vec){} + 0.999f, term = (vec){} + 0.001f;                         \
  __asm__ volatile("" : "+m"(factor), "+m"(term));                                \
  for (size_t round = 0; round < rounds; round++)                                 \
    _Pragma("unroll") for (int i = 0; i < CHAINS; i++) sums[i] = sums[i] * factor + term; \
  __asm__ volatile("" : : "m"(sums));                                             \
  return 2.0 * CHAINS * lanes * (double)rounds;

#if defined(__x86_64__)
__attribute__((target("avx512f"))) static double multiply_add_512(size_t rounds) { MULTIPLY_ADD(16) }

__attribute__((target("avx2,fma"))) static double multiply_add_256(size_t rounds) { MULTIPLY_ADD(8) }

static double multiply_add_128(size_t rounds) { MULTIPLY_ADD(4) }

double machine_multiply_add(size_t rounds) {
  if (__builtin_cpu_supports("avx512f")) return multiply_add_512(rounds);
  if (__builtin_cpu_supports("fma")) return multiply_add_256(rounds);
  return multiply_add_128(rounds);
}
#else
double machine_multiply_add(size_t rounds) {
  MULTIPLY_ADD(4)
}
#endif

typedef float vec __attribute__((vector_size(64)));

#if defined(__x86_64__)
#define EACH_PROCESSOR __attribute__((target_clones("avx512f", "arch=haswell", "default")))
#else
#define EACH_PROCESSOR
#endif

EACH_PROCESSOR
float machine_read(const float *memory, size_t count) {
  vec sums[8] = {};
  for (size_t start = 0; start < count; start += 8 * sizeof(vec) / sizeof(float)) {
    for (int i = 0; i < 8; i++) {
      vec next;
      memcpy(&next, memory + start + (size_t)i * sizeof(vec) / sizeof(float), sizeof next);
      sums[i] += next;
    }
  }
  vec sum = ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
  float total = 0;
  for (size_t i = 0; i < sizeof(vec) / sizeof(float); i++) total += sum[i];
  return total;
}
