import Attention
import TerminalUI

/// Pattern labels as short as the index needs them.
extension PatternLabel {
  /// Three columns.
  package var shortName: String {
    switch self {
    case .previous: "prv"
    case .next: "nxt"
    case .own: "slf"
    case .decay: "dec"
    case .offset: "off"
    case .first: "1st"
    case .delimiter: "sep"
    case .punctuation: "pun"
    case .vertical: "vrt"
    case .same: "sam"
    case .sameAcross: "s-x"
    case .induction: "ind"
    case .subword: "sub"
    case .alignment: "aln"
    case .broad: "brd"
    case .block: "blk"
    case .sharp: "shp"
    case .mixed: "mix"
    }
  }

  /// One column.
  func letter(_ glyphs: Glyphs) -> String {
    switch self {
    case .previous: "p"
    case .next: "n"
    case .own: "s"
    case .decay: "d"
    case .offset: "o"
    case .first: "f"
    case .delimiter: "x"
    case .punctuation: "."
    case .vertical: "v"
    case .same: "="
    case .sameAcross: "+"
    case .induction: "i"
    case .subword: "#"
    case .alignment: "a"
    case .broad: "b"
    case .block: "k"
    case .sharp: "!"
    // The dot of ASCII is taken.
    case .mixed: glyphs.isUnicode ? String(glyphs.dot) : "-"
    }
  }
}

extension PatternLabel.Family {
  var title: String {
    switch self {
    case .position: "position"
    case .sinks: "sinks"
    case .content: "content"
    case .broad: "broad"
    case .mixed: "mixed"
    }
  }

  var labels: [PatternLabel] { PatternLabel.allCases.filter { $0.family == self } }
}

extension HeadSummary.Pattern {
  /// The mark of a score that is a share of what the sinks leave; explained in the state line.
  static let besidesSinksMark = "*"

  /// `first .60`, `off −2 .60`, `prev* .60`
  package func text(_ glyphs: Glyphs) -> String {
    let place = operand.map { label == .offset ? Self.signed($0, glyphs) : String($0) }
    let name = marked([label.rawValue, place].compactMap { $0 }.joined(separator: " "))
    return [name, scoreText].compactMap { $0 }.joined(separator: " ")
  }

  /// `.60`; nil for labels without a score.
  package var scoreText: String? { shownScore.map { NumberText.weight($0) } }

  /// The same in a bar.
  func run(_ glyphs: Glyphs, isBest: Bool) -> FrameItem.Run {
    .init(text: text(glyphs), ink: isBest ? .accent : .dim, isBold: isBest)
  }

  /// `4.2× chance`; nil for labels that measure no weight.
  func liftText(_ glyphs: Glyphs) -> String? {
    lift.map {
      "\(NumberText.plain($0, digits: $0 < 10 ? 1 : 0, glyphs: glyphs))\(glyphs.times) chance"
    }
  }

  /// The label's name, long or short, with its mark.
  func marked(_ name: String) -> String {
    isBesidesSinks ? name + Self.besidesSinksMark : name
  }

  private static func signed(_ distance: Int, _ glyphs: Glyphs) -> String {
    distance < 0 ? "\(glyphs.minus)\(distance.magnitude)" : "+\(distance)"
  }
}
