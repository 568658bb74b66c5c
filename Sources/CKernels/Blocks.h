// Rows of quantised weights to floats: blocks of 32 or 256 numbers that share scales. Part of a variant: included by
// Kernels.h.
//
// Each function decodes one block, named as llama.cpp names its type; the value of a code is what the formula of that
// type gives, in single precision. Format: ggml-common.h and ggml-quants.c of github.com/ggml-org/ggml.

#include "Grids.h"

typedef uint8_t bytes __attribute__((vector_size(LANES)));
typedef int8_t signed_bytes __attribute__((vector_size(LANES)));

INLINE bytes load_bytes(const uint8_t *p) {
  bytes v;
  memcpy(&v, p, sizeof v);
  return v;
}

INLINE vec widen(bytes v) { return __builtin_convertvector(v, vec); }

/// A little-endian float16.
static inline float half(const uint8_t *p) {
  uint16_t bits;
  memcpy(&bits, p, sizeof bits);
  uint32_t word = (uint32_t)(bits & 0x7fff) << 13;
  float size;
  memcpy(&size, &word, sizeof size);
  // As `widen_float16` does it.
  size *= 0x1p112f;
  memcpy(&word, &size, sizeof word);
  if ((bits & 0x7c00) == 0x7c00) word |= 0x7f800000;
  word |= (uint32_t)(bits & 0x8000) << 16;
  memcpy(&size, &word, sizeof size);
  return size;
}

static inline uint32_t word16(const uint8_t *p) { return p[0] | (uint32_t)p[1] << 8; }
static inline uint32_t word32(const uint8_t *p) { return word16(p) | word16(p + 2) << 16; }

// MARK: Blocks of 32

/// codes[i] of four bits, the first 16 in the low halves of the bytes: out = scale · (code + high bit · 16) + offset.
INLINE void spread_nibbles(
    const uint8_t *codes, const uint8_t *high, float scale, float offset, float *out) {
  _Alignas(16) uint8_t all_codes[32];
  for (int i = 0; i < 16; i++) {
    all_codes[i] = codes[i] & 15;
    all_codes[i + 16] = codes[i] >> 4;
  }
  if (high)
    for (int i = 0; i < 32; i++) all_codes[i] |= (high[i / 8] >> i % 8 & 1) << 4;
  for (int i = 0; i < 32; i += LANES)
    store(out + i, widen(load_bytes(all_codes + i)) * all(scale) + all(offset));
}

/// The codes are numbered values of a table.
INLINE void look_up_nibbles(const uint8_t *codes, const int8_t table[16], float scale, float *out) {
  for (int i = 0; i < 16; i++) {
    out[i] = scale * table[codes[i] & 15];
    out[i + 16] = scale * table[codes[i] >> 4];
  }
}

static inline void block_q4_0(const uint8_t *in, float *out) {
  float d = half(in);
  spread_nibbles(in + 2, NULL, d, -8 * d, out);
}

static inline void block_q4_1(const uint8_t *in, float *out) {
  spread_nibbles(in + 4, NULL, half(in), half(in + 2), out);
}

static inline void block_q5_0(const uint8_t *in, float *out) {
  float d = half(in);
  spread_nibbles(in + 6, in + 2, d, -16 * d, out);
}

static inline void block_q5_1(const uint8_t *in, float *out) {
  spread_nibbles(in + 8, in + 4, half(in), half(in + 2), out);
}

static inline void block_q8_0(const uint8_t *in, float *out) {
  float d = half(in);
  for (int i = 0; i < 32; i += LANES)
    store(out + i, __builtin_convertvector((signed_bytes)load_bytes(in + 2 + i), vec) * all(d));
}

static const int8_t iq4_values[16] = {
    -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};

static inline void block_iq4_nl(const uint8_t *in, float *out) {
  look_up_nibbles(in + 2, iq4_values, half(in), out);
}

