// The hot loops. All matrices are row-major; strides count elements, but those of stored weights bytes.
//
// Each function exists in several variants, compiled for several instruction sets, of which the best that
// the processor has is used, or the one that the environment variable BERTVIZ_TUI_KERNELS names, `baseline` or
// `avx2`, where that is a worse one: so the tests can be run on each. NaN and infinity survive all of them, as IEEE 754 has it.
#ifndef CKERNELS_H
#define CKERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// The element type of a stored matrix.
typedef enum {
  CK_FLOAT32,
  CK_FLOAT16,
  CK_BFLOAT16,
  CK_FLOAT64,
  // Blocks of 32 numbers that share scales, named as llama.cpp names them.
  CK_Q4_0,
  CK_Q4_1,
  CK_Q5_0,
  CK_Q5_1,
  CK_Q8_0,
  CK_IQ4_NL,
  CK_MXFP4,
  // Blocks of 256.
  CK_Q2_K,
  CK_Q3_K,
  CK_Q4_K,
  CK_Q5_K,
  CK_Q6_K,
  CK_IQ1_S,
  CK_IQ1_M,
  CK_IQ2_XXS,
  CK_IQ2_XS,
  CK_IQ2_S,
  CK_IQ3_XXS,
  CK_IQ3_S,
  CK_IQ4_XS,
  CK_TQ1_0,
  CK_TQ2_0,
  // Codes whose scales lie elsewhere: the elements of the matrix are a `ck_codes`.
  CK_CODED,
} ck_element;

/// The layout of a row's elements: `count` of them together, in `bytes` bytes. A row has whole blocks.
typedef struct {
  size_t count;
  size_t bytes;
} ck_block;

/// The geometry of a format, which stands nowhere else.
static inline ck_block ck_block_of(ck_element element) {
  switch (element) {
    case CK_FLOAT32: return (ck_block){1, 4};
    case CK_FLOAT16:
    case CK_BFLOAT16: return (ck_block){1, 2};
    case CK_FLOAT64: return (ck_block){1, 8};
    case CK_MXFP4: return (ck_block){32, 17};
    case CK_Q4_0:
    case CK_IQ4_NL: return (ck_block){32, 18};
    case CK_Q4_1: return (ck_block){32, 20};
    case CK_Q5_0: return (ck_block){32, 22};
    case CK_Q5_1: return (ck_block){32, 24};
    case CK_Q8_0: return (ck_block){32, 34};
    case CK_IQ1_S: return (ck_block){256, 50};
    case CK_TQ1_0: return (ck_block){256, 54};
    case CK_IQ1_M: return (ck_block){256, 56};
    case CK_IQ2_XXS:
    case CK_TQ2_0: return (ck_block){256, 66};
    case CK_IQ2_XS: return (ck_block){256, 74};
    case CK_IQ2_S: return (ck_block){256, 82};
    case CK_Q2_K: return (ck_block){256, 84};
    case CK_IQ3_XXS: return (ck_block){256, 98};
    case CK_Q3_K:
    case CK_IQ3_S: return (ck_block){256, 110};
    case CK_IQ4_XS: return (ck_block){256, 136};
    case CK_Q4_K: return (ck_block){256, 144};
    case CK_Q5_K: return (ck_block){256, 176};
    case CK_Q6_K: return (ck_block){256, 210};
    // Only a `ck_codes` says where they are.
    case CK_CODED: return (ck_block){1, 0};
  }
}

enum {
  /// No block has more elements.
  CK_LARGEST_BLOCK = 256,
};

/// The bytes of `count` elements that make up whole blocks.
static inline size_t ck_byte_count(ck_element element, size_t count) {
  ck_block block = ck_block_of(element);
  return count / block.count * block.bytes;
}

/// The layout of the codes of a matrix, and their meaning.
typedef enum {
  // A byte each: floats, whole numbers.
  CK_CODE_E4M3,
  CK_CODE_E5M2,
  CK_CODE_INT8,
  /// Side by side in words of 32 bits, the first lowest; what is left of a word is empty.
  CK_CODE_WORDS,
  /// Of 4 bits, in the order in which AWQ has them: 0, 2, 4, 6, 1, 3, 5, 7.
  CK_CODE_WORDS_AWQ,
  /// A stream of bits down each column, in words that so belong to several lines (GPTQ).
  CK_CODE_STREAMS,
  // Two in a byte, which number values; the first in the high or in the low half.
  CK_CODE_HIGH_NIBBLES,
  CK_CODE_LOW_NIBBLES,
} ck_code;

