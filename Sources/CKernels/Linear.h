// y = x·Wᵀ + b. Part of a variant: included by Kernels.h.
//
// ROWS rows of W meet TOKENS rows of x at a time, and their products add up in registers. W is read where it
// lies, once per 128 tokens; with few tokens nothing is faster than memory anyway, so that nothing is packed. While the
// tokens pass, the rows that are next are fetched, evenly: by itself, the processor would begin with each row anew, and
// asked for all of them at once, it would wait.

/// Columns taken at a time: ROWS rows of W that long stay in the first-level cache while all tokens pass.
#define COLUMN_BLOCK ((size_t)1024)
/// Tokens taken at a time: their column block stays in the second-level cache while all rows of W pass.
#define TOKEN_BLOCK ((size_t)128)
/// Columns between two looks at what is to be fetched.
#define PIECE ((size_t)(16 * LANES))

/// Adds the products of ROWS rows of W with `tokens` rows of x to `tokens` rows of y.
/// The first `row_count` of the rows count; the others repeat the last one.
/// - ahead: How many bytes behind each row that one lies which is fetched with it; 0 to fetch a share of `next`.
INLINE void multiply_block(
    const char *const w[ROWS], const float *x, size_t x_stride, size_t count, float *y,
    size_t y_stride, size_t row_count, size_t ahead, fetch *next, const int tokens) {
  vec sums[TOKENS][ROWS] = {};
  size_t k = 0;
  while (k + LANES <= count) {
    size_t end = count;
    if (!ahead) {
      fetch_piece(next);
      if (count - k > PIECE) end = k + PIECE;
    }
    for (; k + LANES <= end; k += LANES) {
      vec xv[TOKENS];
      _Pragma("unroll") for (int t = 0; t < tokens; t++) xv[t] = load(x + t * x_stride + k);
      _Pragma("unroll") for (int r = 0; r < ROWS; r++) {
        if (ahead) __builtin_prefetch(w[r] + k * sizeof(float) + ahead);
        vec wv = load(w[r] + k * sizeof(float));
        _Pragma("unroll") for (int t = 0; t < tokens; t++) sums[t][r] += xv[t] * wv;
      }
    }
  }
  if (k < count) {
    vec xv[TOKENS];
    _Pragma("unroll") for (int t = 0; t < tokens; t++)
      xv[t] = load_part(x + t * x_stride + k, count - k, 0);
    _Pragma("unroll") for (int r = 0; r < ROWS; r++) {
      vec wv = load_part(w[r] + k * sizeof(float), count - k, 0);
      _Pragma("unroll") for (int t = 0; t < tokens; t++) sums[t][r] += xv[t] * wv;
    }
  }
  _Pragma("unroll") for (int t = 0; t < tokens; t++) {
    vec4 a = fold(sums[t][0]), b = fold(sums[t][1]), c = fold(sums[t][2]), d = fold(sums[t][3]);
    vec4 ab = __builtin_shufflevector(a, b, 0, 4, 1, 5) + __builtin_shufflevector(a, b, 2, 6, 3, 7);
    vec4 cd = __builtin_shufflevector(c, d, 0, 4, 1, 5) + __builtin_shufflevector(c, d, 2, 6, 3, 7);
    vec4 total = __builtin_shufflevector(ab, cd, 0, 1, 4, 5) +
                 __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
    float *out = y + t * y_stride;
    vec4 old = {};
    if (row_count == ROWS) {
      memcpy(&old, out, sizeof old);
      old += total;
      memcpy(out, &old, sizeof old);
    } else {
      for (size_t r = 0; r < row_count; r++) out[r] += total[r];
    }
  }
}

/// `tokens` ≤ TOKENS as a constant, so that each number has its own loop with its sums in registers.
INLINE void multiply_tokens(
    const char *const w[ROWS], const float *x, size_t x_stride, size_t count, float *y,
    size_t y_stride, size_t row_count, size_t ahead, fetch *next, size_t tokens) {
  _Static_assert(ROWS == 4 && TOKENS <= 6, "multiply_block folds four rows; extend the cases below");
  switch (tokens) {
#define CASE(n)                                                                \
  case n:                                                                      \
    if (ahead)                                                                 \
      multiply_block(w, x, x_stride, count, y, y_stride, row_count, ahead, next, n); \
    else                                                                       \
      multiply_block(w, x, x_stride, count, y, y_stride, row_count, 0, next, n);     \
    break;
    CASE(1) CASE(2) CASE(3)
#if TOKENS > 3
    CASE(4) CASE(5)
#endif
#if TOKENS > 5
    CASE(6)
#endif
#undef CASE
  }
}

static void multiply_rows(
    const char *const w[ROWS], const float *x, size_t x_stride, size_t count, float *y,
    size_t y_stride, size_t row_count, size_t ahead, fetch *next_rows, size_t token_count) {
  // Blocks of even size: 4 tokens are faster as 2 + 2 than as 3 + 1.
  size_t blocks = (token_count + TOKENS - 1) / TOKENS;
  next_rows->piece_count = blocks * ((count + PIECE - 1) / PIECE);
  size_t t = 0;
  for (size_t block = 0; block < blocks; block++) {
    size_t next = token_count * (block + 1) / blocks;
    multiply_tokens(
        w, x + t * x_stride, x_stride, count, y + t * y_stride, y_stride, row_count,
        blocks == 1 ? ahead : 0, next_rows, next - t);
    t = next;
  }
}

/// Lets the sums begin with the bias, or with 0.
static void start_sums(
    const float *bias, size_t output_count, float *y, size_t y_stride, size_t token_count) {
  for (size_t t = 0; t < token_count; t++) {
    if (bias)
      memcpy(y + t * y_stride, bias, output_count * sizeof(float));
    else
      memset(y + t * y_stride, 0, output_count * sizeof(float));
  }
}

static void linear(
    ck_matrix weights, const float *bias, const float *x, size_t x_stride, float *y,
    size_t y_stride, size_t token_count) {
  const size_t row_count = weights.row_count, column_count = weights.column_count;
  const size_t ahead = ROWS * weights.row_bytes;
  float tile[ROWS][COLUMN_BLOCK];
  start_sums(bias, row_count, y, y_stride, token_count);
  for (size_t token = 0; token < token_count; token += TOKEN_BLOCK) {
    size_t tokens = token_count - token < TOKEN_BLOCK ? token_count - token : TOKEN_BLOCK;
    for (size_t column = 0; column < column_count; column += COLUMN_BLOCK) {
      size_t columns = column_count - column < COLUMN_BLOCK ? column_count - column : COLUMN_BLOCK;
      for (size_t row = 0; row < row_count; row += ROWS) {
        size_t rows = row_count - row < ROWS ? row_count - row : ROWS;
        const char *w[ROWS];
        for (size_t r = 0; r < ROWS; r++) {
          size_t index = row + (r < rows ? r : rows - 1);
          w[r] = address(weights, index, column);
          if (weights.element != CK_FLOAT32) {
            row_to_float32(weights, index, column, tile[r], columns);
            w[r] = (const char *)tile[r];
          }
        }
        fetch next = fetch_block(weights, false, row + ROWS, ROWS, column, columns);
        multiply_rows(
            w, x + token * x_stride + column, x_stride, columns, y + token * y_stride + row,
            y_stride, rows, weights.element == CK_FLOAT32 ? ahead : 0, &next, tokens);
      }
    }
  }
}
