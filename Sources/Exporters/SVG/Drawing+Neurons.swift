import Attention
import Explorer
import TerminalUI

/// The neuron view: the chosen query's vector above the keys', their products, and what these add up to.
extension Drawing {
  /// The colours of a vector's values.
  private struct Strip {
    /// The neurons in the order in which they are drawn.
    let neurons: [Int]
    let width: Double
    static let height = 14.0
  }

  private static let panelGap = 20.0

  /// Whether vectors are drawn as the score uses them; else as they were before their positions turned them.
  private var isTurned: Bool { !state.display.neuron.isBeforeRotation }

  mutating func drawNeurons() -> Size {
    let slice = slice
    let head = state.selection.head
    guard let position = slice.queries.position(of: state.selection.query) else {
      return Size(width: 0, height: Self.top)
    }
    let query = slice.queries.items[position]
    let score = state.layer.score
    let strip = score.map { score in
      let neurons = neuronOrder(score, query: query.number)
      return Strip(
        neurons: neurons,
        width: Double(neurons.count) * max(2, min(8, (320 / Double(neurons.count)).rounded(.down))))
    }
    let axes = [slice.queries, slice.keys]
    let numberWidth = axes.map(Self.numberWidth).max() ?? 0
    let tokenX = Self.margin + numberWidth + 8
    let keysX = tokenX + (axes.map(Self.labelWidth).max() ?? 0) + 14
    let productsX = keysX + (strip?.width ?? 0) + Self.panelGap
    let numbersX = strip.map { productsX + $0.width + 8 } ?? keysX
    let top = Self.top + 2 * Self.rowHeight
    func y(_ row: Int) -> Double { top + Self.rowHeight * (Double(row) + 0.5) }

    let columns = numberColumns(score, x: numbersX)
    for column in columns {
      document.label(
        column.name, x: column.end, y: y(-1), fill: colors.ink(.dim), anchor: .end, size: 11)
    }
    drawToken(query, x: tokenX, y: y(-1), isChosen: true)
    if let score, let strip {
      let vector = score.query(head: head, row: query.number, isTurned: isTurned)
      for (x, title) in [(keysX, "query, keys below"), (productsX, "query, products q×k below")] {
        document.label(title, x: x, y: y(-2), fill: colors.ink(.dim), size: 11)
        drawStrip(vector, strip, x: x, y: y(-1))
      }
    }
    let row = slice.row(head: head, query: position)
    for (index, key) in slice.keys.items.enumerated() {
      let visible = state.layer.mask.visibleKeys(
        query: query.number, keyCount: state.layer.keyCount)
      let isMasked = !visible.contains(key.number)
      drawToken(key, x: tokenX, y: y(index), isFaint: isMasked)
      if let score, let strip {
        let q = score.query(head: head, row: query.number, isTurned: isTurned)
        let k = score.key(head: head, row: key.number, isTurned: isTurned)
        drawStrip(k, strip, x: keysX, y: y(index))
        if !isMasked { drawStrip(zip(q, k).map { $0 * $1 }, strip, x: productsX, y: y(index)) }
      }
      guard !isMasked else {
        document.label(
          "masked", x: columns[0].end, y: y(index), fill: colors.ink(.faint), anchor: .end)
        continue
      }
      for column in columns.dropLast() {
        let value = column.value(key.number)
        document.label(
          NumberText.signed(value, glyphs: .unicode), x: column.end, y: y(index),
          fill: colors.signedInk(value), anchor: .end)
      }
      let weight = row[index]
      document.label(
        NumberText.weight(weight, digits: 3), x: columns[columns.count - 1].end, y: y(index),
        fill: colors.ink(weight >= 0.1 ? .bright : weight < 0.02 ? .dim : .text), anchor: .end,
        isBold: weight >= 0.1)
      bar(
        weight, x: columns[columns.count - 1].end + 8, y: y(index), width: 72,
        color: colors.head(head))
    }
    if let score {
      document.label(
        formula(score), x: Self.margin, y: y(slice.keys.count) + 6, fill: colors.ink(.dim),
        size: 11)
    }
    return Size(
      width: max(columns[columns.count - 1].end + 80, keysX + 300) + Self.margin,
      height: y(slice.keys.count + (score == nil ? 0 : 1)) + Self.margin / 2)
  }

