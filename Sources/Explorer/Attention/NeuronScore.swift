import Attention
import Glibc

/// The score of one query and one key, step by step from their neurons.
///
/// Worked out from the vectors in double precision, apart from the code that the weights come from, so that
/// a difference between the two would show.
package struct NeuronScore {
  /// Σ q×k.
  let sum: Double
  /// Σ q×k · scale.
  let scaled: Double
  /// The scaled score after the soft-cap of models that have one.
  let capped: Double?
  /// The bias that the model adds for the two positions.
  package let bias: Double?

  /// The value that the score column shows.
  package var shown: Double { capped ?? scaled }
  /// The scores, as they go into the softmax.
  var value: Double { shown + (bias ?? 0) }

  init(_ score: LayerAttention.Score, head: Int, query: Int, key: Int) {
    let q = score.queries.vector(head: head, row: query)
    let k = score.keys.vector(head: score.keyHead(of: head), row: key)
    let sum = q.withUnsafeBufferPointer { q in
      k.withUnsafeBufferPointer { k in
        var sum = 0.0
        for neuron in q.indices { sum += Double(q[neuron]) * Double(k[neuron]) }
        return sum
      }
    }
    self.sum = sum
    scaled = sum * Double(score.scale)
    let scaled = scaled
    capped = score.softcap.map { Double($0) * tanh(scaled / Double($0)) }
    bias = score.bias == nil ? nil : Double(score.bias(head: head, query: query, key: key))
  }

  /// The softmax of one of `scores`, which are those of all keys that the query may look at.
  /// - Parameter sink: The score that belongs to no key.
  static func softmax(
    of index: Int, among scores: some Collection<NeuronScore>, sink: Float? = nil
  ) -> Double {
    let values = scores.map(\.value) + (sink.map { [Double($0)] } ?? [])
    guard values.indices.contains(index), let largest = values.max() else { return 0 }
    return exp(values[index] - largest) / values.reduce(0) { $0 + exp($1 - largest) }
  }
}
