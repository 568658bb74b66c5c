// The table of functions that each variant fills, and that CKernels.c chooses from.
#ifndef CKERNELS_VARIANTS_H
#define CKERNELS_VARIANTS_H

#include "CKernels.h"

typedef struct {
  void (*linear)(
      ck_matrix weights, const float *bias, const float *x, size_t x_stride, float *y,
      size_t y_stride, size_t token_count);
  void (*linear_columns)(
      ck_matrix weights, const float *bias, const float *x, size_t x_stride, float *y,
      size_t y_stride, size_t token_count);
  void (*linear_packed)(
      ck_matrix weights, bool by_columns, const float *bias, const float *x, float *y,
      size_t y_stride, size_t token_count);
  float (*dot)(const float *a, const float *b, size_t count);
  void (*add)(float *sum, const float *a, size_t count);
  void (*multiply)(float *product, const float *a, size_t count);
  void (*scale)(float *a, float factor, size_t count);
  void (*softmax)(float *row, size_t count);
  bool (*is_finite)(const float *row, size_t count);
  void (*layer_norm)(
      const float *row, const float *gain, const float *bias, float epsilon, float *out,
      size_t count);
  void (*rms_norm)(
      const float *row, const float *gain, float epsilon, float *out, size_t count);
  void (*gelu)(float *values, size_t count);
  void (*gelu_tanh)(float *values, size_t count);
  void (*relu)(float *values, size_t count);
  void (*silu)(float *values, size_t count);
  void (*to_float32)(const void *elements, ck_element element, float *out, size_t count);
  void (*row_to_float32)(ck_matrix weights, size_t row, size_t column, float *out, size_t count);
} ck_functions;

extern const ck_functions ck_baseline;
#if defined(__x86_64__)
extern const ck_functions ck_avx2;
extern const ck_functions ck_avx512;
#endif

#endif
