import Attention
import Files
import Tensors
import Transformers

extension RunDifference {
  /// `diff_attention`, `diff_bucket`, `js`, `js_mean`, `delta_z` and `delta_write` of each layer; `pairs`.
  public func tensors() -> AnalysisTensors {
    var result = AnalysisTensors()
    for (one, two) in zip(first.record.stacks, second.record.stacks) {
      guard let alignment = alignments[one.kind] else { continue }
      let (count, keyCount) = (alignment.queries.pairs.count, alignment.keys.pairs.count)
      for layer in one.layers.indices {
        let name = "\(one.kind.rawValue).\(layer)"
        let headCount = one.layers[layer].headCount
        func rows(_ head: Int) -> WeightRows {
          WeightRows(one.layers[layer], two.layers[layer], head: head, alignment)
        }
        result.tensors.append(
          TensorSource(
            name: "diff_attention.\(name)", shape: [headCount, count, keyCount],
            pieceCount: headCount, piece: { rows($0).difference }))
        let all = (0..<headCount).map(rows)
        result.add(
          "diff_bucket.\(name)", [2, headCount, count],
          all.flatMap(\.firstBucket) + all.flatMap(\.secondBucket))
        result.add("js.\(name)", [headCount, count], all.flatMap(\.divergence))
        let heads = self.heads.filter { $0.head.kind == one.kind && $0.head.layer == layer }
        result.add("js_mean.\(name)", [headCount], heads.map(\.divergence))
        result.add("delta_z.\(name)", [headCount], heads.map(\.sumChange))
        result.add("delta_write.\(name)", [headCount], heads.map(\.writeChange))
      }
    }
    func pairs(_ alignment: TokenAlignment) -> JSONNode {
      .list(alignment.pairs.map { .list([.integer($0.first), .integer($0.second)]) })
    }
    result.facts = [
      (
        "pairs",
        .object(
          first.record.stacks.filter { $0.kind != .cross }.compactMap { stack in
            alignments[stack.kind].map { (stack.kind.rawValue, pairs($0.queries)) }
          })
      )
    ]
    return result
  }

  /// Whether activations of the one run can stand in the other: there are as many tokens, and the one model.
  public var isPatchable: Bool {
    first.record.model == second.record.model
      && zip(first.record.stacks, second.record.stacks).allSatisfy {
        $0.queries.count == $1.queries.count && $0.keys.count == $1.keys.count
      }
  }

  /// `patch.clean` and `patch.corrupt`, and both ways, `denoise` and `noise`, for each head, all rows (`head_all`) and
  /// each by itself (`head_row`), its weights (`pattern`) and values alone, and what each layer reads at each row
  /// (`resid`): the scores of two tokens, the outcome's or the likeliest of each run; without a head that predicts, the
  /// distances to both runs.
  ///
  /// - Parameter progress: Called with how many heads are done, and of how many; what it throws ends the rest.
  /// - Precondition: `isPatchable`.
  public func patches(
    outcome text: String?, progress: (_ done: Int, _ count: Int) throws -> Void = { _, _ in }
  ) throws -> AnalysisTensors {
    let pass = try first.requiredPass
    let (one, two) = (pass.output, try second.requiredPass.output)
    let row = try first.outcomeRow
    var ids: [Int] = []
    if pass.predicts {
      ids = try text.map { try first.outcome($0).ids } ?? patchedIDs
    } else if text != nil {
      throw TransformerError.predictsNothing
    }
    var result = AnalysisTensors()
    result.facts = [
      ("row", .integer(row)),
      (
        "target",
        .object([
          ("kind", .string("tokens")),
          ("ids", ids.isEmpty ? .null : .list(ids.map { .integer($0) })),
        ])
      ),
    ]
    let width = ids.isEmpty ? 2 : ids.count
    let kinds = first.record.stacks.map(\.kind)
    let count = 2 * heads.count
    var done = 0
    for direction in Patching.Direction.allCases {
      let patching = Patching(direction, one, two, of: pass.model.model, row: row, tokens: ids)
      if direction == .denoise {
        result.add("patch.clean", [width], patching.unpatched(0))
        result.add("patch.corrupt", [width], patching.unpatched(1))
      }
      for kind in kinds {
        guard let extent = patching.extent(kind) else { continue }
        for (layer, headCount) in extent.heads.enumerated() {
          let name = "\(kind.rawValue).\(layer)"
          let prefix = "patch.\(direction.rawValue)"
          var (all, rows, pattern, values): ([Float], [Float], [Float], [Float]) = ([], [], [], [])
          for head in 0..<headCount {
            try progress(done, count)
            let head = HeadAddress(kind, layer: layer, head: head)
            all += try patching.result(.sums, of: head)
            for row in 0..<extent.rows { rows += try patching.result(.sums, of: head, rows: [row]) }
            pattern += try patching.result(.pattern, of: head)
            values += try patching.result(.values, of: head)
            done += 1
          }
          result.add("\(prefix).head_all.\(name)", [headCount, width], all)
          result.add("\(prefix).head_row.\(name)", [headCount, extent.rows, width], rows)
          result.add("\(prefix).pattern.\(name)", [headCount, width], pattern)
          result.add("\(prefix).values.\(name)", [headCount, width], values)
          guard kind != .cross else { continue }
          let states = try (0..<extent.rows).flatMap {
            try patching.result(stateBefore: layer, of: kind, row: $0)
          }
          result.add("\(prefix).resid.\(name)", [extent.rows, width], states)
        }
      }
    }
    return result
  }

  /// The likeliest token of each run; where they are the same, the first run's two.
  private var patchedIDs: [Int] {
    get throws {
      let ids = try first.likeliestIDs(1) + second.likeliestIDs(1)
      return Set(ids).count == ids.count ? ids : try first.likeliestIDs(2)
    }
  }
}
