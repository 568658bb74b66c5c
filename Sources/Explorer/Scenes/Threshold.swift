import TerminalUI

/// The strengths from which on something is drawn, or drawn louder.
///
/// Strengths are amounts. Those of lines are in proportion to what is full brightness; those of numbers are what the
/// number says.
package enum Threshold {
  /// A line from the cursor's token.
  static let cursorLine: Float = 0.01
  /// A line of a whole head's picture, and the weakest line that the cursor's neighbours can have.
  static let headLine: Float = 0.12
  /// The same beside the list of the head's tokens.
  static let listedHeadLine: Float = 0.1
  /// Without colour, weaker lines only make a texture.
  static let colorlessLine: Float = 0.25
  /// Lines of middle thickness, and of full thickness.
  static let thickLine: Float = 0.1
  static let thickestLine: Float = 0.6

  /// Numbers and tokens that stand out, and such that step back.
  static let strong: Float = 0.1
  static let faintNumber: Float = 0.02
  static let faintToken: Float = 0.03
  /// A number that stands out in a list of strong ones.
  static let outstanding: Float = 0.3
  /// A token worth its place in a list.
  static let listed: Float = 0.03
  /// The heaviest tokens of a row, in words: in a matrix, whose row is seen at a glance, weaker ones, too.
  static let namedPeak: Float = 0.1
  static let namedMatrixPeak: Float = 0.05
  /// A token that a walk from peak to peak goes to.
  static let visitedPeak: Float = 0.01
  /// A prediction that is named beside the likeliest token: less would be printed as nothing.
  static let namedPrediction: Float = 0.005
  /// A cell that has a number.
  package static let printedCell: Float = 0.045

  /// A line of the tokens that the cursor is not on: the more tokens, the fewer lines.
  package static func otherLine(tokenCount: Int) -> Float {
    tokenCount <= 12 ? headLine : tokenCount <= 24 ? 0.2 : 0.3
  }
}

/// The degree to which a weight's number stands out.
package enum Emphasis {
  case strong, plain, faint

  package init(of weight: Float) {
    let amount = abs(weight)
    self = amount >= Threshold.strong ? .strong : amount < Threshold.faintNumber ? .faint : .plain
  }

  package var isBold: Bool { self == .strong }

  package var ink: Theme.Ink {
    switch self {
    case .strong: .bright
    case .plain: .text
    case .faint: .dim
    }
  }

  /// The ink of a token with a weight: what it is shows only where that is not strong.
  package static func ink(of item: TokenAxis.Item, weight: Float) -> Theme.Ink {
    if abs(weight) >= Threshold.strong { return .bright }
    return item.isSpecial ? .special : abs(weight) < Threshold.faintToken ? .dim : .text
  }
}

extension Theme {
  /// The text of a number in a list, where what rounds to nothing is as quiet as in the matrix.
  func listed(_ number: String) -> String {
    number.allSatisfy { "+-\(glyphs.minus).0".contains($0) }
      ? String(glyphs.dot).rightAligned(number.count) : number
  }

  /// The style of a line or bar: the head's, or, of signed quantities, that of gains or of losses.
  func line(_ strength: AttentionSlice.Strength, level: Int = 4) -> Style {
    showsSigns ? signedInk(strength.weight) : headStyle(strength.head, level: level)
  }

  /// The style of a number, by how far it stands out.
  func number(_ prominence: Float) -> Style {
    let emphasis = Emphasis(of: prominence)
    let style = showsSigns && emphasis.ink != .dim ? signedInk(prominence) : style(emphasis.ink)
    return emphasis.isBold ? style.adding(.bold) : style
  }
}
