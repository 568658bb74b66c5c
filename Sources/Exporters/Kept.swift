import Explorer

/// What is left of a model by a restriction to some layers and heads.
extension ExplorerState {
  /// The same with another kind of attention to look at.
  func showing(stack: Int) -> ExplorerState {
    var state = self
    state.selection.stack = stack
    state.selection.layer = 0
    return state
  }

  /// What is kept, in words; empty for all.
  var restrictionTexts: [String] {
    [("layers", display.restriction.layers), ("heads", display.restriction.heads)].compactMap {
      (name, numbers) in
      numbers.map { "\(name) \(NumberList.text(of: $0.sorted())) only" }
    }
  }
}