typedef enum {
  CK_SCALE_FLOAT32,
  CK_SCALE_FLOAT16,
  CK_SCALE_BFLOAT16,
  CK_SCALE_E4M3,
  /// A power of 2.
  CK_SCALE_E8M0,
  /// Bytes that number values, with scales of their own.
  CK_SCALE_NESTED,
} ck_scale_type;

typedef enum {
  CK_ZERO_NONE,
  CK_ZERO_CONSTANT,
  /// As CK_CODE_WORDS_AWQ, in the line of the scales.
  CK_ZERO_WORDS_AWQ,
  /// A stream of bits along the line of the scales.
  CK_ZERO_STREAM,
  /// The same, of zeros less 1.
  CK_ZERO_STREAM_LESS_ONE,
  /// A byte beside each scale, to which the constant is added.
  CK_ZERO_INT8,
  /// In words down the columns of the scales.
  CK_ZERO_WORDS_DOWN,
} ck_zero;

/// A matrix of codes: each number is (code - zero) · scale · factor.
///
/// A line is what is a row of the stored tensor, or would be if each code had an element of its own.
typedef struct {
  const void *_Nonnull codes;
  ck_code code;
  uint32_t bits;
  /// From line to line; of streams, from one line of words to the next.
  size_t line_bytes;
  /// 16 numbers, for codes that number values.
  const float *_Nullable values;
  /// Whether lines follow each other without regard to blocks of scales.
  bool is_flat;
  size_t column_count;
  /// The line and the column of the tensor at which the matrix begins.
  size_t first_line, first_column;

  const void *_Nonnull scales;
  ck_scale_type scale;
  size_t scales_per_line;
  /// The numbers of lines and columns that have a scale in common.
  size_t lines_per_scale, columns_per_scale;
  /// The line, and the column, of scales for each line and column of codes; null where they follow each other.
  const int32_t *_Nullable line_groups, *_Nullable column_groups;
  float factor;
  const float *_Nullable nested_values, *_Nullable nested_scales;
  size_t nested_block;
  float nested_offset;

  ck_zero zero;
  float constant_zero;
  const void *_Nullable zeros;
  size_t zero_bytes;
} ck_codes;

/// A matrix of weights `[row_count, column_count]`, used where it lies: at any address, aligned or not.
typedef struct {
  const void *_Nonnull elements;
  ck_element element;
  size_t row_count;
  size_t column_count;
  /// From the start of a row to that of the next.
  size_t row_bytes;
  /// Where, counted in rows, each row lies; null where they follow each other.
  const uint32_t *_Nullable row_order;
} ck_matrix;

/// A matrix of floats whose rows follow each other.
static inline ck_matrix ck_float_matrix(
    const float *_Nonnull elements, size_t row_count, size_t column_count) {
  return (ck_matrix){
      elements, CK_FLOAT32, row_count, column_count, column_count * sizeof(float), NULL};
}

/// y = x·Wᵀ + b, or, if W lies by columns, x·W + b, for `token_count` rows of x. All elements but CK_FLOAT64 are taken.
///
/// Each element of y depends on its row of x and its weights alone, bit for bit: how the outputs and the rows of x are
/// shared out to calls makes no difference.
/// - weights: `[outputs, inputs]`; by columns `[inputs, outputs]`.
/// - x: `[token_count, inputs]`, rows `x_stride` apart.
/// - bias: `[outputs]`, or null.
/// - y: `[token_count, outputs]`, rows `y_stride` apart; must not overlap x.
void ck_linear(
    ck_matrix weights, bool by_columns, const float *_Nullable bias, const float *_Nonnull x, size_t x_stride,
    float *_Nonnull y, size_t y_stride, size_t token_count);

enum {
  /// From so many rows of x on, `ck_linear_packed` is faster than `ck_linear`, what `ck_pack` takes included.
  CK_PACKING_PAYS = 56,
  /// The same of weights that lie by columns.
  CK_PACKING_PAYS_BY_COLUMNS = 20,
  /// The layout of packed rows: by blocks of so many columns, in these by groups of so many rows, in these by column.
  CK_PACKED_BLOCK = 256,
  CK_PACKED_GROUP = 6,
};

