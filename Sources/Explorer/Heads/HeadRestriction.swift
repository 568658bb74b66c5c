import Attention

/// The layers and heads there are to look at, by the numbers that the model gives them; nil is all.
public struct HeadRestriction: Hashable, Sendable {
  public var layers: Set<Int>?
  public var heads: Set<Int>?

  public init(layers: Set<Int>? = nil, heads: Set<Int>? = nil) {
    self.layers = layers
    self.heads = heads
  }

  /// Whether it leaves everything.
  public var isEmpty: Bool { layers == nil && heads == nil }

  /// The heads that it leaves of a layer, in order.
  public func heads(of layer: LayerAttention) -> [Int] {
    (0..<layer.headCount).filter { heads?.contains($0) ?? true }
  }

  /// Positions of the layers that it leaves heads of, in order.
  public func layers(of stack: AttentionStack) -> [Int] {
    stack.layers.indices.filter { position in
      let layer = stack.layers[position]
      return (layers?.contains(layer.index) ?? true)
        && (heads?.contains { $0 < layer.headCount } ?? true)
    }
  }

  /// The numbers of the layers that it leaves heads of, those to come included, which are taken to have as many
  /// heads as others.
  public func layerNumbers(of stack: AttentionStack) -> [Int] {
    layers(of: stack).map { stack.layers[$0].index }
      + (stack.layers.count..<stack.layerCount).filter { layers?.contains($0) ?? true }
  }
}

extension ExplorerState {
  /// The restriction, or none where it would leave nothing: a decoder can have fewer layers than its encoder.
  private var restriction: HeadRestriction {
    let restriction = display.restriction
    return restriction.layers(of: stack).isEmpty ? HeadRestriction() : restriction
  }

  /// Positions of the layers that there are to look at, in order; never empty.
  public var keptLayers: [Int] { restriction.layers(of: stack) }

  /// Their numbers, with those of layers that have not run.
  var keptLayerNumbers: [Int] { restriction.layerNumbers(of: stack) }

  /// The heads that there are to look at in a layer, in order; never empty for a layer that is kept.
  public func keptHeads(ofLayer layer: Int) -> [Int] {
    restriction.heads(of: stack.layers[layer])
  }

  /// Of the layer that is looked at.
  public var keptHeads: [Int] { keptHeads(ofLayer: selection.layer) }

  /// The layers and heads that are kept, if any are left out.
  var restrictionItems: [FrameItem] {
    let restriction = restriction
    return [("layers", restriction.layers), ("heads", restriction.heads)].compactMap {
      (name, numbers) in
      numbers.map { .labelled("\(name) kept", NumberList.text(of: $0.sorted())) }
    }
  }
}
