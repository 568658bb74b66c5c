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

  mutating func drawNeurons() -> Size {
    let scene = NeuronScene(state)
    let slice = scene.slice
    guard let query = scene.query else { return Size(width: 0, height: self.top) }
    let strip = scene.score.map { _ in
      let count = Double(scene.order.count)
      return Strip(
        neurons: scene.order, width: count * max(2, min(8, (320 / count).rounded(.down))))
    }
    let axes = [slice.queries, slice.keys]
    let numberWidth = axes.map(numberWidth).max() ?? 0
    let tokenX = Self.margin + numberWidth + 8
    let keysX = tokenX + (axes.map(labelWidth).max() ?? 0) + 14
    let productsX = keysX + (strip?.width ?? 0) + Self.panelGap
    let numbersX = strip.map { productsX + $0.width + 8 } ?? keysX
    let top = self.top + 2 * Self.rowHeight
    func y(_ row: Int) -> Double { top + Self.rowHeight * (Double(row) + 0.5) }

    let columns = numberColumns(scene, x: numbersX)
    for column in columns {
      document.label(
        column.name, x: column.end, y: y(-1), fill: colors.ink(.dim), anchor: .end, size: 11)
    }
    drawToken(query, x: tokenX, y: y(-1), isChosen: true)
    for (x, title) in [(keysX, "query, keys below"), (productsX, "query, products q×k below")] {
      guard let strip, let key = scene.key,
        let vectors = scene.vectors(of: .init(query: query.number, key: key.number))
      else { break }
      document.label(title, x: x, y: y(-2), fill: colors.ink(.dim), size: 11)
      drawStrip(vectors, .query, strip, x: x, y: y(-1))
    }
    for (index, key) in slice.keys.items.enumerated() {
      let pair = NeuronScene.Pair(query: query.number, key: key.number)
      let isMasked = scene.isMasked(pair)
      drawToken(key, x: tokenX, y: y(index), isFaint: isMasked)
      if let strip, let vectors = scene.vectors(of: pair) {
        drawStrip(vectors, .key, strip, x: keysX, y: y(index))
        if !isMasked { drawStrip(vectors, .product, strip, x: productsX, y: y(index)) }
      }
      guard !isMasked else {
        document.label(
          "masked", x: columns[0].end, y: y(index), fill: colors.ink(.faint), anchor: .end)
        continue
      }
      let score = scene.score(of: pair)
      for (column, value) in zip(columns, [score?.shown, score?.bias].compactMap(\.self)) {
        document.label(
          NumberText.signed(Float(value), glyphs: .unicode), x: column.end, y: y(index),
          fill: colors.signedInk(Float(value)), anchor: .end)
      }
      let weight = scene.weight(of: pair)
      let emphasis = Emphasis(of: weight)
      document.label(
        NumberText.weight(weight, digits: 3), x: columns[columns.count - 1].end, y: y(index),
        fill: colors.ink(emphasis.ink), anchor: .end, isBold: emphasis.isBold)
      bar(
        weight, x: columns[columns.count - 1].end + 8, y: y(index), width: 72,
        color: colors.head(scene.head))
    }
    if let score = scene.score {
      document.label(
        formula(score), x: Self.margin, y: y(slice.keys.count) + 6, fill: colors.ink(.dim),
        size: 11)
    }
    return Size(
      width: max(columns[columns.count - 1].end + 80, keysX + 300) + Self.margin,
      height: y(slice.keys.count + (scene.score == nil ? 0 : 1)) + Self.margin / 2)
  }

  // MARK: Numbers

  private struct NumberColumn {
    let name: String
    /// Its right end.
    let end: Double
  }

  /// Those of the scores, and that of the weight.
  private func numberColumns(_ scene: NeuronScene, x: Double) -> [NumberColumn] {
    var columns: [NumberColumn] = []
    if let score = scene.score {
      columns.append(NumberColumn(name: scene.scoreTitle, end: x + 54))
      if score.bias != nil { columns.append(NumberColumn(name: "bias", end: x + 110)) }
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
    if state.display.neuron.isBeforeRotation, score.rotation != nil {
      text += "; of q and k after rotation"
    }
    return text
  }

  // MARK: Parts

  private mutating func drawToken(
    _ item: TokenAxis.Item, x: Double, y: Double, isChosen: Bool = false, isFaint: Bool = false
  ) {
    let label = Self.label(of: item)
    if isChosen {
      document.rect(
        x: x - 4, y: y - 9, width: width(of: label) + 8, height: 18, fill: colors.selection,
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
  private mutating func drawStrip(
    _ vectors: NeuronScene.Vectors, _ panel: NeuronScene.Panel, _ strip: Strip, x: Double, y: Double
  ) {
    let levels = strip.neurons.map { Theme.signedLevel(vectors.value(of: $0, in: panel)) }
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
