#include "CKernels.h"

#include <math.h>

float ck_dot(const float *a, const float *b, size_t count) {
  float sum = 0;
  for (size_t i = 0; i < count; i++) sum += a[i] * b[i];
  return sum;
}

void ck_softmax(float *row, size_t count) {
  float maximum = -INFINITY;
  for (size_t i = 0; i < count; i++) maximum = row[i] > maximum ? row[i] : maximum;
  float sum = 0;
  for (size_t i = 0; i < count; i++) sum += row[i] = expf(row[i] - maximum);
  for (size_t i = 0; i < count; i++) row[i] /= sum;
}
