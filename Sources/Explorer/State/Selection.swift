import Attention
import TerminalUI

/// The views over one selection.
public enum ViewKind: String, CaseIterable, Sendable {
  case model, head, neuron, matrix, output

  /// As the tab says it.
  public var title: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }

  /// Whether word pieces can be shown as one: a word has no query and key vector of its own.
  var mergesWords: Bool { self != .neuron }
}

/// The place that a person is looking at, shared by all views.
public struct Selection: Equatable, Sendable {
  /// The index of the record's stack (kind of attention).
  public var stack = 0
  /// Position among the stack's layers (not the layer's number).
  public var layer = 0
  /// Heads whose lines are drawn; never empty.
  public var activeHeads: Set<Int> = []
  /// Whether a head that is on alone stays on when another is looked at, instead of handing that on.
  public var keepsHead = false
  /// The head that is looked at.
  public var head = 0
  /// Tokens, by their numbers in the input.
  public var query = 0
  public var key = 0
  /// Position in the head's vector.
  public var neuron = 0
  /// Of the output; nil for the head that is looked at.
  public var part: OutputReport.Source?
  public var side = Side.query

  /// The column that the cursor is in.
  public enum Side: String, CaseIterable, Sendable {
    case query, key
  }
}

/// The part of a sentence pair that is shown: from → to. Cut out, not normalised again.
public enum SentenceFilter: String, CaseIterable, Sendable {
  case all, aa, bb, ab, ba

  public func title(_ glyphs: Glyphs) -> String {
    if self == .all { return "All" }
    return rawValue.uppercased().map(String.init).joined(separator: String(glyphs.right))
  }

  var querySegment: Int? {
    switch self {
    case .all: nil
    case .aa, .ab: 0
    case .bb, .ba: 1
    }
  }

  var keySegment: Int? {
    switch self {
    case .all: nil
    case .aa, .ba: 0
    case .bb, .ab: 1
    }
  }
}

/// The weight that others are compared with for their brightness; the numbers stay as they are.
public enum WeightScale: String, CaseIterable, Sendable {
  case absolute
  /// The head's largest weight.
  case head
  /// The layer's largest weight.
  case layer
}

/// The aggregation of the weights of several heads into one.
public enum Aggregation: String, CaseIterable, Sendable {
  /// The strongest head's weight, in its colour.
  case max
  case mean
  /// Each head's weight divided by the number of active heads, as BertViz draws its lines.
  case exact
}

/// The lines of the tokens that the cursor is not on.
public enum OtherLines: String, CaseIterable, Sendable {
  case dim, none, all
}
