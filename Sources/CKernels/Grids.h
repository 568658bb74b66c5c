// The points among which the IQ types of GGUF choose: each number is one point, packed.
#ifndef CKERNELS_GRIDS_H
#define CKERNELS_GRIDS_H

#include <stdint.h>

/// Eight coordinates of 2 bits, the first lowest: 0, 1, 2 stand for 8, 25, 43.
extern const uint16_t ck_grid_iq2_xxs[256];
extern const uint16_t ck_grid_iq2_xs[512];
extern const uint16_t ck_grid_iq2_s[1024];
/// Four coordinates of 3 bits: 0 … 7 stand for 4, 12, 20, 28, 36, 44, 52, 62.
extern const uint16_t ck_grid_iq3_xxs[256];
/// Four coordinates of 3 bits: 0 … 7 stand for 1, 3, … 15.
extern const uint16_t ck_grid_iq3_s[512];
/// Eight coordinates of 2 bits: 0, 1, 2 stand for −1, 0, 1.
extern const uint16_t ck_grid_iq1[2048];

#endif
