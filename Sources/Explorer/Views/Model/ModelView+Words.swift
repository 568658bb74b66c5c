import Attention
import TerminalUI

/// The text of the model view in the state line and the readout.
extension ModelView {
  var stateItems: [FrameItem] {
    var items = state.numberItems(theme.glyphs) + state.rankingItems + state.lookItems
    if state.display.scale != .absolute || state.shownNumbers.quantity != .attention {
      let unit = scene.unit(selected)
      // No `.00`: what is full is more than nothing.
      let digits = unit < 0.01 ? 3 : 2
      items.append(.labelled("full at", scene.text(unit, digits: digits, theme.glyphs)))
    }
    if !scene.isWhole { items.append(.value("labels of the whole text")) }
    if showsBesidesSinks {
      let mark = HeadSummary.Pattern.besidesSinksMark
      let edge = hasSinkEdges ? " \(theme.glyphs.edge(1))" : ""
      items.append(.value("\(mark)\(edge) sinks left out"))
    }
    let active = state.activeHeads.count
    let kept = state.keptHeads.count
    if active < kept { items.append(.labelled("heads", "\(active)/\(kept)")) }
    if state.scatter != nil { return items }
    let picture = layout.zoom == .large ? layout.drawsHeat ? " heat" : " lines" : ""
    items.append(.labelled("zoom", layout.zoom.title + picture))
    if layout.zoom == .index, let title = scene.meaningTitle {
      items.append(.labelled("numbers", title))
    }
    return items
  }

  /// Whether a label on the screen has the mark that needs explaining.
  private var showsBesidesSinks: Bool {
    if scene.summary(selected).patterns.contains(where: \.isBesidesSinks) { return true }
    guard layout.zoom != .thumbnails || !layout.isGrid else { return false }
    return layout.rows.contains { row in
      layout.columns.contains { column in
        layout.place(row: row, column: column).flatMap(scene.shownPattern)?.isBesidesSinks ?? false
      }
    }
  }

  var readout: [FrameItem] {
    let patterns = scene.summary(selected).patterns
    let head = FrameItem(
      .init(text: "layer ", ink: .dim),
      .init(text: "\(scene.number(ofLayer: selected.layer))", ink: .bright, isBold: true),
      .init(text: " head ", ink: .dim),
      .init(text: state.headTitle(selected.head), ink: .bright, isBold: true))
    let shortHead = FrameItem(
      .init(text: state.title(of: selected), ink: .bright, isBold: true))
    if state.scatter != nil {
      let label = patternItem(patterns[0], isBest: true)
      return [head] + state.scatterItems(selected) + [label]
        + [state.evidenceItem(selected)].compactMap(\.self)
    }
    let probe = state.probeItems(selected)
    let differences = state.differenceItems(selected)
    if !(probe + differences).isEmpty { return [head] + probe + differences }
    // What other texts say of the first label tells more than a second one.
    let evidence = state.evidenceItem(selected)
    let labels =
      [rankItem].compactMap { $0 }
      + patterns.prefix(evidence == nil ? 2 : 1).enumerated().map {
        patternItem($1, isBest: $0 == 0)
      } + [evidence].compactMap(\.self)
    guard let (name, strongest) = strongestPair else { return [head] + labels }
    let pair = pairRuns(strongest)
    // In a narrow window words give way to the pair.
    let named = FrameItem([.init(text: name + " ", ink: .dim)] + pair)
    let candidates = [
      [head] + labels + [named], [head] + labels + [FrameItem(pair)],
      [shortHead] + labels + [FrameItem(pair)],
    ]
    return candidates.first { $0.width(gap: 2) < layout.frame.width } ?? [head] + labels
  }

  /// The readout looks at no more pairs than this.
  private static let pairLimit = 1 << 20

  /// The pair that shows best what the head does: of words, unless it only rests on what is none.
  private var strongestPair: (name: String, pair: HeadSummary.Pair)? {
    if state.summary(selected).telling.label.family != .sinks,
      let pair = state.ordinaryPair(amongAtMost: Self.pairLimit)
    {
      return ("strongest words", pair)
    }
    return scene.topPairs(selected, limit: 1).first
      .map { ("strongest", $0) }
  }

  /// The score that the head is ranked by, unless that is one of its labels anyway.
  private var rankItem: FrameItem? {
    guard let order = state.shownOrder,
      let score = rankScore(selected) ?? scene.meaning(selected),
      !scene.summary(selected).patterns.contains(where: { order == .measure(HeadMeasure($0.label)) }
      )
    else { return nil }
    return .labelled("\(order)", score)
  }

  private func patternItem(_ pattern: HeadSummary.Pattern, isBest: Bool) -> FrameItem {
    let lift = layout.frame.isBig ? pattern.liftText(theme.glyphs).map { " " + $0 } : nil
    return FrameItem(
      pattern.run(theme.glyphs, isBest: isBest), .init(text: lift ?? "", ink: .dim))
  }

  private func pairRuns(_ pair: HeadSummary.Pair) -> [FrameItem.Run] {
    let query = layout.queries.items[pair.query]
    let key = layout.keys.items[pair.key]
    func quoted(_ label: String) -> String {
      let limit = layout.frame.isBig ? 16 : 8
      return "\"\(TextWidth.truncated(label, to: limit, ellipsis: theme.glyphs.ellipsis))\""
    }
    return [
      .init(text: "q \(query.number) ", ink: .dim),
      .init(text: quoted(query.label), ink: .bright),
      .init(text: " \(theme.glyphs.right) k \(key.number) ", ink: .dim),
      .init(text: quoted(key.label) + " ", ink: .bright),
      .init(
        text: scene.text(pair.weight, digits: 3, theme.glyphs), ink: .accent,
        isBold: true),
    ]
  }
}
