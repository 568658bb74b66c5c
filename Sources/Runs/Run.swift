import Attention
import Tensors
import Transformers

/// The result of a model and one text, or of a file of saved attention.
public struct Run: Sendable {
  public let record: AttentionRecord
  let pass: Pass?

  struct Pass: Sendable {
    let model: LoadedModel
    let output: ModelOutput
  }

  /// Of a pass.
  public init(_ record: AttentionRecord, _ output: ModelOutput, of model: LoadedModel) {
    self.record = record
    pass = Pass(model: model, output: output)
  }

  /// Of saved attention.
  public init(saved record: AttentionRecord) {
    self.record = record
    pass = nil
  }

  /// - Throws: `RunError.needsModel` for saved attention.
  var requiredPass: Pass {
    get throws {
      guard let pass else { throw RunError.needsModel }
      return pass
    }
  }

  /// For a run on a longer text; nil unless it was to be kept.
  public var memory: PassMemory? { pass?.output.memory }

  /// The changes that the pass made to the hidden states; nil where there was no pass.
  ///
  /// - Parameters:
  ///   - heads: Which heads' tensors have rows; nil for all.
  ///   - keepsLayer: Whether a layer's tensors are wanted.
  public func tensors(
    heads: Set<Int>? = nil, keepsLayer: @escaping (Int) -> Bool = { _ in true }
  ) -> PassTensors? {
    pass.map { PassTensors($0.output, of: $0.model.model, heads: heads, keepsLayer: keepsLayer) }
  }
}