/// Floats of four bits, with an exponent in common; the table has them doubled.
static inline void block_mxfp4(const uint8_t *in, float *out) {
  static const int8_t values[16] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};
  uint32_t word = in[0] < 2 ? (uint32_t)0x00200000 << in[0] : (uint32_t)(in[0] - 1) << 23;
  float d;
  memcpy(&d, &word, sizeof d);
  look_up_nibbles(in + 1, values, d, out);
}

// MARK: Blocks of 256, whose scales are quantised too

/// out = scale · code - offset, for `count` codes that lie `shift` bits high in their bytes, `mask` wide.
INLINE void spread(
    const uint8_t *codes, int shift, int mask, float scale, float offset, float *out, int count) {
  for (int i = 0; i < count; i += LANES) {
    bytes code = load_bytes(codes + i) >> (uint8_t)shift & (uint8_t)mask;
    store(out + i, widen(code) * all(scale) - all(offset));
  }
}

static inline void block_q2_k(const uint8_t *in, float *out) {
  const uint8_t *scales = in, *codes = in + 16;
  float d = half(in + 80), least = half(in + 82);
  for (int i = 0; i < 16; i++)
    spread(
        codes + i / 8 * 32 + i % 2 * 16, i % 8 / 2 * 2, 3, d * (scales[i] & 15),
        least * (scales[i] >> 4), out + 16 * i, 16);
}

static inline void block_q3_k(const uint8_t *in, float *out) {
  const uint8_t *high = in, *codes = in + 32, *scales = in + 96;
  float d = half(in + 108);
  for (int i = 0; i < 16; i++) {
    int low = i < 8 ? scales[i] & 15 : scales[i - 8] >> 4;
    float scale = d * ((low | (scales[8 + i % 4] >> i / 4 * 2 & 3) << 4) - 32);
    const uint8_t *code = codes + i / 8 * 32 + i % 2 * 16, *bit = high + i % 2 * 16;
    for (int k = 0; k < 16; k += LANES) {
      bytes two = load_bytes(code + k) >> (uint8_t)(i % 8 / 2 * 2) & 3;
      bytes third = load_bytes(bit + k) >> (uint8_t)(i / 2) & 1;
      store(out + 16 * i + k, (widen(two | third << 2) - all(4)) * all(scale));
    }
  }
}

/// The scale and the offset of part `i` of eight, six bits each.
INLINE void scale_and_offset(const uint8_t *packed, int i, int *scale, int *offset) {
  if (i < 4) {
    *scale = packed[i] & 63;
    *offset = packed[i + 4] & 63;
  } else {
    *scale = (packed[i + 4] & 15) | packed[i - 4] >> 6 << 4;
    *offset = packed[i + 4] >> 4 | packed[i] >> 6 << 4;
  }
}

static inline void block_q4_k(const uint8_t *in, float *out) {
  float d = half(in), least = half(in + 2);
  for (int i = 0; i < 8; i++) {
    int scale, offset;
    scale_and_offset(in + 4, i, &scale, &offset);
    spread(in + 16 + i / 2 * 32, i % 2 * 4, 15, d * scale, least * offset, out + 32 * i, 32);
  }
}

static inline void block_q5_k(const uint8_t *in, float *out) {
  const uint8_t *high = in + 16, *codes = in + 48;
  float d = half(in), least = half(in + 2);
  for (int i = 0; i < 8; i++) {
    int scale, offset;
    scale_and_offset(in + 4, i, &scale, &offset);
    for (int k = 0; k < 32; k += LANES) {
      bytes low = load_bytes(codes + i / 2 * 32 + k) >> (uint8_t)(i % 2 * 4) & 15;
      bytes fifth = load_bytes(high + k) >> (uint8_t)i & 1;
      store(out + 32 * i + k, widen(low | fifth << 4) * all(d * scale) - all(least * offset));
    }
  }
}

