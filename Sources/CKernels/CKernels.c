#include "CKernels.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "Variants.h"

// Chosen at the first call. Threads that come first together choose the same.
static _Atomic(const ck_functions *) current;

/// Null where the processor cannot run the variant.
static const ck_functions *functions_of(ck_variant variant) {
  switch (variant) {
    case CK_VARIANT_BASELINE:
      return &ck_baseline;
#if defined(__x86_64__)
    case CK_VARIANT_AVX2:
      return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &ck_avx2 : NULL;
    case CK_VARIANT_AVX512:
      return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                     __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")
                 ? &ck_avx512
                 : NULL;
#endif
    default:
      return NULL;
  }
}

/// The best variant that may be used.
static ck_variant limit(void) {
  static const char *const names[] = {"baseline", "avx2"};
  const char *name = getenv("BERTVIZ_TUI_KERNELS");
  for (ck_variant variant = CK_VARIANT_BASELINE; name && variant < CK_VARIANT_AVX512; variant++)
    if (strcmp(name, names[variant]) == 0) return variant;
  return CK_VARIANT_AVX512;
}

static const ck_functions *choose(void) {
  const ck_functions *best = &ck_baseline;
  const ck_variant last = limit();
  for (ck_variant variant = CK_VARIANT_BASELINE; variant <= last; variant++) {
    const ck_functions *functions = functions_of(variant);
    if (functions) best = functions;
  }
  atomic_store_explicit(&current, best, memory_order_relaxed);
  return best;
}

static inline const ck_functions *use(void) {
  // The tables are constants: there is nothing to see but the pointer itself.
  const ck_functions *functions = atomic_load_explicit(&current, memory_order_relaxed);
  return functions ? functions : choose();
}

ck_variant ck_current_variant(void) {
  for (ck_variant variant = CK_VARIANT_AVX512; variant > CK_VARIANT_BASELINE; variant--)
    if (functions_of(variant) == use()) return variant;
  return CK_VARIANT_BASELINE;
}

bool ck_use_variant(ck_variant variant) {
  const ck_functions *functions = functions_of(variant);
  if (functions) atomic_store_explicit(&current, functions, memory_order_relaxed);
  return functions != NULL;
}

void ck_linear(
    ck_matrix weights, bool by_columns, const float *bias, const float *x, size_t x_stride,
    float *y, size_t y_stride, size_t token_count) {
  const ck_functions *functions = use();
  (by_columns ? functions->linear_columns : functions->linear)(
      weights, bias, x, x_stride, y, y_stride, token_count);
}

void ck_pack(
    const float *x, size_t x_stride, size_t token_count, size_t column_count, size_t first,
    size_t count, float *packed) {
  for (size_t column = 0; column < column_count; column += CK_PACKED_BLOCK) {
    size_t columns = column_count - column < CK_PACKED_BLOCK ? column_count - column : CK_PACKED_BLOCK;
    for (size_t token = first; token < first + count; token += CK_PACKED_GROUP) {
      const float *from = x + token * x_stride + column;
      float *to = packed + column * token_count + token * columns;
      size_t tokens = first + count - token < CK_PACKED_GROUP ? first + count - token : CK_PACKED_GROUP;
      if (tokens == CK_PACKED_GROUP) {
        for (size_t k = 0; k < columns; k++)
          for (size_t t = 0; t < CK_PACKED_GROUP; t++) to[k * CK_PACKED_GROUP + t] = from[t * x_stride + k];
      } else {
        for (size_t k = 0; k < columns; k++)
          for (size_t t = 0; t < tokens; t++) to[k * tokens + t] = from[t * x_stride + k];
      }
    }
  }
}

void ck_linear_packed(
    ck_matrix weights, bool by_columns, const float *bias, const float *packed, float *y,
    size_t y_stride, size_t token_count) {
  use()->linear_packed(weights, by_columns, bias, packed, y, y_stride, token_count);
}

void ck_product(
    ck_matrix weights, bool by_columns, const float *x, size_t x_stride, float *y, size_t y_stride,
    size_t token_count, float *room) {
  if (token_count < (by_columns ? CK_PACKING_PAYS_BY_COLUMNS : CK_PACKING_PAYS)) {
    ck_linear(weights, by_columns, NULL, x, x_stride, y, y_stride, token_count);
    return;
  }
  size_t inputs = by_columns ? weights.row_count : weights.column_count;
  ck_pack(x, x_stride, token_count, inputs, 0, token_count, room);
  ck_linear_packed(weights, by_columns, NULL, room, y, y_stride, token_count);
}

float ck_dot(const float *a, const float *b, size_t count) { return use()->dot(a, b, count); }

void ck_add(float *sum, const float *a, size_t count) { use()->add(sum, a, count); }

void ck_multiply(float *product, const float *a, size_t count) {
  use()->multiply(product, a, count);
}

void ck_scale(float *a, float factor, size_t count) { use()->scale(a, factor, count); }

void ck_softmax(float *row, size_t count) { use()->softmax(row, count); }

bool ck_is_finite(const float *row, size_t count) { return use()->is_finite(row, count); }

void ck_layer_norm(
    const float *row, const float *gain, const float *bias, float epsilon, float *out,
    size_t count) {
  use()->layer_norm(row, gain, bias, epsilon, out, count);
}

void ck_rms_norm(
    const float *row, const float *gain, float epsilon, float *out, size_t count) {
  use()->rms_norm(row, gain, epsilon, out, count);
}

void ck_gelu(float *values, size_t count) { use()->gelu(values, count); }

void ck_gelu_tanh(float *values, size_t count) { use()->gelu_tanh(values, count); }

void ck_relu(float *values, size_t count) { use()->relu(values, count); }

void ck_silu(float *values, size_t count) { use()->silu(values, count); }

void ck_to_float32(const void *elements, ck_element element, float *out, size_t count) {
  use()->to_float32(elements, element, out, count);
}

void ck_row_to_float32(ck_matrix weights, size_t row, size_t column, float *out, size_t count) {
  use()->row_to_float32(weights, row, column, out, count);
}
