import Attention

extension Command {
  /// The commands that choose and order the heads to look at.
  static let choosing = [
    Command("sort", .optional(.headOrder), "rank heads by a measure", in: [.model]) {
      (order, state) throws(ExplorerError) in
      if let objection = order.flatMap(state.objection) { throw .unavailable(objection) }
      return .rank(HeadRanking(by: order, only: state.display.ranking.filter))
    },
    Command(
      "probe",
      .choice {
        if case .probe(let probe) = $0.display.ranking.order { probe } else { nil }
      }.called("KIND"), "rank heads by a test of our own", in: [.model], needs: .model
    ) { (probe, state) throws(ExplorerError) in
      .rank(HeadRanking(by: .probe(probe), only: state.display.ranking.filter))
    },
    Command(
      "scatter", .optional(.headScatter), "heads as dots over two measures", in: [.model]
    ) { (scatter, state) throws(ExplorerError) in
      for order in [scatter?.across, scatter?.up] {
        if let objection = order.flatMap(state.objection) { throw .unavailable(objection) }
      }
      return state.displaying {
        $0.scatter = scatter
        if scatter != nil { $0.ranking.order = nil }
      }
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

extension Command {
  /// Lists over the view.
  static let listing = [
    Command("card", "all about this head, or back", .toggle(.card)),
    Command(
      "written", "words that a head writes, or back", in: [.head, .neuron, .matrix],
      needs: .model, .toggle(.written(isOfRow: false))),
    Command(
      "writers", "who wrote query and key, or back", in: [.neuron], needs: .model,
      .toggle(.writers)),
  ]

  /// The commands that change what the model does.
  static let changing = [
    Command("ablate", .heads, "turn heads off in the model", needs: .model) {
      (heads, state) throws(ExplorerError) in try state.ablating(heads)
    },
    Command("cut", .edges, "cut edges in the model", needs: .model) {
      (cuts, state) throws(ExplorerError) in try state.cutting(cuts)
    },
    Command(
      "as",
      .choice(where: { $1.possibleReplacements.contains($0) }) { $0.ablation.replacement },
      "what stands for heads turned off", needs: .model
    ) { (replacement, state) throws(ExplorerError) in
      .ablateAs(AblationSettings(replacement: replacement, rows: state.ablation.rows))
    },
    Command(
      "rows", .choice([("all", .all), ("query", .row)]) { $0.ablation.rows },
      "at which queries heads are off", needs: .model
    ) { (rows, state) throws(ExplorerError) in
      .ablateAs(AblationSettings(replacement: state.ablation.replacement, rows: rows))
    },
    Command("patch", .heads, "heads as in the compared run", needs: .model) {
      (heads, state) throws(ExplorerError) in try state.patching(heads)
    },
    Command(
      "diff",
      .optional(.text(suggestions: { [$0.latestRequest?.text ?? ""] })),
      "compare with a text, or leave", needs: .model
    ) { (text, state) throws(ExplorerError) in
      text.map { .compareWith(text: CommandText.unquoted($0)) } ?? .compare
    },
    Command("diff-model", .model, "compare with another model", needs: .model) {
      (place, _) throws(ExplorerError) in .compareWithModel(place)
    },
    Command("restore", .nothing, "all heads on, no edge cut", needs: .model) {
      (_, state) throws(ExplorerError) in state.requesting { $0.interventions = [] }
    },
  ]
}

extension CommandArgument<[HeadAddress]> {
  static let heads = CommandArgument(
    syntax: "HEADS",
    expected: {
      "heads by layer and number, such as \($0.address(of: $0.place)), with commas between"
    },
    candidates: { [Command.Candidate($0.address(of: $0.place).description, note: "this one")] },
    value: { (text, _) throws(ExplorerError) in
      let parts = text.split(separator: ",", omittingEmptySubsequences: false)
      let heads = parts.compactMap { HeadAddress(String($0)) }
      return heads.count == parts.count ? heads : nil
    })
}

extension CommandArgument<[EdgeCut]> {
  static let edges = CommandArgument(
    syntax: "LAYERS:QUERY>KEY",
    expected: { _ in
      "layers:query>key, such as 3-5:12>4, with heads 3.0-3:last>4; several with commas between"
    },
    candidates: { state in
      let place =
        "\(state.address(of: state.place)):\(state.selection.query)>\(state.selection.key)"
      return [Command.Candidate(place, note: "this pair")]
    },
    value: { (text, _) throws(ExplorerError) in
      let parts = text.split(separator: ",", omittingEmptySubsequences: false)
      let cuts = parts.compactMap { EdgeCut(String($0)) }
      return cuts.count == parts.count ? cuts : nil
    })
}

extension CommandArgument<HeadOrder> {
  static let headOrder = CommandArgument(
    syntax: "MEASURE",
    expected: { _ in "one of " + ExplorerError.alternatives(HeadOrder.allCases.map(\.description))
    },
    candidates: { state in
      HeadOrder.allCases.filter { state.objection(to: $0) == nil }
        .map { Command.Candidate($0.description, note: $0.title) }
    },
    value: { (text, _) throws(ExplorerError) in
      let names = HeadOrder.allCases.map(\.description)
      return try Abbreviation.index(of: text, among: names).map { HeadOrder.allCases[$0] }
    })
}

extension CommandArgument<HeadScatter> {
  /// Two measures, what goes right first.
  static let headScatter = CommandArgument(
    syntax: "RIGHT UP",
    expected: { _ in
      "two measures with a blank between, such as \"write effect\", out of "
        + ExplorerError.alternatives(HeadOrder.allCases.map(\.description))
    },
    candidates: { state in
      let known = HeadOrder.allCases.filter { state.objection(to: $0) == nil }
      return known.flatMap { across in
        known.filter { $0 != across }.map { up in
          Command.Candidate("\(across) \(up)", note: "\(across.title); \(up.title)")
        }
      }
    },
    value: { (text, _) throws(ExplorerError) in
      let names = HeadOrder.allCases.map(\.description)
      let words = text.split(separator: " ").map(String.init)
      guard words.count == 2, let across = try Abbreviation.index(of: words[0], among: names),
        let up = try Abbreviation.index(of: words[1], among: names)
      else { return nil }
      return HeadScatter(across: HeadOrder.allCases[across], up: HeadOrder.allCases[up])
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
