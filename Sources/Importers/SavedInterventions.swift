import Attention
import Files

extension SavedFields {
  /// The changes to heads in the run: ablations and cut edges.
  var interventions: [Intervention] {
    get throws(ImportError) {
      guard isOwn else { return [] }
      return try list(
        "interventions",
        "a list of objects with head, as and rows, with cut and keeps_sum, or with head and from",
        batch: nil, Intervention.init) ?? []
    }
  }
}

extension Intervention {
  /// The keys of a text have smaller numbers.
  private static let keyLimit = 1 << 24

  /// - Parameter saved: As a dump writes it.
  fileprivate init?(_ saved: JSONValue) {
    if let head = saved["head"]?.string.flatMap(HeadAddress.init),
      let replacement = saved["as"]?.string.flatMap(HeadAblation.Replacement.init),
      let rows = saved["rows"]?.string.flatMap(Rows.init)
    {
      self = .ablation(HeadAblation(head, as: replacement, rows: rows))
    } else if var cut = saved["cut"]?.string.flatMap(EdgeCut.init),
      cut.keys.upperBound < Self.keyLimit, let keepsSum = saved["keeps_sum"]?.bool
    {
      cut.keepsSum = keepsSum
      self = .cut(cut)
    } else if let head = saved["head"]?.string.flatMap(HeadAddress.init),
      let source = saved["from"].flatMap(ModelRequest.init)
    {
      self = .patch(HeadPatch(head, from: source))
    } else {
      return nil
    }
  }
}

extension ModelRequest {
  /// - Parameter saved: As a dump writes the run that a head's sums come from.
  fileprivate init?(_ saved: JSONValue) {
    guard let text = saved["text"]?.string else { return nil }
    func ids(_ key: String) -> [Int]? { saved[key]?.array?.compactMap(\.integer) }
    self.init(
      text: text, pair: saved["pair"]?.string, target: saved["target"]?.string,
      inputIDs: ids("input_ids"), decoderInputIDs: ids("decoder_input_ids"),
      interventions: saved["interventions"]?.array?.compactMap(Intervention.init) ?? [])
  }
}
