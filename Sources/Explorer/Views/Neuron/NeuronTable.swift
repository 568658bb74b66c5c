import TerminalUI

/// Numbers of neurons, in columns of rows: the whole view after `T`, or the rows left over in a wide window.
struct NeuronTable {
  let x: Int
  let y: Int
  let rowCount: Int
  /// In the order in which they are shown, column by column.
  let neurons: [Int]
  /// Bars grow from the middle of the room at the right; else from the left.
  let isWhole: Bool

  static let columnWidth = 52
  /// The ends of the numbers, counted from `x`.
  static let numberEnds = (n: 5, q: 13, k: 21, product: 29, share: 34, cumulative: 40)

  func origin(_ index: Int) -> (x: Int, y: Int) {
    (x + index / rowCount * Self.columnWidth, y + index % rowCount)
  }

  /// The neuron whose numbers are at a cell.
  func neuron(atX x: Int, y: Int) -> Int? {
    guard x >= self.x, (self.y..<self.y + rowCount).contains(y) else { return nil }
    let column = isWhole ? 0 : (x - self.x) / Self.columnWidth
    let index = column * rowCount + y - self.y
    return neurons.indices.contains(index) ? neurons[index] : nil
  }
}

extension NeuronView {
  /// The table, if one is shown.
  var table: NeuronTable? {
    guard let contributions = scene.contributions else { return nil }
    if state.display.neuron.showsTable {
      let rows = layout.frame.bodyRowCount
      let place = layout.order.firstIndex(of: state.selection.neuron) ?? 0
      let visible = NeuronLayout.window(around: place, count: layout.order.count, room: rows)
      return NeuronTable(
        x: 0, y: layout.frame.firstBodyRow, rowCount: rows, neurons: Array(layout.order[visible]),
        isWhole: true)
    }
    let rows = layout.belowRowCount - 2
    guard layout.frame.hasTwoPanels, rows >= 2 else { return nil }
    let columns = (layout.frame.width - 1) / NeuronTable.columnWidth
    return NeuronTable(
      x: 0, y: layout.belowY + 2, rowCount: rows,
      neurons: Array(contributions.ranking.prefix(rows * columns)), isWhole: false)
  }

  func draw(_ table: NeuronTable, on canvas: inout Canvas) {
    guard let contributions = scene.contributions else { return }
    let accent = theme.style(.accent).adding(.bold)
    let title = table.isWhole ? pairTitle : "neurons of \(pairTitle) by \(contributionTitle)"
    let end = 1 + canvas.write(title, x: 1, y: table.y - 2, style: accent)
    if table.isWhole, table.neurons.count < layout.order.count {
      let place = layout.order.firstIndex(of: table.neurons.first ?? 0) ?? 0
      canvas.write(
        "rows \(place + 1)\(theme.glyphs.dash)\(place + table.neurons.count) of \(layout.order.count)",
        x: end + 3, y: table.y - 2, style: theme.style(.dim))
    }
    let columns = (table.neurons.count + table.rowCount - 1) / table.rowCount
    for column in 0..<columns {
      drawHeadings(x: table.x + column * NeuronTable.columnWidth, y: table.y - 1, on: &canvas)
    }
    let largest = contributions.ranking.first.map { abs(contributions.products[$0]) } ?? 0
    for (index, neuron) in table.neurons.enumerated() {
      let (x, y) = table.origin(index)
      let isChosen = neuron == state.selection.neuron
      let surface: Theme.Surface = isChosen && table.isWhole ? .row : .page
      if surface == .row {
        canvas.fill(
          Rect(x: 0, y: y, width: canvas.width, height: 1), with: theme.style(.text, on: .row))
        canvas[0, y] = Cell(theme.glyphs.cursor, theme.style(.accent, on: .row))
      }
      drawNumbers(of: neuron, isChosen: isChosen, x: x, y: y, on: surface, &canvas)
      let fraction = largest > 0 ? contributions.products[neuron] / largest : 0
      if table.isWhole {
        drawSignedBar(fraction, y: y, on: surface, &canvas)
      } else {
        let start = NeuronTable.numberEnds.cumulative + 1
        canvas.write(
          theme.glyphs.horizontalBar(abs(fraction), columns: NeuronTable.columnWidth - start - 2),
          x: x + start, y: y, style: theme.signedInk(fraction))
      }
    }
  }

  private func drawHeadings(x: Int, y: Int, on canvas: inout Canvas) {
    let ends = NeuronTable.numberEnds
    let titles = [
      ("n", ends.n), ("q", ends.q), ("k", ends.k), ("q\(theme.glyphs.times)k", ends.product),
      ("%", ends.share), ("cum%", ends.cumulative),
    ]
    for (title, end) in titles {
      canvas.write(title, x: x + end - title.count, y: y, style: theme.style(.dim))
    }
  }

  private func drawNumbers(
    of neuron: Int, isChosen: Bool, x: Int, y: Int, on surface: Theme.Surface,
    _ canvas: inout Canvas
  ) {
    guard let contributions = scene.contributions else { return }
    let ends = NeuronTable.numberEnds
    func write(_ text: String, end: Int, style: Style) {
      canvas.write(text, x: x + end - text.count, y: y, style: style)
    }
    func writeSigned(_ value: Float, end: Int) {
      let text = NumberText.signed(value, columns: 7, glyphs: theme.glyphs)
      write(text, end: end, style: theme.signedInk(value, on: surface))
    }
    write(
      String(neuron), end: ends.n,
      style: isChosen
        ? theme.style(.accent, on: surface).adding(.bold) : theme.style(.text, on: surface))
    writeSigned(contributions.query[neuron], end: ends.q)
    writeSigned(contributions.key[neuron], end: ends.k)
    writeSigned(contributions.products[neuron], end: ends.product)
    let dim = theme.style(.dim, on: surface)
    let share = 100 * contributions.share(of: neuron)
    write(NumberText.plain(share, digits: 1, glyphs: theme.glyphs), end: ends.share, style: dim)
    let cumulative = 100 * contributions.cumulativeShares[neuron]
    write(
      NumberText.plain(cumulative, digits: 0, glyphs: theme.glyphs), end: ends.cumulative,
      style: dim)
  }

  /// A bar to the right of the axis, or to its left where the product is negative.
  private func drawSignedBar(
    _ fraction: Float, y: Int, on surface: Theme.Surface, _ canvas: inout Canvas
  ) {
    let start = NeuronTable.numberEnds.cumulative
    let axis = (start + layout.frame.width) / 2
    let columns = axis - start - 3
    canvas[axis, y] = Cell(theme.glyphs.vertical, theme.style(.border, on: surface))
    let style = theme.signedInk(fraction, on: surface)
    if fraction < 0 {
      let bar = theme.glyphs.leftwardBar(-fraction, columns: columns)
      canvas.write(bar, x: axis - bar.count, y: y, style: style)
    } else {
      let bar = theme.glyphs.horizontalBar(fraction, columns: columns)
      canvas.write(bar, x: axis + 1, y: y, style: style)
    }
  }
}
