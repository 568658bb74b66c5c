// What every processor of the family runs: SSE2, or NEON on Arm.
#define LANES 4
#define ROWS 4
#if defined(__aarch64__)
// 32 registers: 4 × 5 sums, 4 of weights, 5 of x.
#define TOKENS 5
#else
// 16 registers: 4 × 3 sums, 1 of weights, 3 of x.
#define TOKENS 3
#endif
#define FUNCTIONS ck_baseline

#include "Kernels.h"
