import Attention
import Tensors
import Transformers

/// The tensors of one pass that show what heads and blocks do to the hidden states.
///
/// Names end in the kind of attention, or of the stack, and the layer: `z.self.3`, `resid_mid.decoder.0`.
///
/// Shape letters: T queries, S keys, H query heads, G key heads, D head size, C hidden size.
public struct PassTensors {
  public enum Quantity: Hashable, Sendable {
    /// `value` `[G, S, D]`.
    case value
    /// `z` `[H, T, D]`: the sums of values under the weights, which the output projection reads.
    case weightedValue
    /// `head_norm` `[H, T]`: the size of what a head adds to each token.
    case headNorm
    /// `write_norm` `[H, T, S]`: the size of what a head moves from each key to each query.
    case edgeNorm
    /// `write_norm_layer` `[T, S]`: the same of all heads together.
    case layerEdgeNorm
    /// `transported_norm` `[H, T]`: the size of what a head's addition becomes in the last states, where norms stand
    /// behind sums.
    case transportedNorm
    /// `[T, C]`; a layer has those that its family has.
    case state(LayerState)
    /// `hidden` `[T, C]`: the last states, behind the final norm.
    case hidden
    /// `final_scale` `[T]`: what the final norm divided by.
    case finalScale
    /// `logits` `[vocabulary]`, where the model predicts: behind its text, or at the first mask.
    case logits
  }

  private let output: ModelOutput
  private let model: any TransformerModel
  /// The heads whose tensors are wanted; nil for all.
  private let heads: Set<Int>?
  private let keepsLayer: (Int) -> Bool

  /// - Parameters:
  ///   - output: Of a pass with `recording(of:)`.
  ///   - heads: Which heads' tensors have rows; nil for all.
  ///   - keepsLayer: Whether a layer's tensors are wanted.
  public init(
    _ output: ModelOutput, of model: any TransformerModel, heads: Set<Int>? = nil,
    keepsLayer: @escaping (Int) -> Bool = { _ in true }
  ) {
    self.output = output
    self.model = model
    self.heads = heads
    self.keepsLayer = keepsLayer
  }

  /// The tensors, made when they are asked for.
  public func sources(_ quantities: Set<Quantity>) -> [TensorSource] {
    let wanted = Quantity.allCases.filter(quantities.contains)
    var tensors: [TensorSource] = []
    for stack in output.stacks {
      for layer in stack.layers where keepsLayer(layer.index) {
        tensors += wanted.compactMap { tensor($0, of: layer, stack.kind) }
      }
    }
    for kind in AttentionKind.allCases {
      guard let trace = output.traces[kind] else { continue }
      tensors += wanted.flatMap { self.tensors($0, of: trace, kind) }
    }
    if quantities.contains(.logits), let logits { tensors.append(logits) }
    return tensors
  }

  /// At the first mask of a model that looks both ways, at the last token of others.
  private var logits: TensorSource? {
    guard let logits = output.logits, logits.tokenCount > 0 else { return nil }
    let looksBothWays = output.stacks.count == 1 && !output.stacks[0].layers[0].mask.isCausal
    let row = looksBothWays ? 0 : logits.tokenCount - 1
    return TensorSource(
      name: Quantity.logits.name, shape: [logits.size],
      values: Array(logits.values[row * logits.size..<(row + 1) * logits.size]))
  }

