import Attention
import Tensors
import Transformers

/// What came of a model and one text, or out of a file of saved attention.
public struct Run: Sendable {
  public let record: AttentionRecord
  private let pass: Pass?

  private struct Pass: Sendable {
    let model: any TransformerModel
    let output: ModelOutput
  }

  /// Of a pass.
  public init(_ record: AttentionRecord, _ output: ModelOutput, of model: any TransformerModel) {
    self.record = record
    pass = Pass(model: model, output: output)
  }

  /// Of saved attention.
  public init(saved record: AttentionRecord) {
    self.record = record
    pass = nil
  }

  /// For a run on a longer text; nil unless it was to be kept.
  public var memory: PassMemory? { pass?.output.memory }

  /// What the pass did to the hidden states; nil where there was none.
  ///
  /// - Parameters:
  ///   - heads: Which heads' tensors have rows; nil for all.
  ///   - keepsLayer: Whether a layer's tensors are wanted.
  public func tensors(
    heads: Set<Int>? = nil, keepsLayer: @escaping (Int) -> Bool = { _ in true }
  ) -> PassTensors? {
    pass.map { PassTensors($0.output, of: $0.model, heads: heads, keepsLayer: keepsLayer) }
  }
}
