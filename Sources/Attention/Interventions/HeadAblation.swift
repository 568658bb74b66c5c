/// A head that is turned off: other vectors stand in the place of its sums of values, before the output projection.
public struct HeadAblation: Hashable, Sendable {
  public var head: HeadAddress
  public var replacement: Replacement
  /// At which queries.
  public var rows: Rows

  /// The vectors that replace a head's sums of values, all of them as in the unchanged run.
  public enum Replacement: String, CaseIterable, Sendable {
    /// Zeros, so that the head adds nothing, the bias of its values included.
    case zero
    /// The bias of the head's values alone, which says nothing of what it attends to.
    case zeroKeepBias = "zero-keep-bias"
    /// The mean of the head's sums over all tokens of the text.
    case mean
    /// The value of the first token that the query may look at, where many heads rest.
    case first

    /// Whether it takes what the model made of the text.
    var isOfText: Bool { self == .mean || self == .first }
  }

  public init(_ head: HeadAddress, as replacement: Replacement = .zero, rows: Rows = .all) {
    self.head = head
    self.replacement = replacement
    self.rows = rows
  }
}

/// The vectors that replace a head's sums of values at some queries.
package struct ReplacedSums: Sendable {
  package let rows: [Int]
  /// `[rows, D]`.
  package let values: [Float]

  package init(rows: [Int], values: [Float]) {
    precondition(rows.isEmpty || values.count.isMultiple(of: rows.count))
    self.rows = rows
    self.values = values
  }

  /// D.
  package var size: Int { rows.isEmpty ? 0 : values.count / rows.count }
}
