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
        for measure in [DifferenceMeasure.sums, .writes] {
          let changes = heads.compactMap(measure.value)
          if changes.count == headCount {
            result.add("\(measure.rawValue).\(name)", [headCount], changes)
          }
        }
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
    first.pass != nil && second.pass != nil && first.record.model == second.record.model
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
    let ids = try patchedOutcome(text)?.ids ?? []
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

  /// The shares of the first run's outcome that each head brings back in the second run, if its sums of values are those
  /// of the first: 0 for nothing, 1 for all of it.
  ///
  /// - Parameters:
  ///   - text: As `patches` takes it.
  ///   - progress: Likewise.
  /// - Returns: With the outcome, which is nil where nothing is predicted; nil where the two runs differ too little to
  ///   tell.
  /// - Precondition: `isPatchable`.
  public func restored(
    outcome text: String?, progress: (_ done: Int, _ count: Int) throws -> Void = { _, _ in }
  ) throws -> (of: NamedOutcome?, heads: [HeadAddress: Float])? {
    let pass = try first.requiredPass
    let outcome = try patchedOutcome(text)
    let patching = Patching(
      .denoise, pass.output, try second.requiredPass.output, of: pass.model.model,
      row: try first.outcomeRow, tokens: outcome?.ids ?? [])
    /// Without a prediction, nearer to the first run is more.
    func score(_ result: [Float]) -> Float {
      outcome?.value(ofLogits: result) ?? result[1] - result[0]
    }
    let (one, two) = (score(patching.unpatched(0)), score(patching.unpatched(1)))
    guard abs(one - two) >= (outcome == nil ? 1e-4 : 0.1) else { return nil }
    var restored: [HeadAddress: Float] = [:]
    for (index, head) in heads.enumerated() {
      try progress(index, heads.count)
      restored[head.head] = (score(try patching.result(.sums, of: head.head)) - two) / (one - two)
    }
    return (
      outcome.map { NamedOutcome($0, tokens: $0.ids.map(pass.model.token)) }, restored
    )
  }

  /// The outcome that patches are judged by: the likeliest token of the first run less that of the second; where they
  /// are the same, less the one whose score rises most from the first run to the second. nil where nothing is predicted.
  func patchedOutcome(_ text: String?) throws -> Outcome? {
    let pass = try first.requiredPass
    guard pass.predicts else {
      if text != nil { throw TransformerError.predictsNothing }
      return nil
    }
    if let text { return try first.outcome(text) }
    func scores(_ run: Run) throws -> [Float] {
      let pass = try run.requiredPass
      return try LogitLens.scores(pass.output, of: pass.model.model, row: run.outcomeRow)
    }
    let (one, two) = (try scores(first), try scores(second))
    func best(_ scores: [Float]) -> Int { scores.indices.max { scores[$0] < scores[$1] } ?? 0 }
    let (firstBest, secondBest) = (best(one), best(two))
    guard firstBest == secondBest else { return .difference(firstBest, secondBest) }
    let others = one.indices.filter { $0 != firstBest }
    return .difference(
      firstBest, others.max { two[$0] - one[$0] < two[$1] - one[$1] } ?? firstBest)
  }
}
