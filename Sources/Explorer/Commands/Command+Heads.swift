import Attention

extension Command {
  /// Which heads there are to look at, and in which order.
  static let choosing = [
    Command("sort", .optional(.measure), "rank heads by a measure", in: [.model]) {
      (measure, state) throws(ExplorerError) in
      .rank(HeadRanking(by: measure, only: state.display.ranking.filter))
    },
    Command("only", .optional(.headFilter), "heads with a label, or all", in: [.model]) {
      (filter, state) throws(ExplorerError) in
      let ranking = HeadRanking(by: state.display.ranking.order, only: filter)
      if let objection = state.objection(to: ranking) { throw .unavailable(objection) }
      return .rank(ranking)
    },
    Command(
      "layers",
      .numbers(from: \.stack.layerNumbers, current: \.keptLayerNumbers), "keep these layers only"
    ) { (numbers, state) throws(ExplorerError) in
      let layers = Set(numbers)
      guard state.stack.layers.contains(where: { layers.contains($0.index) }) else {
        throw .unavailable(state.session.missingText(numbers))
      }
      let isAll = layers.count == state.stack.layerCount
      return .keep(
        HeadRestriction(layers: isAll ? nil : layers, heads: state.display.restriction.heads))
    },
    Command(
      "only-heads",
      .numbers(from: { Array(0..<$0.stack.headCount) }, current: \.keptHeads),
      "keep these heads only"
    ) { (numbers, state) throws(ExplorerError) in
      let heads = Set(numbers)
      let isAll = heads.count == state.stack.headCount
      return .keep(
        HeadRestriction(layers: state.display.restriction.layers, heads: isAll ? nil : heads))
    },
  ]
}

extension CommandArgument<HeadMeasure> {
  static let measure = CommandArgument(
    syntax: "MEASURE",
    expected: { _ in "one of " + ExplorerError.alternatives(HeadMeasure.allCases.map(\.description))
    },
    candidates: { _ in
      HeadMeasure.allCases.map { Command.Candidate($0.description, note: $0.title) }
    },
    value: { (text, _) throws(ExplorerError) in
      let names = HeadMeasure.allCases.map(\.description)
      return try Abbreviation.index(of: text, among: names).map { HeadMeasure.allCases[$0] }
    })
}

extension CommandArgument<HeadFilter> {
  static let headFilter = CommandArgument(
    syntax: "LABEL|MEASURE>NUMBER",
    expected: { _ in
      "a label, or a measure with > or < and a number: \"induct\", \"prev>.5\", \"entropy<1.5\""
    },
    candidates: { state in
      let labels = state.keptPlaces.flatMap { state.summary($0).patterns.map(\.label) }
      return PatternLabel.allCases.filter(Set(labels).contains).map {
        Command.Candidate($0.rawValue, note: $0.title)
      } + HeadMeasure.allCases.map { Command.Candidate("\($0)>", note: $0.title) }
    },
    value: { (text, _) throws(ExplorerError) in HeadFilter(text) })
}
