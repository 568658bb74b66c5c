import Attention
import TerminalUI

/// One side of the attention as it is shown: which tokens, and how they are put together.
///
/// The sentence filter, hidden special tokens and a crop leave tokens out; merged word pieces put several into one item.
public struct TokenAxis: Equatable, Sendable {
  public struct Item: Equatable, Sendable {
    /// The tokens it stands for, by their numbers in the whole input.
    public let tokens: Range<Int>
    /// Safe to show.
    public let label: String
    public let isSpecial: Bool
    public let segment: Int
    /// The label begins with the mark of what goes on with the word before.
    public var isContinuation = false

    /// The number printed beside it.
    public var number: Int { tokens.lowerBound }
  }

  public let items: [Item]
  /// The tokens of each item: what the sums over long inputs go through.
  let ranges: [Range<Int>]
  /// Columns of the widest label.
  let labelWidth: Int

  public init(
    _ tokens: [Token], segment: Int? = nil, hidesSpecials: Bool = false, only: Set<Int>? = nil,
    mergesWords: Bool = false, isRaw: Bool = false, glyphs: Glyphs = .unicode
  ) {
    var items: [Item] = []
    for (index, token) in tokens.enumerated() {
      if let segment, token.segment != segment { continue }
      if hidesSpecials, token.isSpecial { continue }
      if let only, !only.contains(index) { continue }
      let label = Self.label(token, isRaw: isRaw, glyphs)
      if mergesWords, token.continuesWord, let last = items.last, last.tokens.upperBound == index {
        items[items.count - 1] = Item(
          tokens: last.tokens.lowerBound..<index + 1, label: last.label + label,
          isSpecial: last.isSpecial, segment: last.segment)
      } else {
        // A comma needs no mark to be told from a word.
        let isContinuation =
          !isRaw && !mergesWords && token.continuesWord && !token.isSpecial
          && !label.allSatisfy { $0.isPunctuation || $0.isSymbol || $0.isWhitespace }
        let mark = isContinuation ? String(glyphs.dot) : ""
        items.append(
          Item(
            tokens: index..<index + 1, label: mark + TextWidth.standing(label),
            isSpecial: token.isSpecial, segment: token.segment, isContinuation: isContinuation))
      }
    }
    self.items = items
    ranges = items.map(\.tokens)
    labelWidth = items.map { TextWidth.columns(of: $0.label) }.max() ?? 0
  }

  /// A token as people read it, or as the vocabulary has it.
  package static func label(_ token: Token, isRaw: Bool, _ glyphs: Glyphs) -> String {
    if isRaw { return TextWidth.printable(token.text, glyphs: glyphs) }
    // A blank is part of a token, not something to look at; a token of blanks only shows as one.
    let text = String(Substring(token.display.unicodeScalars.drop { $0 == " " }))
    let label = TextWidth.printable(text, glyphs: glyphs)
    return label.isEmpty ? String(glyphs.blank) : label
  }

  public var count: Int { items.count }

  /// The item that shows `token`, or the nearest one; nil only when there is none at all.
  public func position(of token: Int) -> Int? {
    guard !items.isEmpty else { return nil }
    return ranges.firstIndex { $0.upperBound > token } ?? items.count - 1
  }

  /// Whether the item before is of another sentence, or none.
  func startsSentence(at position: Int) -> Bool {
    position == 0 || items[position - 1].segment != items[position].segment
  }

  /// Columns for the numbers, with a blank before those that stand beside the letter of a sentence.
  func numberWidth(hasGutter: Bool) -> Int {
    let digits = String(items.last?.number ?? 0).count
    guard hasGutter, let start = items.indices.last(where: startsSentence(at:)) else {
      return digits
    }
    return max(digits, String(items[start].number).count + 1)
  }

  /// Whether the tokens belong to more than one sentence.
  public var isPair: Bool {
    guard let first = items.first else { return false }
    return items.contains { $0.segment != first.segment }
  }
}
