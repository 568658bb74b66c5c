import Attention
import Tensors

/// The weights of one layer in a tensor, whichever way its axes lie: element (h, q, k) at
/// `start + h · headStride + q · queryStride + k · keyStride`.
struct WeightView: Sendable {
  let tensor: FloatTensor
  /// In elements, as the strides.
  let start: Int
  let heads: Span
  let queries: Span
  let keys: Span

  /// One axis of a tensor: how many, and how far apart.
  struct Span: Sendable {
    var count = 1
    var stride = 1
  }

  var weights: StoredWeights {
    StoredWeights(
      headCount: heads.count, queryCount: queries.count, keyCount: keys.count, read: read)
  }

  /// The weights between some queries and some keys of one head: `[queries, keys]`, row-major.
  func read(head: Int, _ queryRange: Range<Int>, _ keyRange: Range<Int>) -> [Float] {
    let origin = start + head * heads.stride + keyRange.lowerBound * keys.stride
    // Rows that follow each other are read as one.
    if keys.stride == 1, queries.stride == keyRange.count {
      return tensor.read(
        from: origin + queryRange.lowerBound * queries.stride,
        count: queryRange.count * keyRange.count)
    }
    if keyRange.count == 1 {
      return tensor.read(
        from: origin + queryRange.lowerBound * queries.stride, count: queryRange.count,
        stride: queries.stride)
    }
    return queryRange.flatMap { query in
      tensor.read(
        from: origin + query * queries.stride, count: keyRange.count, stride: keys.stride)
    }
  }
}
