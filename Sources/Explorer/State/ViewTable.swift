import Attention
import TerminalUI

/// The numbers of a view as a table, for spreadsheets and scripts; exact, and with tokens as they are shown.
public struct ViewTable: Equatable, Sendable {
  public private(set) var columns: [String]
  public private(set) var rows: [[String]]

  /// Tab-separated: a blank stands for a tab or a new line within a cell.
  public var tsv: String {
    text(separator: "\t") { cell in
      String(cell.map { "\t\n\r\r\n".contains($0) ? " " : $0 })
    }
  }

  /// Comma-separated (RFC 4180).
  public var csv: String {
    text(separator: ",") { cell in
      cell.contains { ",\"\n\r\r\n".contains($0) }
        ? "\"" + cell.replacing("\"", with: "\"\"") + "\"" : cell
    }
  }

  private func text(separator: String, _ cell: (String) -> String) -> String {
    ([columns] + rows).map { $0.map(cell).joined(separator: separator) + "\n" }.joined()
  }
}

extension ViewTable {
  /// The table of the view: the heads, the chosen token's weights, the pair's neurons, the head's matrix, or the parts
  /// of the output.
  public init(ofView state: ExplorerState) {
    switch state.view {
    case .model: self.init(ofHeads: state)
    case .head: self.init(ofRow: state)
    case .neuron: self.init(ofNeurons: state)
    case .matrix: self.init(ofMatrix: state)
    case .output: self.init(ofOutput: state)
    }
  }

  /// The same as one row for each pair of tokens where it is about pairs, of all active heads in the head view.
  public static func ofPairs(_ state: ExplorerState) -> ViewTable {
    guard state.view == .head || state.view == .matrix else { return ViewTable(ofView: state) }
    let slice = state.slice
    let heads = state.view == .head ? state.activeHeads : [state.selection.head]
    let columns = [
      "layer", "head", "query", "query_token", "key", "key_token", slice.numbers.quantity.noun,
    ]
    let rows = heads.flatMap { head in
      slice.queries.items.enumerated().flatMap { position, query in
        zip(slice.keys.items, slice.row(head: head, query: position)).map { key, weight in
          [
            "\(state.layer.index)", "\(head)", "\(query.number)", query.label, "\(key.number)",
            key.label, weight.description,
          ]
        }
      }
    }
    return ViewTable(columns: columns, rows: rows)
  }

  private init(ofHeads state: ExplorerState) {
    columns = [
      "layer", "head", "label", "score", "chance", "second", "second_score", "sinks", "peak",
    ]
    rows = (state.rankedPlaces ?? state.keptPlaces).map { place in
      let summary = state.summary(place)
      let second = summary.patterns.dropFirst().first
      return [
        "\(state.stack.layers[place.layer].index)", "\(place.head)",
        summary.patterns[0].text(.ascii).split(separator: " ").first.map(String.init) ?? "",
        summary.patterns[0].shownScore?.description ?? "",
        summary.patterns[0].chance?.description ?? "", second?.label.rawValue ?? "",
        second?.shownScore?.description ?? "", summary.spread?.sinks.description ?? "",
        summary.spread?.peak.description ?? "",
      ]
    }
    let orders =
      [state.display.ranking.shown].filter { $0?.asMeasure == nil }
      + [state.scatter?.across, state.scatter?.up]
    for case let order? in orders {
      columns.append("\(order)")
      for (index, place) in (state.rankedPlaces ?? state.keptPlaces).enumerated() {
        rows[index].append(state.value(of: order, place)?.description ?? "")
      }
    }
  }

  private init(ofRow state: ExplorerState) {
    let scene = HeadScene(state)
    let far = scene.isMirrored ? "query" : "key"
    columns =
      [far, "\(far)_token"] + scene.heads.map { "head_\($0)" }
      + (scene.heads.count > 1 ? [state.display.aggregation.rawValue] : [])
    rows = scene.order.map { position in
      let item = scene.far.items[position]
      return ["\(item.number)", item.label]
        + scene.weights.map { $0[position].description }
        + (scene.heads.count > 1 ? [scene.strengths[position].weight.description] : [])
    }
  }

  private init(ofMatrix state: ExplorerState) {
    let slice = state.slice
    columns = ["query", "query_token"] + slice.keys.items.map { "\($0.number) \($0.label)" }
    rows = slice.queries.items.enumerated().map { position, item in
      ["\(item.number)", item.label]
        + slice.row(head: state.selection.head, query: position).map(\.description)
    }
  }

  private init(ofNeurons state: ExplorerState) {
    let scene = NeuronScene(state)
    guard let contributions = scene.contributions else {
      columns = ["key", "key_token", "weight"]
      rows = scene.slice.keys.items.map { key in
        let pair = NeuronScene.Pair(query: state.selection.query, key: key.number)
        return ["\(key.number)", key.label, scene.weight(of: pair).description]
      }
      return
    }
    columns = ["neuron", "q", "k", "product", "share"]
    rows = scene.order.map { neuron in
      [
        "\(neuron)", contributions.query[neuron].description, contributions.key[neuron].description,
        contributions.products[neuron].description, contributions.share(of: neuron).description,
      ]
    }
  }

  /// Empty as long as nothing is known.
  private init(ofOutput state: ExplorerState) {
    let scene = OutputScene(state)
    columns = ["part"] + (scene?.columns ?? []).map { scene?.title(of: $0) ?? "" }
    rows = (scene?.parts ?? []).map { part in
      [part.name] + part.numbers.map { $0?.description ?? "" }
    }
  }
}