  // MARK: Numbers

  private struct NumberColumn {
    let name: String
    /// Its right end.
    let end: Double
    /// The number of a key; not asked of the last column, the weight.
    var value: (Int) -> Float = { _ in 0 }
  }

  private func numberColumns(_ score: LayerAttention.Score?, x: Double) -> [NumberColumn] {
    let head = state.selection.head
    let query = state.selection.query
    var columns: [NumberColumn] = []
    if let score {
      columns.append(
        NumberColumn(name: score.softcap == nil ? "score" : "capped", end: x + 54) { key in
          score.value(head: head, query: query, key: key)
            - score.bias(head: head, query: query, key: key)
        })
      if score.bias != nil {
        columns.append(
          NumberColumn(name: "bias", end: x + 110) { key in
            score.bias(head: head, query: query, key: key)
          })
      }
    }
    let end = (columns.last?.end ?? x) + 62
    return columns + [NumberColumn(name: "softmax", end: end)]
  }

  /// The grouping of the columns.
  private func formula(_ score: LayerAttention.Score) -> String {
    let scale = NumberText.plain(score.scale, digits: 3, glyphs: .unicode)
    var text = "score = Σ q×k · \(scale)"
    if let cap = score.softcap {
      let cap = NumberText.plain(cap, digits: 0, glyphs: .unicode)
      text += ", capped = \(cap) · tanh(score / \(cap))"
    }
    if score.bias != nil { text += ", softmax of score + bias" }
    if !isTurned, score.rotation != nil { text += "; of q and k after rotation" }
    return text
  }

  private func neuronOrder(_ score: LayerAttention.Score, query: Int) -> [Int] {
    let neurons = Array(0..<score.queries.headSize)
    guard state.display.neuron.sortsByContribution else { return neurons }
    let head = state.selection.head
    let products = zip(
      score.query(head: head, row: query, isTurned: isTurned),
      score.key(head: head, row: state.selection.key, isTurned: isTurned)
    ).map { abs($0 * $1) }
    return neurons.sorted {
      products[$0] != products[$1] ? products[$0] > products[$1] : $0 < $1
    }
  }

  // MARK: Parts

  private mutating func drawToken(
    _ item: TokenAxis.Item, x: Double, y: Double, isChosen: Bool = false, isFaint: Bool = false
  ) {
    let label = Self.label(of: item)
    if isChosen {
      document.rect(
        x: x - 4, y: y - 9, width: Self.width(of: label) + 8, height: 18, fill: colors.selection,
        radius: 3)
    }
    document.label(
      String(item.number), x: x - 8, y: y, fill: colors.ink(isFaint ? .faint : .dim), anchor: .end,
      size: 11)
    document.label(
      label, x: x, y: y,
      fill: isChosen
        ? colors.selectionText
        : colors.ink(isFaint ? .faint : item.isSpecial ? .special : .text), isBold: isChosen)
  }

  /// Values as colours; where there are only greys, positive ones as the upper half, negative ones as the lower.
  private mutating func drawStrip(_ values: [Float], _ strip: Strip, x: Double, y: Double) {
    let levels = strip.neurons.map { Theme.signedLevel(values[$0]) }
    let colors = colors
    let rows = colors.tellsSignsByShape ? 2 : 1
    cells(
      rows: rows, columns: levels.count, x: x, y: y - Strip.height / 2, width: strip.width,
      height: Strip.height
    ) { row, column in
      let level = levels[column]
      let isHidden = rows == 2 && (row == 0) != (level > 0)
      return colors.signed(level: isHidden ? 0 : level)
    }
  }
}
