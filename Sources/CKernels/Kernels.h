// The body of a variant, included once per instruction set with:
//   LANES      floats in a vector register
//   ROWS       rows of W, and
//   TOKENS     rows of x, whose ROWS × TOKENS sums stay in registers
//   HAS_FLOAT16  the processor widens float16 itself
//   FUNCTIONS  name of the table
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "Variants.h"

#include "Vectors.h"
#include "Blocks.h"
#include "Elementwise.h"
#include "Fetch.h"
#include "Linear.h"
#include "LinearColumns.h"
#include "LinearPacked.h"

const ck_functions FUNCTIONS = {
    .linear = linear,
    .linear_columns = linear_columns,
    .linear_packed = linear_packed,
    .dot = dot,
    .add = add,
    .multiply = multiply,
    .scale = scale,
    .softmax = softmax,
    .is_finite = is_finite,
    .layer_norm = layer_norm,
    .rms_norm = rms_norm,
    .gelu = gelu,
    .gelu_tanh = gelu_tanh,
    .relu = relu,
    .silu = silu,
    .to_float32 = to_float32,
    .row_to_float32 = row_to_float32,
};
