// The hot loops. All matrices are row-major and dense unless a stride says otherwise.
#ifndef CKERNELS_H
#define CKERNELS_H

#include <stddef.h>

/// Sum of a[i]·b[i].
float ck_dot(const float *_Nonnull a, const float *_Nonnull b, size_t count);

/// Replaces a row by its softmax, subtracting its maximum first so that large scores do not overflow.
/// -inf gives exactly 0. A row that is all -inf, or holds NaN or +inf, gives NaN.
void ck_softmax(float *_Nonnull row, size_t count);

#endif
