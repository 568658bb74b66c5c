// y = x·W + b for few tokens: weights that lie by columns, as GPT-2 has them. Part of a variant: included by Kernels.h.
//
// W is read where it lies and once, INPUTS of its rows at a time: each is added, times a number of x, to the sums of
// all tokens. These stay in the first-level cache, side by side, since rows of y often lie so that they would not.

/// Rows of W that are added together, so that a sum is loaded and stored once for all of them.
#define INPUTS 4
/// Sums at a time: of as many outputs as there is room for with all tokens, but no fewer and no more than these.
#define SUMS ((size_t)4096)
#define FEWEST_OUTPUTS ((size_t)64)
#define MOST_OUTPUTS ((size_t)1024)
/// Rows between the one that is added and the one that is fetched.
#define AHEAD ((size_t)(2 * INPUTS))

/// Adds `inputs` rows of W, times those numbers of x, to the sums of all tokens.
/// - x: `[token_count, INPUTS]`.
/// - sums: `[token_count, outputs]`.
INLINE void add_rows(
    const char *const w[INPUTS], const float *x, size_t ahead, float *sums, size_t outputs,
    size_t token_count, const int inputs) {
  size_t o = 0;
  for (; o + 2 * LANES <= outputs; o += 2 * LANES) {
    vec first[INPUTS], second[INPUTS];
    _Pragma("unroll") for (int i = 0; i < inputs; i++) {
      const char *from = w[i] + o * sizeof(float);
      for (size_t b = 0; b < 2 * LANES * sizeof(float); b += 64)
        if (ahead) __builtin_prefetch(from + ahead + b);
      first[i] = load(from);
      second[i] = load(from + LANES * sizeof(float));
    }
    for (size_t t = 0; t < token_count; t++) {
      float *to = sums + t * outputs + o;
      vec a = load(to), b = load(to + LANES);
      _Pragma("unroll") for (int i = 0; i < inputs; i++) {
        vec factor = all(x[t * INPUTS + i]);
        a += factor * first[i];
        b += factor * second[i];
      }
      store(to, a);
      store(to + LANES, b);
    }
  }
  for (; o < outputs; o += LANES) {
    size_t rest = outputs - o;
    vec line[INPUTS];
    _Pragma("unroll") for (int i = 0; i < inputs; i++) {
      const char *from = w[i] + o * sizeof(float);
      line[i] = rest >= LANES ? load(from) : load_part(from, rest, 0);
    }
    for (size_t t = 0; t < token_count; t++) {
      float *to = sums + t * outputs + o;
      vec sum = rest >= LANES ? load(to) : load_part(to, rest, 0);
      _Pragma("unroll") for (int i = 0; i < inputs; i++) sum += all(x[t * INPUTS + i]) * line[i];
      if (rest >= LANES)
        store(to, sum);
      else
        store_part(to, sum, rest);
    }
  }
}

/// - sums: `[token_count, outputs]`, to which the products are added.
static void add_all_rows(
    ck_matrix weights, const float *x, size_t x_stride, size_t output, size_t outputs, float *sums,
    size_t token_count) {
  const bool is_float = weights.element == CK_FLOAT32;
  const size_t ahead = is_float ? AHEAD * weights.row_bytes : 0;
  float tile[INPUTS][MOST_OUTPUTS], factors[SUMS / FEWEST_OUTPUTS * INPUTS];
  for (size_t input = 0; input < weights.row_count; input += INPUTS) {
    const size_t rest = weights.row_count - input, inputs = rest < INPUTS ? rest : INPUTS;
    const char *w[INPUTS];
    for (size_t i = 0; i < inputs; i++) {
      w[i] = (const char *)tile[i];
      if (is_float)
        w[i] = address(weights, input + i, output);
      else
        row_to_float32(weights, input + i, output, tile[i], outputs);
    }
    for (size_t t = 0; t < token_count; t++)
      for (size_t i = 0; i < inputs; i++) factors[t * INPUTS + i] = x[t * x_stride + input + i];
    switch (inputs) {
      _Static_assert(INPUTS == 4, "a case for each number of rows");
#define CASE(n)                                                      \
  case n:                                                            \
    add_rows(w, factors, ahead, sums, outputs, token_count, n);      \
    break;
      CASE(1) CASE(2) CASE(3) CASE(4)
#undef CASE
    }
  }
}

static void linear_columns(
    ck_matrix weights, const float *bias, const float *x, size_t x_stride, float *y,
    size_t y_stride, size_t token_count) {
  _Alignas(64) float sums[SUMS];
  const size_t most_tokens = SUMS / FEWEST_OUTPUTS;
  for (size_t token = 0; token < token_count; token += most_tokens) {
    const size_t tokens = token_count - token < most_tokens ? token_count - token : most_tokens;
    size_t most = SUMS / tokens / FEWEST_OUTPUTS * FEWEST_OUTPUTS;
    if (most > MOST_OUTPUTS) most = MOST_OUTPUTS;
    for (size_t output = 0; output < weights.column_count; output += most) {
      const size_t rest = weights.column_count - output, outputs = rest < most ? rest : most;
      start_sums(bias ? bias + output : NULL, outputs, sums, outputs, tokens);
      add_all_rows(weights, x + token * x_stride, x_stride, output, outputs, sums, tokens);
      for (size_t t = 0; t < tokens; t++)
        memcpy(y + (token + t) * y_stride + output, sums + t * outputs, outputs * sizeof(float));
    }
  }
}
