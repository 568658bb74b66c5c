import Attention
import TerminalUI

/// The parts of views that would otherwise be recomputed for each key and frame: nothing but time is lost
/// without them.
struct Caches: Sendable {
  struct AxisKey: Hashable, Sendable {
    var stack: Int
    var side: Selection.Side
    var segment: Int?
    var hidesSpecials: Bool
    var mergesWords: Bool
    var isRaw: Bool
    var crop: Set<Int>?
    var glyphs: Glyphs
  }

  struct RankingKey: Hashable, Sendable {
    var stack: Int
    /// Further layers can still come.
    var ranLayerCount: Int
    var restriction: HeadRestriction
    var ranking: HeadRanking
    var basis: RankingBasis?
  }

  let rankings = RecentCache<RankingKey, [HeadPlace]>(byteLimit: 1 << 20) {
    $0.count * MemoryLayout<HeadPlace>.stride
  }

  /// A few settings' worth of axes: making one reads every token.
  let axes = RecentCache<AxisKey, TokenAxis>(byteLimit: 8 << 20) {
    $0.items.count * MemoryLayout<TokenAxis.Item>.stride
  }

  /// Bins cost a row of weights for each query, so moving the cursor over them must not recompute them.
  let bins = MatrixBins.Cache(byteLimit: 4 << 20) {
    $0.values.count * MemoryLayout<Float?>.stride
  }

  struct PairKey: Hashable, Sendable {
    var stack: Int
    var place: HeadPlace
    var numbers: EdgeNumbers
    /// The tokens of each query and each key.
    var queries: [Range<Int>]
    var keys: [Range<Int>]
  }

  let ordinaryPairs = RecentCache<PairKey, HeadSummary.Pair?>(byteLimit: 1 << 16) { _ in
    MemoryLayout<HeadSummary.Pair>.size
  }

  /// Likewise lines cost rows of weights for each visible query.
  let strongPairs = StrongPairs.Cache(byteLimit: 4 << 20) {
    $0.pairs.count * MemoryLayout<PairLine>.stride
  }
}