/// Copies rows of x to the order in which `ck_linear_packed` reads them.
/// - x: `[token_count, column_count]`, rows `x_stride` apart.
/// - first, count: Only these rows. `first` is a multiple of CK_PACKED_GROUP; so is `count`, unless they are the last.
/// - packed: Room for `token_count` × `column_count` numbers.
void ck_pack(
    const float *_Nonnull x, size_t x_stride, size_t token_count, size_t column_count, size_t first,
    size_t count, float *_Nonnull packed);

/// y = x·Wᵀ + b, or, if W lies by columns, x·W + b, for `token_count` packed rows of x.
///
/// Each element of y depends on its row of x and its weights alone, bit for bit: how the outputs are shared out to calls
/// makes no difference. `ck_linear` adds up in another order.
/// - weights: `[outputs, inputs]`; by columns `[inputs, outputs]`.
/// - bias: `[outputs]`, or null.
/// - y: `[token_count, outputs]`, rows `y_stride` apart; must not overlap x.
void ck_linear_packed(
    ck_matrix weights, bool by_columns, const float *_Nullable bias, const float *_Nonnull packed,
    float *_Nonnull y, size_t y_stride, size_t token_count);

/// y = x·Wᵀ, or, if W lies by columns, x·W: for a product that one call makes, in the way that is fastest.
///
/// - x: `[token_count, inputs]`, rows `x_stride` apart.
/// - room: For `token_count` × inputs numbers, to pack x in.
void ck_product(
    ck_matrix weights, bool by_columns, const float *_Nonnull x, size_t x_stride,
    float *_Nonnull y, size_t y_stride, size_t token_count, float *_Nonnull room);

/// Sum of a[i]·b[i].
float ck_dot(const float *_Nonnull a, const float *_Nonnull b, size_t count);

/// sum[i] += a[i].
void ck_add(float *_Nonnull sum, const float *_Nonnull a, size_t count);

/// product[i] *= a[i].
void ck_multiply(float *_Nonnull product, const float *_Nonnull a, size_t count);

/// a[i] *= factor.
void ck_scale(float *_Nonnull a, float factor, size_t count);

/// Replaces a row by its softmax, subtracting its maximum first so that large scores do not overflow.
/// -inf gives exactly 0. A row that is all -inf, or holds NaN or +inf, gives NaN.
void ck_softmax(float *_Nonnull row, size_t count);

/// Whether no element is NaN or infinite.
bool ck_is_finite(const float *_Nonnull row, size_t count);

/// out = (row - mean) / sqrt(variance + epsilon) · gain + bias, with the variance over `count`, not `count` - 1.
/// `out` may be `row`.
void ck_layer_norm(
    const float *_Nonnull row, const float *_Nonnull gain, const float *_Nonnull bias, float epsilon,
    float *_Nonnull out, size_t count);

/// out = row / sqrt(mean square + epsilon) · gain. `out` may be `row`.
void ck_rms_norm(
    const float *_Nonnull row, const float *_Nonnull gain, float epsilon, float *_Nonnull out,
    size_t count);

/// x·Φ(x) with the normal distribution's Φ, by way of erf (Hendrycks and Gimpel, arXiv:1606.08415).
void ck_gelu(float *_Nonnull values, size_t count);

/// The same paper's approximation of it by way of tanh.
void ck_gelu_tanh(float *_Nonnull values, size_t count);

/// max(0, x); NaN stays NaN.
void ck_relu(float *_Nonnull values, size_t count);

/// x / (1 + exp(-x)).
void ck_silu(float *_Nonnull values, size_t count);

/// The elements as float: exact but for CK_FLOAT64, which is rounded, and for blocks, whose formulas are computed in
/// single precision. `elements` may lie at any address; of blocks, `count` has to be whole ones.
void ck_to_float32(
    const void *_Nonnull elements, ck_element element, float *_Nonnull out, size_t count);

/// The same for `count` elements of a row, from `column` on.
void ck_row_to_float32(
    ck_matrix weights, size_t row, size_t column, float *_Nonnull out, size_t count);

/// The variants, worst first.
typedef enum {
  CK_VARIANT_BASELINE,
  CK_VARIANT_AVX2,
  CK_VARIANT_AVX512,
} ck_variant;

/// The variant in use.
ck_variant ck_current_variant(void);

/// Uses a variant from now on, in all threads; false and no change if the processor cannot. For tests and measurements.
bool ck_use_variant(ck_variant variant);

#endif
