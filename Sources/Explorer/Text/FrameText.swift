import TerminalUI

/// A piece of a bar: shown whole or not at all.
struct FrameItem {
  struct Run {
    var text: String
    var ink: Theme.Ink
    var isBold = false
  }

  var runs: [Run]
  /// Stands at the right end of its row.
  var isAtEnd = false

  init(_ runs: Run...) { self.runs = runs }
  init(_ runs: [Run]) { self.runs = runs }

  /// A dim label and a bright value.
  static func labelled(_ label: String, _ value: String) -> FrameItem {
    FrameItem(.init(text: label + " ", ink: .dim), .init(text: value, ink: .bright))
  }

  static func value(_ text: String) -> FrameItem {
    FrameItem(.init(text: text, ink: .bright))
  }

  var width: Int { runs.reduce(0) { $0 + TextWidth.columns(of: $1.text) } }
  var text: String { runs.map(\.text).joined() }
}

extension [FrameItem] {
  /// Columns that they take, `gap` columns apart.
  func width(gap: Int) -> Int { reduce(-gap) { $0 + $1.width + gap } }

  /// Those that fit into `columns`, `gap` columns apart: each in turn that finds room.
  func fitting(_ columns: Int, gap: Int) -> [FrameItem] {
    var room = columns + gap
    return filter { item in
      guard item.width + gap <= room else { return false }
      room -= item.width + gap
      return true
    }
  }
}

extension Canvas {
  /// Writes items from column `x`, `gap` columns apart, as many as fit before `limit`.
  mutating func write(
    _ items: [FrameItem], x: Int, y: Int, limit: Int, gap: Int, theme: Theme,
    on surface: Theme.Surface = .page
  ) {
    var column = x
    for item in items {
      guard column + item.width <= limit else { return }
      for run in item.runs {
        var style = theme.style(run.ink, on: surface)
        if run.isBold { style = style.adding(.bold) }
        column += write(run.text, x: column, y: y, style: style)
      }
      column += gap
    }
  }
}
