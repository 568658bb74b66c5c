/// An error in an intervention, given a model and a text.
public enum InterventionError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The model has other kinds of attention.
  case noKind(Intervention, kinds: [AttentionKind])
  case noLayer(Int, in: Intervention, count: Int)
  case noHead(Int, in: Intervention, count: Int)
  case noToken(Int, in: Intervention, count: Int)
  /// All keys that a query may look at are cut.
  case rowWithoutKey(HeadAddress, query: Int, cut: EdgeCut)
  /// The head comes from a text of another length.
  case otherLength(HeadPatch, count: Int, expected: Int)
  /// The query sees no key whose value could be taken.
  case nothingToReplaceWith(HeadAblation, query: Int)

  public var description: String {
    switch self {
    case .noKind(let intervention, let kinds):
      kinds == [.own]
        ? "\(intervention.name): the model has no \(intervention.kind.rawValue) attention: give the numbers alone, such as 0.1"
        : "\(intervention.name): say which attention it is: \(kinds.map { "\($0.rawValue):…" }.joined(separator: ", "))"
    case .noLayer(let layer, let intervention, let count):
      "\(intervention.name): there is no layer \(layer), there are \(Self.numbers(count))"
    case .noHead(let head, let intervention, let count):
      "\(intervention.name): there is no head \(head), there are \(Self.numbers(count))"
    case .noToken(let token, let intervention, let count):
      "\(intervention.name): there is no token \(token), there are \(Self.numbers(count))"
    case .rowWithoutKey(let head, let query, let cut):
      "cut \(cut): token \(query) would have no key left to look at in head \(head): cut fewer, or turn the head off"
    case .otherLength(let patch, let count, let expected):
      "head \(patch.head) as in \(patch.source.name): activations fit only between texts of the same length, and that one has \(count) tokens, this one \(expected)"
    case .nothingToReplaceWith(let ablation, let query):
      "head \(ablation.head): token \(query) sees no key whose value could be taken: take another replacement"
    }
  }

  private static func numbers(_ count: Int) -> String { count == 1 ? "only 0" : "0-\(count - 1)" }
}

extension Intervention {
  /// The name of the intervention in messages.
  fileprivate var name: String {
    switch self {
    case .ablation(let ablation): "head \(ablation.head)"
    case .cut(let cut): "cut \(cut)"
    case .patch(let patch): "head \(patch.head)"
    }
  }
}
