// x86-64 with AVX2, FMA and F16C: from Haswell (2013) and Excavator (2015) on.
#if defined(__x86_64__)

#define LANES 8
#define ROWS 4
// 16 registers: 4 × 3 sums, 1 of weights, 3 of x.
#define TOKENS 3
#define HAS_FLOAT16 1
#define FUNCTIONS ck_avx2

#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#include "Kernels.h"
#pragma clang attribute pop

#endif