  private func tensor(
    _ quantity: Quantity, of layer: LayerAttention, _ kind: AttentionKind
  ) -> TensorSource? {
    let kept = (0..<layer.headCount).filter { heads?.contains($0) ?? true }
    let name = "\(quantity.name).\(kind.rawValue).\(layer.index)"
    func byHead(_ shape: [Int], _ values: @escaping (Int) -> [Float]) -> TensorSource {
      TensorSource(
        name: name, shape: [kept.count] + shape, pieceCount: kept.count,
        piece: { values(kept[$0]) })
    }
    guard let vectors = layer.values, let writer = model.headWriter(kind, layer: layer.index)
    else { return nil }
    switch quantity {
    case .value:
      let keyHeads =
        heads == nil
        ? Array(0..<vectors.headCount) : kept.map { $0 / (layer.headCount / vectors.headCount) }
      let size = vectors.rowCount * vectors.headSize
      return TensorSource(
        name: name, shape: [keyHeads.count, vectors.rowCount, vectors.headSize],
        pieceCount: keyHeads.count
      ) { Array(vectors.values[keyHeads[$0] * size..<(keyHeads[$0] + 1) * size]) }
    case .weightedValue:
      return byHead([layer.queryCount, vectors.headSize]) { layer.weightedValues(head: $0).values }
    case .headNorm:
      return byHead([layer.queryCount]) { writer.norms(of: layer, head: $0) }
    case .edgeNorm:
      return byHead([layer.queryCount, layer.keyCount]) { writer.edgeNorms(of: layer, head: $0) }
    case .layerEdgeNorm:
      return TensorSource(name: name, shape: [layer.queryCount, layer.keyCount], pieceCount: 1) {
        _ in writer.edgeNorms(of: layer)
      }
    case .transportedNorm:
      guard let trace = output.traces[kind == .cross ? .decoder : kind],
        writer.transports(through: trace)
      else { return nil }
      return byHead([layer.queryCount]) { head in
        writer.transportedNorms(of: layer, head: head, through: trace)
      }
    case .state, .hidden, .finalScale, .logits:
      return nil
    }
  }

  private func tensors(
    _ quantity: Quantity, of trace: StackTrace, _ kind: AttentionKind
  ) -> [TensorSource] {
    func tensor(_ name: String, _ states: HiddenStates) -> TensorSource {
      TensorSource(
        name: name, shape: [states.tokenCount, states.size], values: states.values)
    }
    switch quantity {
    case .state(let state):
      return trace.layers.indices.filter(keepsLayer).compactMap { layer in
        trace.layers[layer][state].map { states in
          // What attention to the encoder puts out is named like that of the own side.
          let kind = state.isOutputOfCross ? AttentionKind.cross : kind
          return tensor("\(quantity.name).\(kind.rawValue).\(layer)", states)
        }
      }
    case .hidden:
      return trace.last.map { [tensor("\(quantity.name).\(kind.rawValue)", $0)] } ?? []
    case .finalScale:
      return trace.finalScales.map {
        [
          TensorSource(
            name: "\(quantity.name).\(kind.rawValue)", shape: [$0.count], values: $0)
        ]
      } ?? []
    default:
      return []
    }
  }
}

extension LayerState {
  fileprivate var isOutputOfCross: Bool { self == .crossOutput || self == .crossBranch }
}

extension PassTensors.Quantity: CaseIterable {
  public static var allCases: [Self] {
    [.value, .weightedValue, .headNorm, .edgeNorm, .layerEdgeNorm, .transportedNorm]
      + LayerState.allCases.map { .state($0) } + [.hidden, .finalScale, .logits]
  }

  /// The name in dumps.
  public var name: String {
    switch self {
    case .value: "value"
    case .weightedValue: "z"
    case .headNorm: "head_norm"
    case .edgeNorm: "write_norm"
    case .layerEdgeNorm: "write_norm_layer"
    case .transportedNorm: "transported_norm"
    case .state(.crossOutput): LayerState.attentionOutput.rawValue
    case .state(.crossBranch): LayerState.attentionBranch.rawValue
    case .state(let state): state.rawValue
    case .hidden: "hidden"
    case .finalScale: "final_scale"
    case .logits: "logits"
    }
  }

  /// The recording that a pass has to make for it.
  public var recording: Recording {
    switch self {
    case .value, .weightedValue, .headNorm, .edgeNorm, .layerEdgeNorm: Recording(values: true)
    case .transportedNorm:
      Recording(values: true, states: [.middleSum, .crossSum, .afterSum])
    case .state(let state): Recording(states: [state])
    case .hidden, .finalScale: Recording(states: [.after])
    case .logits: Recording(logits: true)
    }
  }
}
