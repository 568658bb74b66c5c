// Rows of codes whose scales lie in tensors of their own, to floats. Part of a variant: included by Kernels.h.
//
// Every format is the same formula, (code - zero) · scale; what differs is where each of the three lies.

/// Columns that are decoded together.
#define CODE_TILE ((size_t)256)

/// Floats of 8 bits, 4 of them the exponent; without infinities (Micikevicius et al., 2022, arXiv:2209.05433).
INLINE vec widen_e4m3(bytes codes) {
  uvec bits = __builtin_convertvector(codes, uvec);
  // The float whose exponent is too small by 120.
  vec size = (vec)((bits & 0x7f) << 20) * all(0x1p120f);
  uvec none = (uvec)((bits & 0x7f) == 0x7f) & 0x7fc00000;
  return (vec)((uvec)size | none | (bits & 0x80) << 24);
}

/// The same with 5 bits of exponent: the upper half of a float16.
INLINE vec widen_e5m2(bytes codes) {
  hvec halves = __builtin_convertvector(codes, hvec) << 8;
  return widen_float16(&halves);
}

INLINE vec widen_int8(bytes codes) {
  return __builtin_convertvector((signed_bytes)codes, vec);
}

/// Replaces `count` bytes by what `widen` makes of them.
#define WIDEN(widen)                                                            \
  do {                                                                          \
    size_t i = 0;                                                               \
    for (; i + LANES <= count; i += LANES) store(out + i, widen(load_bytes(in + i))); \
    if (i < count) {                                                            \
      uint8_t rest[LANES] = {};                                                 \
      memcpy(rest, in + i, count - i);                                          \
      store_part(out + i, widen(load_bytes(rest)), count - i);                  \
    }                                                                           \
  } while (0)

static void widen_bytes(const uint8_t *in, ck_code code, float *out, size_t count) {
  switch (code) {
    case CK_CODE_E4M3: WIDEN(widen_e4m3); return;
    case CK_CODE_E5M2: WIDEN(widen_e5m2); return;
    default: WIDEN(widen_int8); return;
  }
}

#undef WIDEN

static inline uint32_t load_word(const uint8_t *p) {
  uint32_t word;
  memcpy(&word, p, sizeof word);
  return word;
}

/// Codes that lie side by side in words, which have 32 / bits of them.
static void unpack_words(
    const uint8_t *line, uint32_t bits, bool is_awq, size_t column, float *out, size_t count) {
  static const uint8_t plain[8] = {0, 4, 8, 12, 16, 20, 24, 28};
  static const uint8_t awq[8] = {0, 16, 4, 20, 8, 24, 12, 28};
  if (bits != 4) {
    const size_t per_word = 32 / bits;
    const uint32_t mask = (1u << bits) - 1;
    for (size_t i = 0; i < count; i++) {
      size_t k = column + i;
      out[i] = (float)(load_word(line + k / per_word * 4) >> k % per_word * bits & mask);
    }
    return;
  }
  const uint8_t *shifts = is_awq ? awq : plain;
  for (size_t end = column + count; column < end;) {
    const uint32_t word = load_word(line + column / 8 * 4);
    const size_t first = column % 8;
    if (first == 0 && end - column >= 8) {
      for (int k = 0; k < 8; k++) out[k] = (float)(word >> shifts[k] & 15);
      out += 8;
      column += 8;
    } else {
      *out++ = (float)(word >> shifts[first] & 15);
      column++;
    }
  }
}

/// Codes of one line out of words that hold a stream of bits down each column.
static void unpack_streams(
    const uint8_t *words, size_t line_bytes, uint32_t bits, size_t line, size_t column, float *out,
    size_t count) {
  const uint32_t shift = (uint32_t)(line * bits % 32), mask = (1u << bits) - 1;
  const uint8_t *first = words + line * bits / 32 * line_bytes + column * 4;
  if (shift + bits <= 32) {
    for (size_t i = 0; i < count; i++) out[i] = (float)(load_word(first + 4 * i) >> shift & mask);
    return;
  }
  const uint8_t *second = first + line_bytes;
  for (size_t i = 0; i < count; i++) {
    uint32_t low = load_word(first + 4 * i) >> shift, high = load_word(second + 4 * i);
    out[i] = (float)((low | high << (32 - shift)) & mask);
  }
}

/// A code out of a stream of bits along a line.
static inline uint32_t stream_code(const uint8_t *line, uint32_t bits, size_t place) {
  const size_t start = place * bits;
  const uint32_t shift = start % 32;
  uint64_t word = load_word(line + start / 32 * 4);
  if (shift + bits > 32) word |= (uint64_t)load_word(line + start / 32 * 4 + 4) << 32;
  return (uint32_t)(word >> shift) & ((1u << bits) - 1);
}

static void decode_codes(
    const ck_codes *m, size_t line, size_t column, float *out, size_t count) {
  const uint8_t *codes = m->codes;
  switch (m->code) {
    case CK_CODE_E4M3:
    case CK_CODE_E5M2:
    case CK_CODE_INT8:
      widen_bytes(codes + line * m->line_bytes + column, m->code, out, count);
      return;
    case CK_CODE_WORDS:
    case CK_CODE_WORDS_AWQ:
      unpack_words(
          codes + line * m->line_bytes, m->bits, m->code == CK_CODE_WORDS_AWQ, column, out, count);
      return;
    case CK_CODE_STREAMS:
      unpack_streams(codes, m->line_bytes, m->bits, line, column, out, count);
      return;
    case CK_CODE_HIGH_NIBBLES:
    case CK_CODE_LOW_NIBBLES:
      for (size_t i = 0; i < count; i++) {
        size_t k = column + i;
        bool is_high = (k % 2 == 0) == (m->code == CK_CODE_HIGH_NIBBLES);
        uint8_t pair = codes[line * m->line_bytes + k / 2];
        out[i] = m->values[is_high ? pair >> 4 : pair & 15];
      }
      return;
  }
}

