// Loops over rows and single elements. Part of a variant: included by Kernels.h.

static float dot(const float *a, const float *b, size_t count) {
  vec s0 = {}, s1 = {}, s2 = {}, s3 = {};
  size_t i = 0;
  for (; i + 4 * LANES <= count; i += 4 * LANES) {
    s0 += load(a + i) * load(b + i);
    s1 += load(a + i + LANES) * load(b + i + LANES);
    s2 += load(a + i + 2 * LANES) * load(b + i + 2 * LANES);
    s3 += load(a + i + 3 * LANES) * load(b + i + 3 * LANES);
  }
  for (; i + LANES <= count; i += LANES) s0 += load(a + i) * load(b + i);
  if (i < count) s1 += load_part(a + i, count - i, 0) * load_part(b + i, count - i, 0);
  return sum_of_lanes((s0 + s1) + (s2 + s3));
}

static void add(float *sum, const float *a, size_t count) {
  for (size_t i = 0; i < count; i++) sum[i] += a[i];
}

static void multiply(float *product, const float *a, size_t count) {
  for (size_t i = 0; i < count; i++) product[i] *= a[i];
}

static void scale(float *a, float factor, size_t count) {
  for (size_t i = 0; i < count; i++) a[i] *= factor;
}

static void softmax(float *row, size_t count) {
  // NaN and infinity that this maximum passes over turn up in the sum.
  vec maxima = all(-INFINITY);
  size_t i = 0;
  for (; i + LANES <= count; i += LANES) {
    vec v = load(row + i);
    maxima = choose(v > maxima, v, maxima);
  }
  size_t rest = count - i;
  if (rest) {
    vec v = load_part(row + i, rest, -INFINITY);
    maxima = choose(v > maxima, v, maxima);
  }
  vec maximum = all(maximum_of_lanes(maxima));
  vec sums = {};
  for (i = 0; i + LANES <= count; i += LANES) {
    vec e = exponential(load(row + i) - maximum);
    store(row + i, e);
    sums += e;
  }
  if (rest) {
    vec e = exponential(load_part(row + i, rest, -INFINITY) - maximum);
    store_part(row + i, e, rest);
    sums += e;
  }
  float sum = sum_of_lanes(sums);
  for (i = 0; i < count; i++) row[i] /= sum;
}

static bool is_finite(const float *row, size_t count) {
  // 0 times anything finite is 0, and NaN otherwise.
  vec products = {};
  size_t i = 0;
  for (; i + LANES <= count; i += LANES) products += load(row + i) * (vec){};
  if (i < count) products += load_part(row + i, count - i, 0) * (vec){};
  return sum_of_lanes(products) == 0;
}

static void layer_norm(
    const float *row, const float *gain, const float *bias, float epsilon, float *out,
    size_t count) {
  vec sums = {};
  size_t i = 0;
  for (; i + LANES <= count; i += LANES) sums += load(row + i);
  size_t rest = count - i;
  if (rest) sums += load_part(row + i, rest, 0);
  float mean = sum_of_lanes(sums) / (float)count;
  vec squares = {};
  for (i = 0; i + LANES <= count; i += LANES) {
    vec d = load(row + i) - mean;
    squares += d * d;
  }
  if (rest) {
    vec d = load_part(row + i, rest, mean) - mean;
    squares += d * d;
  }
  float variance = sum_of_lanes(squares) / (float)count;
  float factor = 1 / sqrtf(variance + epsilon);
  for (i = 0; i < count; i++) out[i] = (row[i] - mean) * factor * gain[i] + bias[i];
}

static void rms_norm(
    const float *row, const float *gain, float epsilon, float *out, size_t count) {
  float factor = 1 / sqrtf(dot(row, row, count) / (float)count + epsilon);
  for (size_t i = 0; i < count; i++) out[i] = row[i] * factor * gain[i];
}

/// Replaces each of `values`, LANES at a time, by `function` of it.
#define FOR_EACH(function)                                                          \
  size_t i = 0;                                                                     \
  for (; i + LANES <= count; i += LANES) store(values + i, function(load(values + i))); \
  if (i < count) store_part(values + i, function(load_part(values + i, count - i, 0)), count - i)

INLINE vec gelu_of(vec x) { return all(0.5f) * x * (all(1) + error_function(x * all(0.707106781f))); }

INLINE vec silu_of(vec x) { return x / (all(1) + exponential(-x)); }

/// (1 + tanh u) / 2 is the logistic function of 2u, and that needs no tanh.
INLINE vec gelu_tanh_of(vec x) {
  vec u = all(0.797884561f) * (x + all(0.044715f) * x * x * x);
  return x / (all(1) + exponential(all(-2) * u));
}

