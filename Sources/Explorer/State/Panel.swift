/// A list over the view that tells what was asked of the run beyond its record.
public enum Panel: Equatable, Sendable {
  /// What the head that is looked at writes: from the chosen key, or from all keys of the chosen query.
  case written(isOfRow: Bool)
  /// What wrote the query and the key of the chosen pair.
  case writers
  /// What the head that is looked at does, by all its labels and measures.
  case card
}
