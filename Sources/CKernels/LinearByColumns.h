// y = x·W + b, the outputs being the columns of W. Part of a variant: included by Kernels.h.
//
// A strip of columns is copied together, so that it is read along its lines once and then lies in the cache
// without gaps; SUMS × VECTORS sums of outputs stay in registers while the rows pass.

/// Vectors of outputs, and
#define VECTORS 2
/// rows of x, whose sums stay in registers.
#define SUMS 6
/// Columns taken at a time: two lines of the cache or more, so that what the memory fetches unasked is used.
#define STRIP ((size_t)64)
/// Rows of W taken at a time: a strip that long stays in the second-level cache while all tokens pass.
#define ROW_BLOCK ((size_t)512)

/// Adds the products of `tokens` rows of x with `VECTORS` vectors of columns to `tokens` rows of y.
/// The first `column_count` of the columns count.
INLINE void multiply_columns(
    const float *strip, const float *x, size_t x_stride, size_t row_count, float *y,
    size_t y_stride, size_t column_count, const int tokens) {
  vec sums[SUMS][VECTORS] = {};
  for (size_t row = 0; row < row_count; row++) {
    vec wv[VECTORS];
    _Pragma("unroll") for (int v = 0; v < VECTORS; v++) wv[v] = load(strip + row * STRIP + v * LANES);
    _Pragma("unroll") for (int t = 0; t < tokens; t++) {
      vec xv = all(x[t * x_stride + row]);
      _Pragma("unroll") for (int v = 0; v < VECTORS; v++) sums[t][v] += xv * wv[v];
    }
  }
  _Pragma("unroll") for (int t = 0; t < tokens; t++) {
    _Pragma("unroll") for (int v = 0; v < VECTORS; v++) {
      if (column_count <= (size_t)v * LANES) break;
      float *out = y + t * y_stride + v * LANES;
      size_t rest = column_count - v * LANES;
      if (rest >= LANES)
        store(out, load(out) + sums[t][v]);
      else
        store_part(out, load_part(out, rest, 0) + sums[t][v], rest);
    }
  }
}

static void multiply_strip(
    const float *strip, const float *x, size_t x_stride, size_t row_count, float *y,
    size_t y_stride, size_t column_count, size_t token_count) {
  for (size_t column = 0; column < column_count; column += VECTORS * LANES) {
    const float *w = strip + column;
    size_t columns = column_count - column;
    size_t t = 0;
#define TOKENS_AT_ONCE(n)                                                                      \
  for (; token_count - t >= n; t += n)                                                         \
    multiply_columns(                                                                          \
        w, x + t * x_stride, x_stride, row_count, y + t * y_stride + column, y_stride, columns, n);
    TOKENS_AT_ONCE(6) TOKENS_AT_ONCE(4) TOKENS_AT_ONCE(2) TOKENS_AT_ONCE(1)
#undef TOKENS_AT_ONCE
  }
}

static void linear_by_columns(
    ck_matrix weights, const float *bias, const float *x, size_t x_stride, float *y,
    size_t y_stride, size_t token_count) {
  _Static_assert(SUMS == 6 && STRIP % (VECTORS * LANES) == 0, "see multiply_strip");
  const size_t row_count = weights.row_count, column_count = weights.column_count;
  const size_t width = weights.element == CK_FLOAT32 ? 4 : 2;
  float strip[ROW_BLOCK * STRIP];
  for (size_t t = 0; t < token_count; t++) {
    if (bias)
      memcpy(y + t * y_stride, bias, column_count * sizeof(float));
    else
      memset(y + t * y_stride, 0, column_count * sizeof(float));
  }
  for (size_t column = 0; column < column_count; column += STRIP) {
    size_t columns = column_count - column < STRIP ? column_count - column : STRIP;
    if (columns < STRIP) memset(strip, 0, sizeof strip);
    for (size_t row = 0; row < row_count; row += ROW_BLOCK) {
      size_t rows = row_count - row < ROW_BLOCK ? row_count - row : ROW_BLOCK;
      for (size_t r = 0; r < rows; r++) {
        const char *from = (const char *)weights.elements +
                           ((row + r) * weights.row_stride + column) * width;
        to_float32(from, weights.element, strip + r * STRIP, columns);
      }
      multiply_strip(
          strip, x + row, x_stride, rows, y + column, y_stride, columns, token_count);
    }
  }
}
