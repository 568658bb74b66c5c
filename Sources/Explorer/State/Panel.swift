/// A list over the view that tells what was asked of the run beyond its record.
public enum Panel: Equatable, Sendable {
  /// The words written by the head that is looked at: from the chosen key, or from all keys of the chosen query.
  case written(isOfRow: Bool)
  /// The writers of the query and the key of the chosen pair.
  case writers
  /// The card of the head that is looked at: all its labels and measures.
  case card
}
