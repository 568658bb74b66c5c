// y = x·Wᵀ + b for many tokens, or weights that lie the other way round. Part of a variant: included by Kernels.h.
//
// A block of W is copied to panels, in which the weights that meet the same number of x lie side by side; a panel stays
// in the first-level cache while all tokens pass, CK_PACKED_GROUP of them at a time, whose sums stay in registers. Copying
// costs the same however many tokens there are. The method is that of Goto and van de Geijn, "Anatomy of
// High-Performance Matrix Multiplication", ACM Transactions on Mathematical Software 34 (3), 2008.

/// Vectors of outputs that a panel is wide: 6 × 2 sums hide the latency of the additions, and fit into 16 registers.
#define VECTORS 2
#define PANEL ((size_t)(VECTORS * LANES))
/// Outputs whose weights are copied together: enough that, where W lies by columns, whole lines of the cache are used.
#define STRIP ((size_t)64)
#define BLOCK ((size_t)CK_PACKED_BLOCK)
/// Tokens that pass before the next panel's turn: a block of theirs stays in the second-level cache meanwhile.
#define ROUND ((size_t)(20 * CK_PACKED_GROUP))
#define GROUP CK_PACKED_GROUP
/// Inputs between two looks at what is to be fetched.
#define INPUT_PIECE ((size_t)16)

/// Multiplies `tokens` packed rows of x with a panel.
/// - start: what the sums begin with, PANEL numbers; null to add to what is in y.
/// - outputs: how many columns of y there are.
/// - next: What is fetched meanwhile.
INLINE void multiply_panel(
    const float *panel, const float *x, size_t count, const float *start, float *y,
    size_t y_stride, size_t outputs, fetch *next, const int tokens) {
  vec sums[GROUP][VECTORS] = {};
  // y is far away: it comes while the sums are made.
  _Pragma("unroll") for (int t = 0; t < tokens; t++) __builtin_prefetch(y + t * y_stride, 1, 3);
  for (size_t k = 0; k < count;) {
    fetch_piece(next);
    for (size_t end = count - k > INPUT_PIECE ? k + INPUT_PIECE : count; k < end; k++) {
      vec w[VECTORS];
      _Pragma("unroll") for (int v = 0; v < VECTORS; v++) w[v] = load(panel + k * PANEL + v * LANES);
      _Pragma("unroll") for (int t = 0; t < tokens; t++) {
        vec xv = all(x[k * tokens + t]);
        _Pragma("unroll") for (int v = 0; v < VECTORS; v++) sums[t][v] += xv * w[v];
      }
    }
  }
  _Pragma("unroll") for (int t = 0; t < tokens; t++) {
    float *out = y + t * y_stride;
    _Pragma("unroll") for (int v = 0; v < VECTORS; v++) {
      if (outputs <= (size_t)v * LANES) break;
      size_t rest = outputs - v * LANES;
      float *to = out + v * LANES;
      if (rest >= LANES) {
        store(to, (start ? load(start + v * LANES) : load(to)) + sums[t][v]);
      } else {
        vec old = start ? load(start + v * LANES) : load_part(to, rest, 0);
        store_part(to, old + sums[t][v], rest);
      }
    }
  }
}

/// Copies the weights of up to STRIP outputs for `count` inputs to panels, BLOCK × PANEL numbers apart, from rows of W.
static void pack_rows(
    ck_matrix weights, size_t output, size_t outputs, size_t input, size_t count, float *strip) {
  float tile[4][BLOCK];
  for (size_t r = 0; r < (outputs + PANEL - 1) / PANEL * PANEL; r += 4) {
    const char *rows[4];
    for (size_t i = 0; i < 4; i++) {
      rows[i] = (const char *)tile[i];
      if (r + i >= outputs) {
        memset(tile[i], 0, sizeof tile[i]);
        continue;
      }
      if (weights.element == CK_FLOAT32)
        rows[i] = address(weights, output + r + i, input);
      else
        row_to_float32(weights, output + r + i, input, tile[i], count);
    }
    float *out = strip + r / PANEL * PANEL * BLOCK + r % PANEL;
    size_t k = 0;
    for (; k + 4 <= count; k += 4) {
      vec4 a, b, c, d;
      memcpy(&a, rows[0] + 4 * k, sizeof a);
      memcpy(&b, rows[1] + 4 * k, sizeof b);
      memcpy(&c, rows[2] + 4 * k, sizeof c);
      memcpy(&d, rows[3] + 4 * k, sizeof d);
      vec4 ab = __builtin_shufflevector(a, b, 0, 4, 1, 5), cd = __builtin_shufflevector(c, d, 0, 4, 1, 5);
      vec4 first = __builtin_shufflevector(ab, cd, 0, 1, 4, 5);
      vec4 second = __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
      ab = __builtin_shufflevector(a, b, 2, 6, 3, 7), cd = __builtin_shufflevector(c, d, 2, 6, 3, 7);
      vec4 third = __builtin_shufflevector(ab, cd, 0, 1, 4, 5);
      vec4 fourth = __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
      memcpy(out + k * PANEL, &first, sizeof first);
      memcpy(out + (k + 1) * PANEL, &second, sizeof second);
      memcpy(out + (k + 2) * PANEL, &third, sizeof third);
      memcpy(out + (k + 3) * PANEL, &fourth, sizeof fourth);
    }
    for (; k < count; k++)
      for (size_t i = 0; i < 4; i++) memcpy(out + k * PANEL + i, rows[i] + 4 * k, sizeof(float));
  }
}

