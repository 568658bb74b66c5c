// What one core of this machine can do at best: the yardstick of the kernels' benchmark.
#ifndef CMACHINELIMITS_H
#define CMACHINELIMITS_H

#include <stddef.h>

/// Fused multiply-adds on registers alone, with the widest vectors that the processor has.
/// - Returns: Floating point operations done (two per multiply-add).
double machine_multiply_add(size_t rounds);

/// Reads memory from end to end.
/// - count: Of floats; a multiple of 128.
/// - Returns: A number that depends on all of them.
float machine_read(const float *_Nonnull memory, size_t count);

#endif
