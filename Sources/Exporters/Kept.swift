import Explorer

/// The kept part of a model: the layers that have run, and of these what a restriction leaves.
extension ExplorerState {
  /// The same with another kind of attention to look at.
  func showing(stack: Int) -> ExplorerState {
    var state = self
    state.selection.stack = stack
    state.selection.layer = 0
    return state
  }

  /// The same in words; empty for all.
  var shareTexts: [String] {
    [ranLayersText].compactMap(\.self)
      + [("layers", display.restriction.layers), ("heads", display.restriction.heads)].compactMap {
        (name, numbers) in
        numbers.map { "\(name) \(NumberList.text(of: $0.sorted())) only" }
      }
  }
}
