import Attention
import TerminalUI

/// A sentence on a head, made of its numbers: what it looks at, how much of its weight that is beside chance,
/// its strongest pair of words, and what it rests on.
struct HeadSentence {
  /// In the order in which they stand; the later of each name are the first to go where there is no room.
  private let subject: String
  private let amount: String
  private let example: String
  private let rest: String

  init(_ state: ExplorerState, _ place: HeadPlace, _ glyphs: Glyphs) {
    let summary = state.summary(place)
    // The label that every view puts first.
    let pattern = summary.patterns[0]
    // The numbers are of the whole text, also where some of it is left out.
    let isWhole = state.slice.isWhole
    subject =
      (isWhole ? "" : "whole text: ") + "head \(state.title(of: place)) "
      + Self.phrase(pattern, keys: state.stack.keys, glyphs)
    amount = Self.amount(pattern, glyphs)
    example = Self.example(state, place, glyphs)
    rest =
      pattern.label.family == .sinks || !isWhole ? "" : Self.rest(summary, keys: state.stack.keys)
  }

  /// As much of it as fits into `columns`.
  func text(columns: Int) -> String {
    let candidates = [
      subject + amount + example + rest, subject + amount + example, subject + amount + rest,
      subject + amount,
    ]
    return candidates.first { TextWidth.columns(of: $0) <= columns } ?? subject
  }

  var whole: String { subject + amount + example + rest }

  // MARK: Parts

  private static func phrase(
    _ pattern: HeadSummary.Pattern, keys: [Token], _ glyphs: Glyphs
  ) -> String {
    switch pattern.label {
    case .previous: "looks at the token before"
    case .next: "looks at the token after"
    case .own: "looks at the token itself"
    case .decay: "looks at near tokens, and less at far ones"
    case .offset:
      pattern.operand.map { distance in
        "looks at the token \(distance.magnitude) \(distance < 0 ? "before" : "after")"
      } ?? "looks at one distance"
    case .first: "rests on the first token"
    case .delimiter: "rests on special tokens"
    case .punctuation: "looks at punctuation"
    case .vertical:
      pattern.operand.map { "looks at one token, \(name(of: $0, in: keys, glyphs)), from wherever" }
        ?? "looks at one token from wherever"
    case .same: "looks at the same word elsewhere"
    case .sameAcross: "looks at the same word in the other sentence"
    case .induction: "looks at what followed the same token before"
    case .subword: "looks at the other pieces of the word"
    case .alignment: "goes along the keys as the queries go on"
    case .broad: "looks at nearly everything"
    case .block: "looks at all of the sentence that the token is in"
    case .sharp: "looks sharply, at what no label describes"
    case .mixed: "does what no label describes"
    }
  }

  /// The score, and how many times chance that is.
  private static func amount(_ pattern: HeadSummary.Pattern, _ glyphs: Glyphs) -> String {
    guard let score = pattern.scoreText else { return "" }
    let what =
      switch pattern.label {
      case .broad: "entropy \(score) of even attention's"
      case .decay: "score \(score)"
      case .sharp: "largest weight \(score) on average"
      default: pattern.isBesidesSinks ? "\(score) of what sinks leave" : "\(score) of its weight"
      }
    return " (" + [what, pattern.liftText(glyphs)].compactMap(\.self).joined(separator: ", ") + ")"
  }

  /// The strongest pair of ordinary words.
  private static func example(
    _ state: ExplorerState, _ place: HeadPlace, _ glyphs: Glyphs
  ) -> String {
    guard place == state.place, state.shownNumbers.quantity == .attention,
      let pair = state.ordinaryPair(amongAtMost: 1 << 20), pair.weight >= 0.1
    else { return "" }
    let query = state.queryAxis.items[pair.query].label
    let key = state.keyAxis.items[pair.key].label
    return ": \(query) \(glyphs.right) \(key) \(NumberText.weight(pair.weight))"
  }

  /// The tokens on which it rests when there is nothing to look at.
  private static func rest(_ summary: HeadSummary, keys: [Token]) -> String {
    guard let sinks = summary.spread?.sinks, sinks >= 0.1 else { return "" }
    let first = summary.measured(.first)?.score ?? 0
    let others = summary.measured(.delimiter)?.score ?? 0
    let name =
      first >= others
      ? keys.first.map { $0.isSpecial ? TextWidth.printable($0.display) : "the first token" } ?? ""
      : "special tokens"
    return "; else rests on \(name) (sinks \(NumberText.weight(sinks)))"
  }

  private static func name(of token: Int, in keys: [Token], _ glyphs: Glyphs) -> String {
    guard keys.indices.contains(token) else { return "\(token)" }
    return "\(token) \"\(TokenAxis.label(keys[token], isRaw: false, glyphs))\""
  }
}

extension ExplorerState {
  /// Writes what the head in sight does above the readout, where the view has left the row empty.
  func drawSentence(on canvas: inout Canvas, theme: Theme) {
    let y = frame.readoutRow - 1
    guard panel == nil, y > frame.firstBodyRow,
      (0..<canvas.width).allSatisfy({ canvas[$0, y].scalar == 0x20 })
    else { return }
    let text =
      changeSentence ?? HeadSentence(self, place, theme.glyphs).text(columns: viewport.width - 2)
    canvas.write(text, x: 1, y: y, style: theme.style(.text), limit: viewport.width - 2)
  }
}
