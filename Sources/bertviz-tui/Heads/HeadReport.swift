import Attention
import Files

/// The report of `heads` on one text for other programs: an object on a line of its own.
enum HeadReport {
  /// `model`, `tokens` of the keys and, where the queries are another text's, `decoder_tokens`, `notes`, and
  /// the `heads`.
  static func members(
    of record: AttentionRecord, _ rows: [HeadRow]
  ) -> [(String, JSONNode)] {
    func texts(_ tokens: [Token]) -> JSONNode { .list(tokens.map { .string($0.text) }) }
    let cross = record.stacks.first { $0.kind == .cross }
    let first = record.stacks[0]
    return [
      ("model", .string(record.model)),
      ("tokens", texts(cross?.keys ?? first.keys)),
    ] + (cross.map { [("decoder_tokens", texts($0.queries))] } ?? []) + [
      ("notes", .list(record.notes.map { .string($0) })),
      ("heads", .list(rows.map(\.json))),
    ]
  }
}
