import Attention
import TerminalUI

/// The place of each line of the help: the keys in two columns, the commands below them or, in a wide window,
/// beside them, then the labels of heads.
struct HelpLayout {
  struct Line {
    enum Text {
      case heading(String)
      /// Keys or a command, and what they do.
      case entry(String, String)
      case note(String)
      case blank
    }
    let text: Text
    /// From the first row of the help and from the left edge of the box.
    let row: Int
    let x: Int
    /// Columns before what is said of an entry.
    let keyWidth: Int
    let width: Int

    func contains(_ wanted: String) -> Bool {
      switch text {
      case .heading(let text), .note(let text): text.lowercased().contains(wanted)
      case .entry(let key, let help): "\(key) \(help)".lowercased().contains(wanted)
      case .blank: false
      }
    }
  }

  let box: Rect
  let lines: [Line]
  /// Lines that hold what is searched, by position.
  let matches: [Int]
  let rowCount: Int
  private let wantedScroll: Int

  /// The start of a column, the width of its keys or commands, and its whole width.
  typealias Column = (x: Int, keyWidth: Int, width: Int)
  static let keyColumns: [(sections: [KeyMap.Entry.Section], place: Column)] = [
    ([.move, .heads], (3, 11, 37)), ([.see, .act], (41, 7, 31)),
  ]
  static let commandColumn: Column = (3, 36, 69)
  /// A command without its argument, where there is no room for both.
  private static let narrowCommandColumn: Column = (3, 12, 54)
  private static let labelKeyWidth = 12
  private static let keysWidth = 74

  init(_ state: ExplorerState, _ help: Help) {
    let isNarrow = state.width < 76
    let isWide = state.width >= 150
    let keyTexts = Self.keyColumns.map { Self.lines(of: $0.sections, in: state) }
    let keyPlaces = Self.keyColumns.map(\.place)
    var lines: [Line] = []
    for (texts, place) in zip(isNarrow ? [Self.spaced(keyTexts)] : keyTexts, keyPlaces) {
      lines += Self.place(texts, in: place, row: 0)
    }
    let belowKeys = Self.rowCount(lines) + 1
    let left = isNarrow ? Self.narrowCommandColumn : Self.commandColumn
    var right = left
    if isWide { right.x += Self.keysWidth }
    lines += Self.place(
      Self.legend(of: state.view, width: right.width) + [.blank]
        + Self.commands(in: state, withSyntax: !isNarrow), in: right, row: isWide ? 0 : belowKeys)
    lines += Self.place(
      Self.labels(width: left.width), in: (left.x, Self.labelKeyWidth, left.width),
      row: isWide ? belowKeys : Self.rowCount(lines) + 1)
    self.lines = lines
    rowCount = Self.rowCount(lines)
    wantedScroll = help.scroll

    let width = min(state.width, isWide ? 150 : 76) - 2
    let height = min(state.height - 2, rowCount + 4)
    box = Rect(
      x: (state.width - width) / 2, y: max(0, (state.height - height) / 2), width: width,
      height: height)
    let wanted = help.search.text.lowercased()
    matches = wanted.isEmpty ? [] : lines.indices.filter { lines[$0].contains(wanted) }
  }

  /// The last row of the box says how to leave it.
  var visibleRowCount: Int { max(1, box.height - 4) }
  var lastScroll: Int { max(0, rowCount - visibleRowCount) }
  /// The first visible row, also after the window has changed.
  var scroll: Int { max(0, min(wantedScroll, lastScroll)) }
  var bottomY: Int { box.maxY - 2 }

  /// Scrolls to the line that was found.
  func showMatch(of help: inout Help) {
    guard matches.indices.contains(help.match) else { return }
    let row = lines[matches[help.match]].row
    if !(help.scroll..<help.scroll + visibleRowCount).contains(row) {
      help.scroll = max(0, min(row - visibleRowCount / 2, lastScroll))
    }
  }

  // MARK: Lines

  private static func rowCount(_ lines: [Line]) -> Int { (lines.map(\.row).max() ?? -1) + 1 }

  private static func place(
    _ texts: [Line.Text], in column: Column, row: Int
  ) -> [Line] {
    texts.enumerated().map { index, text in
      Line(
        text: text, row: row + index, x: column.x, keyWidth: column.keyWidth, width: column.width)
    }
  }

  private static func spaced(_ groups: [[Line.Text]]) -> [Line.Text] {
    Array(groups.joined(separator: [.blank]))
  }

  /// The keys of some sections.
  private static func lines(
    of sections: [KeyMap.Entry.Section], in state: ExplorerState
  ) -> [Line.Text] {
    let glyphs = state.display.glyphs
    let entries = state.keyMap.entries(in: state)
    let groups: [[Line.Text]] = sections.compactMap { section in
      let group = entries.filter { $0.section == section }
      guard !group.isEmpty else { return nil }
      return [.heading(section.rawValue)] + group.map { .entry($0.label(glyphs), $0.help) }
    }
    return spaced(groups)
  }

  /// The meaning of the colours.
  private static func legend(of view: ViewKind, width: Int) -> [Line.Text] {
    let text =
      switch view {
      case .model:
        "Pictures: colour = layer, brightness = weight. Index: colour = family of the label, "
          + "brightness = score."
      case .head:
        "Lines: colour = head, brightness and thickness = weight, grey = other tokens. "
          + "A head that is on alone goes along with the focus; of several, the readout "
          + "and what opens are about the focused one."
      case .neuron: "Cells: colour = sign, brightness = size."
      case .output:
        "Bars: what each part adds to the score, one after the other; hatched = a loss. Of a head, total is what is "
          + "lost without it. Enter opens it where the prediction is made."
      case .matrix: "Cells: brightness = weight; of tokens that share a cell, the largest."
      }
    return text.wrapped(to: width).map { .note($0) }
  }

  /// The meaning of heads' labels and of their numbers.
  private static func labels(width: Int) -> [Line.Text] {
    let about = "What a head does besides resting on a sink, from 0 to 1: a hypothesis."
    let entries = PatternLabel.allCases.flatMap { label in
      let short = label.shortName
      let name = short == label.rawValue ? short : "\(short) \(label.rawValue)"
      return entry(name, label.title, width: width)
    }
    return [.heading("Labels")] + about.wrapped(to: width).map { .note($0) } + entries
      + entry(
        HeadSummary.Pattern.besidesSinksMark,
        "besides sinks: a share of what the first token and delimiters leave", width: width)
  }

  /// The rows of an entry, several where one is too short.
  private static func entry(_ key: String, _ text: String, width: Int) -> [Line.Text] {
    text.wrapped(to: width - labelKeyWidth).enumerated().map { .entry($0 == 0 ? key : "", $1) }
  }

  private static func commands(in state: ExplorerState, withSyntax: Bool) -> [Line.Text] {
    let opening = state.label(of: "command")
    let commands = Command.offered(in: state)
    return [.heading("Commands")]
      + commands.map { command in
        let syntax = withSyntax && !command.syntax.isEmpty ? " " + command.syntax : ""
        return .entry(opening + command.name + syntax, command.help)
      }
  }
}