/// The same from columns of W.
static void pack_columns(
    ck_matrix weights, size_t output, size_t outputs, size_t input, size_t count, float *strip) {
  float line[STRIP] = {};
  for (size_t k = 0; k < count; k++) {
    const char *from = address(weights, input + k, output);
    if (outputs < STRIP || weights.element != CK_FLOAT32) {
      row_to_float32(weights, input + k, output, line, outputs);
      from = (const char *)line;
    }
    for (size_t o = 0; o < STRIP; o += PANEL)
      memcpy(strip + o * BLOCK + k * PANEL, from + o * sizeof(float), PANEL * sizeof(float));
  }
}

/// Multiplies all tokens with a strip, and fetches the next one meanwhile.
static void multiply_strip(
    const float *strip, const float *x, size_t count, const float *start, float *y,
    size_t y_stride, size_t outputs, size_t token_count, fetch *next) {
  size_t panels = (outputs + PANEL - 1) / PANEL, groups = (token_count + GROUP - 1) / GROUP;
  next->piece_count = panels * groups * ((count + INPUT_PIECE - 1) / INPUT_PIECE);
  for (size_t round = 0; round < token_count; round += ROUND) {
    size_t end = token_count - round < ROUND ? token_count : round + ROUND;
    for (size_t o = 0; o < outputs; o += PANEL) {
      const float *panel = strip + o * BLOCK;
      const float *first = start ? start + o : NULL;
      for (size_t t = round; t < end; t += GROUP) {
        const float *rows = x + t * count;
        float *to = y + t * y_stride + o;
        switch (end - t < GROUP ? end - t : GROUP) {
          _Static_assert(GROUP == 6, "a case for each number of tokens");
#define CASE(n)                                                                    \
  case n:                                                                          \
    multiply_panel(panel, rows, count, first, to, y_stride, outputs - o, next, n); \
    break;
          CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6)
#undef CASE
        }
      }
    }
  }
}

static void linear_packed(
    ck_matrix weights, bool by_columns, const float *bias, const float *x, float *y,
    size_t y_stride, size_t token_count) {
  const size_t output_count = by_columns ? weights.column_count : weights.row_count;
  const size_t input_count = by_columns ? weights.row_count : weights.column_count;
  _Alignas(64) float strip[STRIP * BLOCK];
  for (size_t output = 0; output < output_count; output += STRIP) {
    size_t outputs = output_count - output < STRIP ? output_count - output : STRIP;
    float start[STRIP] = {};
    if (bias) memcpy(start, bias + output, outputs * sizeof(float));
    for (size_t input = 0; input < input_count; input += BLOCK) {
      size_t count = input_count - input < BLOCK ? input_count - input : BLOCK;
      (by_columns ? pack_columns : pack_rows)(weights, output, outputs, input, count, strip);
      // Behind the last strip too: these outputs are often those of the next call.
      size_t rest = input_count - input - count;
      size_t next_output = rest > 0 ? output : output + STRIP;
      size_t next_input = rest > 0 ? input + count : 0;
      size_t next_count = rest > 0 ? rest : input_count;
      fetch next = fetch_block(
          weights, by_columns, next_output, outputs, next_input,
          next_count < BLOCK ? next_count : BLOCK);
      multiply_strip(
          strip, x + input * token_count, count, input == 0 ? start : NULL, y + output, y_stride,
          outputs, token_count, &next);
    }
    if (input_count == 0)
      for (size_t t = 0; t < token_count; t++)
        memcpy(y + t * y_stride + output, start, outputs * sizeof(float));
  }
}
