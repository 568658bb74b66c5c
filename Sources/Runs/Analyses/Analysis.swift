import Attention
import Files
import Tensors
import Transformers

/// An analysis of a run besides what it kept: tensors of a group that dumps know by name.
public enum Analysis: String, CaseIterable, Sendable {
  /// The addition of each part to the outcome's score, norms frozen.
  case dla
  /// The tokens that a head raises and lowers by what it takes from a key.
  case words
  /// The outcome once a head's write is taken off the last state.
  case removal
  /// The outcome without each head, without all of a layer, and without those that are named.
  case ablation
  /// The outcome with each edge cut.
  case edges
  /// The predictions that states on the way would make.
  case lens
  /// The share that each token has in each.
  case rollout
  /// A score, split by what wrote the query and the key.
  case writers

  /// The recording that a pass has to make for it.
  public var recording: Recording {
    switch self {
    case .dla, .words, .writers: DirectShares.recording
    case .removal: Replay.recording.union(DirectShares.recording)
    case .ablation, .edges: Replay.recording
    case .lens: LogitLens.recording
    case .rollout: Recording()
    }
  }

  /// Whether it says what changes would do, so that the run itself has to be the one in which nothing is changed.
  public var changesTheRun: Bool { self == .ablation || self == .edges }
}

/// The subject of an analysis.
public struct AnalysisSubject: Sendable {
  /// As `Run.outcome` reads it; nil for the likeliest tokens.
  public var outcome: String?
  /// Heads that are off together.
  public var heads: [HeadAddress]
  public var cuts: [EdgeCut]
  /// A head, a query and a key each.
  public var pairs: [HeadPair]

  public init(
    outcome: String? = nil, heads: [HeadAddress] = [], cuts: [EdgeCut] = [],
    pairs: [HeadPair] = []
  ) {
    self.outcome = outcome
    self.heads = heads
    self.cuts = cuts
    self.pairs = pairs
  }
}

/// A query and a key of a head, spelled `0.3:12>4`.
public struct HeadPair: Hashable, Sendable, LosslessStringConvertible {
  public let head: HeadAddress
  public let query: Int
  public let key: Int

  public init?(_ description: String) {
    guard let cut = EdgeCut(description), cut.layers.count == 1, cut.keys.count == 1,
      let heads = cut.heads, heads.count == 1, case .numbered(let rows) = cut.queries,
      rows.count == 1
    else { return nil }
    head = HeadAddress(cut.kind, layer: cut.layers.lowerBound, head: heads.lowerBound)
    query = rows[0]
    key = cut.keys.lowerBound
  }

  public var description: String { "\(head):\(query)>\(key)" }
}

/// The tensors of an analysis, and what has to be known to read them.
public struct AnalysisTensors {
  public internal(set) var tensors: [TensorSource] = []
  package internal(set) var facts: [(key: String, value: JSONNode)] = []

  mutating func add(_ name: String, _ shape: [Int], _ values: [Float]) {
    tensors.append(TensorSource(name: name, shape: shape, values: values))
  }
}
