// Weights that are asked for while others are multiplied. Part of a variant: included by Kernels.h.

/// The block of W that is needed next.
typedef struct {
  /// The line of the cache that is fetched next is `part` of this line of W.
  const char *line;
  size_t part;
  /// Bytes from one line of W to the next, and the cache's lines in each.
  size_t stride, per_line;
  /// All lines of the cache, and the pieces of work meanwhile.
  size_t count, piece_count;
  /// What is due, counted in lines times pieces.
  size_t due;
} fetch;

static inline fetch fetch_block(
    ck_matrix weights, bool by_columns, size_t output, size_t outputs, size_t input, size_t count) {
  // Behind the last row, no one has said where the next lies.
  const bool is_known = !weights.row_order || output < weights.row_count;
  size_t width = ck_byte_count(weights.element, by_columns ? outputs : count);
  fetch next = {
      .line = by_columns ? address(weights, input, output)
              : is_known ? address(weights, output, input)
                         : weights.elements,
      .stride = weights.row_bytes,
      .per_line = (width + 63) / 64};
  next.count = next.per_line * (by_columns ? count : outputs);
  return next;
}

/// Asks the memory for one more piece's share of the block, so that it is near when it is needed.
static inline void fetch_piece(fetch *next) {
  for (next->due += next->count; next->due >= next->piece_count; next->due -= next->piece_count) {
    __builtin_prefetch(next->line + next->part * 64, 0, 2);
    if (++next->part == next->per_line) {
      next->part = 0;
      next->line += next->stride;
    }
  }
}