static inline void block_q6_k(const uint8_t *in, float *out) {
  const uint8_t *low = in, *high = in + 128;
  float d = half(in + 208);
  for (int i = 0; i < 16; i++) {
    // Two halves of 128; in each, four runs of 32 share bytes.
    int run = i % 8 / 2, start = i % 2 * 16;
    float scale = d * (int8_t)in[192 + i];
    for (int k = 0; k < 16; k += LANES) {
      bytes four =
          load_bytes(low + i / 8 * 64 + run % 2 * 32 + start + k) >> (uint8_t)(run / 2 * 4) & 15;
      bytes two = load_bytes(high + i / 8 * 32 + start + k) >> (uint8_t)(run * 2) & 3;
      store(out + 16 * i + k, (widen(four | two << 4) - all(32)) * all(scale));
    }
  }
}

static inline void block_iq4_xs(const uint8_t *in, float *out) {
  float d = half(in);
  uint32_t high = word16(in + 2);
  for (int i = 0; i < 8; i++) {
    int scale = (in[4 + i / 2] >> i % 2 * 4 & 15) | (high >> 2 * i & 3) << 4;
    look_up_nibbles(in + 8 + 16 * i, iq4_values, d * (scale - 32), out + 32 * i);
  }
}

// MARK: Blocks of 256 points of a grid

/// Seven signs, and an eighth that makes their number even.
static inline uint32_t even_signs(uint32_t seven) {
  return seven | (uint32_t)(__builtin_popcount(seven) & 1) << 7;
}

/// Eight numbers, given by a point with coordinates of 2 bits.
INLINE void point_iq2(uint32_t point, uint32_t signs, float scale, float *out) {
  static const float values[4] = {8, 25, 43, 0};
  for (int k = 0; k < 8; k++) {
    float value = scale * values[point >> 2 * k & 3];
    out[k] = signs >> k & 1 ? -value : value;
  }
}

/// Four numbers, given by a point with coordinates of 3 bits.
INLINE void point_iq3(
    uint32_t point, const float values[8], uint32_t signs, float scale, float *out) {
  for (int k = 0; k < 4; k++) {
    float value = scale * values[point >> 3 * k & 7];
    out[k] = signs >> k & 1 ? -value : value;
  }
}

static inline void block_iq2_xxs(const uint8_t *in, float *out) {
  float d = half(in);
  for (int i = 0; i < 8; i++) {
    const uint8_t *part = in + 2 + 8 * i;
    uint32_t rest = word32(part + 4);
    float scale = d * (0.5f + (rest >> 28)) * 0.25f;
    for (int k = 0; k < 4; k++)
      point_iq2(
          ck_grid_iq2_xxs[part[k]], even_signs(rest >> 7 * k & 127), scale, out + 32 * i + 8 * k);
  }
}

static inline void block_iq2_xs(const uint8_t *in, float *out) {
  float d = half(in);
  for (int i = 0; i < 32; i++) {
    uint32_t code = word16(in + 2 + 2 * i);
    float scale = d * (0.5f + (in[66 + i / 4] >> i % 4 / 2 * 4 & 15)) * 0.25f;
    point_iq2(ck_grid_iq2_xs[code & 511], even_signs(code >> 9), scale, out + 8 * i);
  }
}

static inline void block_iq2_s(const uint8_t *in, float *out) {
  float d = half(in);
  for (int i = 0; i < 32; i++) {
    uint32_t code = in[2 + i] | (in[66 + i / 4] >> i % 4 * 2 & 3) << 8;
    float scale = d * (0.5f + (in[74 + i / 4] >> i % 4 / 2 * 4 & 15)) * 0.25f;
    point_iq2(ck_grid_iq2_s[code], in[34 + i], scale, out + 8 * i);
  }
}

