#include "CMachineLimits.h"

#include <string.h>

typedef float vec __attribute__((vector_size(64)));

#if defined(__x86_64__)
#define EACH_PROCESSOR __attribute__((target_clones("avx512f", "arch=haswell", "default")))
#else
#define EACH_PROCESSOR
#endif

enum { CHAINS = 12 };

EACH_PROCESSOR
double machine_multiply_add(size_t rounds) {
#pragma clang fp contract(fast)
  // As many chains of additions as hide the latency of each.
  vec sums[CHAINS];
  for (int i = 0; i < CHAINS; i++) sums[i] = (vec){} + (float)i;
  vec factor = (vec){} + 0.999f;
  vec term = (vec){} + 0.001f;
  __asm__ volatile("" : "+m"(factor), "+m"(term));
  for (size_t round = 0; round < rounds; round++) {
#pragma clang loop unroll(full)
    for (int i = 0; i < CHAINS; i++) sums[i] = sums[i] * factor + term;
  }
  __asm__ volatile("" : : "m"(sums));
  return 2.0 * CHAINS * (sizeof(vec) / sizeof(float)) * (double)rounds;
}

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