INLINE vec relu_of(vec x) { return choose(x < (vec){}, (vec){}, x); }

static void gelu(float *values, size_t count) { FOR_EACH(gelu_of); }

static void gelu_tanh(float *values, size_t count) { FOR_EACH(gelu_tanh_of); }

static void relu(float *values, size_t count) { FOR_EACH(relu_of); }

static void silu(float *values, size_t count) { FOR_EACH(silu_of); }

#undef FOR_EACH

/// Decodes elements that follow each other; the one place that knows what their bytes mean.
static void to_float32(const void *elements, ck_element element, float *out, size_t count) {
  const char *in = elements;
  const ck_block block = ck_block_of(element);
  size_t i = 0;
  switch (element) {
    case CK_FLOAT32:
      memcpy(out, in, count * sizeof(float));
      return;
    case CK_FLOAT64:
      for (; i < count; i++) {
        double value;
        memcpy(&value, in + i * sizeof value, sizeof value);
        out[i] = (float)value;
      }
      return;
    case CK_FLOAT16:
    case CK_BFLOAT16:
      for (; i + LANES <= count; i += LANES) {
        const char *p = in + 2 * i;
        store(out + i, element == CK_FLOAT16 ? widen_float16(p) : widen_bfloat16(p));
      }
      if (i < count) {
        uint16_t rest[LANES] = {};
        memcpy(rest, in + 2 * i, 2 * (count - i));
        vec v = element == CK_FLOAT16 ? widen_float16(rest) : widen_bfloat16(rest);
        store_part(out + i, v, count - i);
      }
      return;
#define BLOCKS(element, decode)                        \
  case element:                                        \
    for (; i < count; i += block.count, in += block.bytes) \
      decode((const uint8_t *)in, out + i);            \
    return;
      BLOCKS(CK_Q4_0, block_q4_0)
      BLOCKS(CK_Q4_1, block_q4_1)
      BLOCKS(CK_Q5_0, block_q5_0)
      BLOCKS(CK_Q5_1, block_q5_1)
      BLOCKS(CK_Q8_0, block_q8_0)
      BLOCKS(CK_IQ4_NL, block_iq4_nl)
      BLOCKS(CK_MXFP4, block_mxfp4)
      BLOCKS(CK_Q2_K, block_q2_k)
      BLOCKS(CK_Q3_K, block_q3_k)
      BLOCKS(CK_Q4_K, block_q4_k)
      BLOCKS(CK_Q5_K, block_q5_k)
      BLOCKS(CK_Q6_K, block_q6_k)
      BLOCKS(CK_IQ1_S, block_iq1_s)
      BLOCKS(CK_IQ1_M, block_iq1_m)
      BLOCKS(CK_IQ2_XXS, block_iq2_xxs)
      BLOCKS(CK_IQ2_XS, block_iq2_xs)
      BLOCKS(CK_IQ2_S, block_iq2_s)
      BLOCKS(CK_IQ3_XXS, block_iq3_xxs)
      BLOCKS(CK_IQ3_S, block_iq3_s)
      BLOCKS(CK_IQ4_XS, block_iq4_xs)
      BLOCKS(CK_TQ1_0, block_tq1_0)
      BLOCKS(CK_TQ2_0, block_tq2_0)
#undef BLOCKS
    case CK_CODED:
      return;
  }
}

#include "Codes.h"

/// The address of the block that has a row's element `column`.
static inline const char *address(ck_matrix weights, size_t row, size_t column) {
  const size_t place = weights.row_order ? weights.row_order[row] : row;
  return (const char *)weights.elements + place * weights.row_bytes +
         ck_byte_count(weights.element, column);
}

/// Decodes a part of a row, be it parts of blocks.
static void row_to_float32(
    ck_matrix weights, size_t row, size_t column, float *out, size_t count) {
  if (weights.element == CK_CODED) {
    coded_to_float32(weights.elements, row, column, out, count);
    return;
  }
  const size_t size = ck_block_of(weights.element).count;
  if (column % size == 0 && count % size == 0) {
    to_float32(address(weights, row, column), weights.element, out, count);
    return;
  }
  float block[CK_LARGEST_BLOCK];
  for (size_t end = column + count; column < end;) {
    const size_t skipped = column % size;
    const size_t part = size - skipped < end - column ? size - skipped : end - column;
    to_float32(address(weights, row, column), weights.element, block, size);
    memcpy(out, block + skipped, part * sizeof(float));
    column += part;
    out += part;
  }
}