/// `count` scales that follow each other.
static void load_scales(const ck_codes *m, size_t first, float *out, size_t count) {
  const uint8_t *in = m->scales;
  switch (m->scale) {
    case CK_SCALE_FLOAT32: to_float32(in + 4 * first, CK_FLOAT32, out, count); return;
    case CK_SCALE_FLOAT16: to_float32(in + 2 * first, CK_FLOAT16, out, count); return;
    case CK_SCALE_BFLOAT16: to_float32(in + 2 * first, CK_BFLOAT16, out, count); return;
    case CK_SCALE_E4M3: widen_bytes(in + first, CK_CODE_E4M3, out, count); return;
    case CK_SCALE_E8M0:
      for (size_t i = 0; i < count; i++) {
        uint32_t exponent = in[first + i];
        uint32_t word = exponent == 255 ? 0x7fc00000 : exponent ? exponent << 23 : 0x00400000;
        memcpy(out + i, &word, sizeof word);
      }
      return;
    case CK_SCALE_NESTED:
      for (size_t i = 0; i < count; i++)
        out[i] = m->nested_values[in[first + i]] * m->nested_scales[(first + i) / m->nested_block] +
                 m->nested_offset;
      return;
  }
}

/// The scales of a part of a line.
static void fill_scales(
    const ck_codes *m, size_t group_line, size_t column, float *out, size_t count) {
  const size_t first = group_line * m->scales_per_line;
  if (m->column_groups) {
    for (size_t i = 0; i < count; i++)
      load_scales(m, first + (size_t)m->column_groups[column + i], out + i, 1);
  } else if (m->columns_per_scale == 1) {
    load_scales(m, first + column, out, count);
  } else {
    for (size_t i = 0; i < count;) {
      const size_t group = (column + i) / m->columns_per_scale;
      const size_t left = m->columns_per_scale - (column + i) % m->columns_per_scale;
      const size_t part = left < count - i ? left : count - i;
      float scale;
      load_scales(m, first + group, &scale, 1);
      for (size_t k = 0; k < part; k++) out[i + k] = scale;
      i += part;
    }
  }
}

/// Takes the zeros of a part of a line off its codes.
static void subtract_zeros(
    const ck_codes *m, size_t line, size_t group_line, size_t column, float *out, size_t count) {
  const uint8_t *zeros = m->zeros;
  const uint32_t mask = (1u << m->bits) - 1;
  float part[CODE_TILE];
  switch (m->zero) {
    case CK_ZERO_NONE: return;
    case CK_ZERO_CONSTANT:
      for (size_t i = 0; i < count; i++) out[i] -= m->constant_zero;
      return;
    case CK_ZERO_WORDS_AWQ:
      unpack_words(zeros + group_line * m->zero_bytes, m->bits, true, column, part, count);
      for (size_t i = 0; i < count; i++) out[i] -= part[i];
      return;
    case CK_ZERO_STREAM:
    case CK_ZERO_STREAM_LESS_ONE:
      for (size_t i = 0; i < count; i++) {
        uint32_t code = stream_code(zeros + group_line * m->zero_bytes, m->bits, column + i);
        out[i] -= (float)(m->zero == CK_ZERO_STREAM ? code : (code + 1) & mask);
      }
      return;
    case CK_ZERO_INT8:
    case CK_ZERO_WORDS_DOWN:
      for (size_t i = 0; i < count; i++) {
        size_t group = m->column_groups ? (size_t)m->column_groups[column + i]
                                        : (column + i) / m->columns_per_scale;
        if (m->zero == CK_ZERO_INT8) {
          out[i] -= m->constant_zero + (float)(int8_t)zeros[group_line * m->scales_per_line + group];
        } else {
          const size_t per_word = 32 / m->bits;
          uint32_t word = load_word(zeros + line / per_word * m->zero_bytes + group * 4);
          out[i] -= (float)(word >> line % per_word * m->bits & mask);
        }
      }
      return;
  }
}

/// Decodes a part of a line.
static void coded_to_float32(
    const ck_codes *m, size_t line, size_t column, float *out, size_t count) {
  line += m->first_line;
  column += m->first_column;
  if (m->is_flat) {
    column += line * m->column_count;
    line = 0;
  }
  const size_t group_line =
      m->line_groups ? (size_t)m->line_groups[line] : line / m->lines_per_scale;
  for (size_t i = 0; i < count; i += CODE_TILE) {
    const size_t part = count - i < CODE_TILE ? count - i : CODE_TILE;
    float scales[CODE_TILE];
    decode_codes(m, line, column + i, out + i, part);
    subtract_zeros(m, line, group_line, column + i, out + i, part);
    fill_scales(m, group_line, column + i, scales, part);
    for (size_t k = 0; k < part; k++) out[i + k] *= scales[k] * m->factor;
  }
}