static inline void block_iq3_xxs(const uint8_t *in, float *out) {
  static const float values[8] = {4, 12, 20, 28, 36, 44, 52, 62};
  float d = half(in);
  for (int i = 0; i < 64; i++) {
    uint32_t rest = word32(in + 66 + i / 8 * 4);
    float scale = d * (0.5f + (rest >> 28)) * 0.5f;
    uint32_t signs = even_signs(rest >> i % 8 / 2 * 7 & 127) >> i % 2 * 4;
    point_iq3(ck_grid_iq3_xxs[in[2 + i]], values, signs, scale, out + 4 * i);
  }
}

static inline void block_iq3_s(const uint8_t *in, float *out) {
  static const float values[8] = {1, 3, 5, 7, 9, 11, 13, 15};
  float d = half(in);
  for (int i = 0; i < 64; i++) {
    uint32_t code = in[2 + i] | (in[66 + i / 8] >> i % 8 & 1) << 8;
    float scale = d * (1 + 2 * (in[106 + i / 16] >> i % 16 / 8 * 4 & 15));
    point_iq3(ck_grid_iq3_s[code], values, in[74 + i / 2] >> i % 2 * 4, scale, out + 4 * i);
  }
}

/// Eight numbers near −1, 0 and 1.
INLINE void point_iq1(uint32_t point, float shift, float scale, float *out) {
  for (int k = 0; k < 8; k++) out[k] = scale * ((float)(point >> 2 * k & 3) - 1 + shift);
}

static inline void block_iq1_s(const uint8_t *in, float *out) {
  float d = half(in);
  for (int i = 0; i < 32; i++) {
    uint32_t rest = word16(in + 34 + i / 4 * 2);
    uint32_t code = in[2 + i] | (rest >> i % 4 * 3 & 7) << 8;
    float shift = rest & 0x8000 ? -0.125f : 0.125f;
    point_iq1(ck_grid_iq1[code], shift, d * (2 * (rest >> 12 & 7) + 1), out + 8 * i);
  }
}

/// Its own scale lies in the highest four bits of those of its parts.
static inline void block_iq1_m(const uint8_t *in, float *out) {
  const uint8_t *scales = in + 48;
  uint8_t whole[2] = {
      (uint8_t)(scales[1] >> 4 | (scales[3] & 0xf0)),
      (uint8_t)(scales[5] >> 4 | (scales[7] & 0xf0))};
  float d = half(whole);
  for (int i = 0; i < 32; i++) {
    uint32_t rest = in[32 + i / 2] >> i % 2 * 4;
    uint32_t code = in[i] | (rest & 7) << 8;
    float shift = rest & 8 ? -0.125f : 0.125f;
    uint32_t scale = word16(scales + i / 8 * 2) >> i % 8 / 2 * 3 & 7;
    point_iq1(ck_grid_iq1[code], shift, d * (2 * scale + 1), out + 8 * i);
  }
}

// MARK: Blocks of 256 numbers that are −1, 0 or 1

/// The digit number `place`, counted from the highest, of a fraction in base 3.
static inline float ternary_digit(uint8_t fraction, int place) {
  static const uint8_t powers[5] = {1, 3, 9, 27, 81};
  uint8_t rest = (uint8_t)(fraction * powers[place]);
  return (float)(rest * 3 >> 8) - 1;
}

static inline void block_tq1_0(const uint8_t *in, float *out) {
  float d = half(in + 52);
  for (int i = 0; i < 160; i++) out[i] = d * ternary_digit(in[i % 32], i / 32);
  for (int i = 0; i < 80; i++) out[160 + i] = d * ternary_digit(in[32 + i % 16], i / 16);
  for (int i = 0; i < 16; i++) out[240 + i] = d * ternary_digit(in[48 + i % 4], i / 4);
}

static inline void block_tq2_0(const uint8_t *in, float *out) {
  float d = half(in + 64);
  for (int i = 0; i < 8; i++)
    spread(in + i / 4 * 32, i % 4 * 2, 3, d, d, out + 32 * i, 32);
}
