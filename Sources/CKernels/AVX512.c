// x86-64 with AVX-512 (F, BW, DQ, VL): Skylake-X and Zen 4 on.
#if defined(__x86_64__)

#define LANES 16
#define ROWS 4
// 32 registers: 4 × 6 sums, 4 of weights, 1 of x.
#define TOKENS 6
#define HAS_FLOAT16 1
#define FUNCTIONS ck_avx512

#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,f16c"))), \
    apply_to = function)
#include "Kernels.h"
#pragma clang attribute pop

#endif
