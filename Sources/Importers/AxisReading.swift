import Tensors

/// The axes of a tensor of attention, and what lies along them.
///
/// Shape letters: L layers, B batch, H heads, T queries, S keys.
struct AxisReading {
  let path: String
  let name: String
  let shape: [Int]
  let axes: [Axis]

  /// - Parameters:
  ///   - isLayer: Whether the tensor is one of several, or its name says which layer it is.
  ///   - options: Axes and batch as a person says them.
  init(
    path: String, name: String, shape: [Int], isLayer: Bool, options: ImportOptions
  ) throws(ImportError) {
    self.path = path
    self.name = name
    self.shape = shape
    guard !shape.contains(0) else { throw .emptyTensor(path: path, name: name, shape: shape) }
    if let axes = options.axes {
      guard axes.count == shape.count else {
        throw .axisCount(path: path, name: name, shape: shape, axes: axes)
      }
      self.axes = axes
      return
    }
    switch (shape.count, isLayer) {
    case (2, _): axes = [.queries, .keys]
    case (3, _): axes = [.heads, .queries, .keys]
    case (4, true): axes = [.batch, .heads, .queries, .keys]
    case (4, false):
      axes = [options.batch == nil ? .layers : .batch, .heads, .queries, .keys]
    case (5, false) where shape[0] == 1 && shape[1] != 1:
      axes = [.batch, .layers, .heads, .queries, .keys]
    case (5, false) where shape[1] == 1:
      axes = [.layers, .batch, .heads, .queries, .keys]
    default:
      throw .unclearAxes(path: path, name: name, shape: shape)
    }
  }

  /// Whether the first axis was taken for what it might not be: layers or a batch for each other, heads for layers.
  func isGuess(_ options: ImportOptions) -> Bool {
    options.axes == nil && (3...4).contains(axes.count) && shape[0] > 1
  }

  /// The length of an axis; nil where there is none.
  func count(_ axis: Axis) -> Int? { axes.firstIndex(of: axis).map { shape[$0] } }

  /// The weights of each layer.
  /// - Parameter batch: Which example, where there are several.
  func views(_ tensor: FloatTensor, batch: Int?) throws(ImportError) -> [WeightView] {
    if let count = count(.batch) {
      guard count == 1 || batch != nil else {
        throw .batchNotChosen(path: path, name: name, count: count)
      }
      guard batch ?? 0 < count else {
        throw .batchOutOfRange(path: path, batch: batch ?? 0, name: name, count: count)
      }
    } else if let batch, batch > 0 {
      throw .noBatch(path: path, batch: batch, name: name, shape: shape)
    }
    let layers = span(.layers)
    let start = (batch ?? 0) * (count(.batch) == nil ? 0 : span(.batch).stride)
    return (0..<layers.count).map { layer in
      WeightView(
        tensor: tensor, start: start + layer * layers.stride, heads: span(.heads),
        queries: span(.queries), keys: span(.keys))
    }
  }

  private func span(_ axis: Axis) -> WeightView.Span {
    guard let index = axes.firstIndex(of: axis) else { return WeightView.Span() }
    return WeightView.Span(
      count: shape[index], stride: shape[(index + 1)...].reduce(1, *))
  }
}
