import Attention

extension Command {
  /// All commands, in the order in which they are offered.
  public static let all: [Command] = moving + choosing + seeing + doing + changing + listing

  private static let moving = [
    Command("view", .choice { $0.view }.called("VIEW"), "show another view") {
      (view, _) throws(ExplorerError) in .show(view)
    },
    Command("layer", .number(from: \.keptLayerNumbers), "go to a layer") {
      (number, state) throws(ExplorerError) in
      guard let position = state.stack.layers.firstIndex(where: { $0.index == number }) else {
        throw .unavailable(state.session.missingText([number]))
      }
      return state.selecting { $0.layer = position }
    },
    Command("head", .number(from: \.keptHeads), "go to a head") {
      (head, state) throws(ExplorerError) in state.selecting { $0.head = head }
    },
    Command(
      "heads",
      .numbers(from: \.keptHeads, current: \.activeHeads),
      "which heads are on",
      in: [.model, .head]
    ) { (heads, state) throws(ExplorerError) in
      state.selecting {
        $0.activeHeads = Set(heads)
        if !heads.contains($0.head) { $0.head = heads[0] }
      }
    },
    Command("query", .token(of: \.queryAxis), "go to a query token") {
      (token, _) throws(ExplorerError) in .choose(token, .query)
    },
    Command("key", .token(of: \.keyAxis), "go to a key token") {
      (token, _) throws(ExplorerError) in .choose(token, .key)
    },
    Command(
      "neuron", .number(from: \.neuronOrder), "go to a neuron", in: [.neuron], needs: .vectors
    ) { (neuron, state) throws(ExplorerError) in state.selecting { $0.neuron = neuron } },
    Command("side", .choice { $0.selection.side }, "column that the cursor is in", in: [.head]) {
      (side, state) throws(ExplorerError) in state.selecting { $0.side = side }
    },
    Command(
      "kind",
      .choice(where: { kind, state in state.record.stacks.contains { $0.kind == kind } }) {
        $0.stack.kind
      }, "kind of attention", needs: .severalKinds
    ) { (kind, state) throws(ExplorerError) in
      let stack = state.record.stacks.firstIndex { $0.kind == kind }
      return state.selecting { $0.stack = stack ?? $0.stack }
    },
    Command(
      "search", .text(suggestions: { [$0.input.search.text] }), "go to the next token with it"
    ) { (text, _) throws(ExplorerError) in .search(text) },
    Command("open", "as Enter does", .open),
    Command("back", "as Esc does", .back),
  ]

  private static let seeing = [
    Command("filter", \.filter, "from which sentence to which", needs: .pair),
    Command(
      "quantity", .choice { $0.display.quantity }.called("MEANING"), "what lines and cells mean",
      in: [.model, .head, .matrix]
    ) { (quantity, _) throws(ExplorerError) in .quantity(quantity) },
    Command(
      "outcome",
      .optional(.text("TOKEN", suggestions: { [$0.display.outcome ?? ""] })),
      "what shares and effects are of", needs: .model
    ) { (text, state) throws(ExplorerError) in
      state.displaying { $0.outcome = text.map(CommandText.unquoted) }
    },
    Command("scale", \.scale, "what is full brightness", in: [.model, .head, .matrix]),
    Command("scale", \.neuron.scale, "what is full colour", in: [.neuron], needs: .vectors),
    Command("combine", \.aggregation, "several heads as one", in: [.head]),
    Command("lines", \.otherLines, "lines of other tokens", in: [.head]),
    Command(
      "lines-with",
      .choice(where: { !$0.isPicture || $1.display.pictures.contains($0) }) {
        $0.display.glyphs.lineInk
      }.called("KIND"),
      "what lines are made of", in: [.model, .head], needs: .unicode
    ) { (ink, state) throws(ExplorerError) in state.displaying { $0.glyphs.lineInk = ink } },
    Command(
      "sort", \.sortsKeys, on: "weight", off: "position", "order of the keys", in: [.head]),
    Command(
      "sort", \.neuron.sortsByContribution, on: "size", off: "number", "order of the neurons",
      in: [.neuron], needs: .vectors),
    Command("sort", \.outputOrder, "order of the parts", in: [.output], needs: .model),
    Command(
      "panel",
      .choice([("q", .query), ("k", .key), ("product", .product)]) { $0.display.neuron.panel },
      "what narrow windows show of keys", in: [.neuron], needs: .vectors
    ) { (panel, state) throws(ExplorerError) in state.displaying { $0.neuron.panel = panel } },
    Command(
      "table", \.neuron.showsTable, "the pair as a table of numbers", in: [.neuron],
      needs: .vectors),
    Command(
      "rotation", \.neuron.isBeforeRotation, on: "before", off: "after",
      "q and k before or after rotation", in: [.neuron], needs: .rotation),
    Command(
      "zoom",
      .choice(
        ModelZoom.allCases.map { ($0.title, ZoomChange.to($0)) }
          + [("in", .by(1)), ("out", .by(-1))]
      ) { .to(ModelLayout($0).zoom) }, "size of the pictures", in: [.model]
    ) { (change, state) throws(ExplorerError) in
      switch change {
      case .to(let zoom): state.displaying { $0.modelZoom = zoom }
      case .by(let step): .zoom(step)
      }
    },
    Command(
      "zoom", .choice([("in", 1), ("out", -1)]) { _ in nil }, "nearer, farther", in: [.matrix]
    ) { (step, _) throws(ExplorerError) in .zoom(step) },
    Command(
      "heat", \.largeShowsHeat, "large pictures as heat maps", in: [.model]),
    Command(
      "specials", \.hidesSpecials, on: "hide", off: "show", "tokens that the tokenizer added"),
    Command("words", \.mergesWords, on: "merge", off: "split", "word pieces"),
    Command("raw", \.showsRawTokens, "tokens as the vocabulary has them"),
    Command("theme", \.appearance, "dark or light colours, or none"),
    Command("tokens", .crop, "keep these tokens only") { (crop, state) throws(ExplorerError) in
      state.displaying { $0.tokens = crop.tokens }
    },
    Command("letters", \.figure.lettering, "letters of drawings"),
    Command("caption", \.figure.caption, "what drawings say of themselves"),
    Command("split", \.isSplit, "head and matrix side by side"),
  ]

  private static let doing = [
    Command(
      "text", .text(suggestions: { [$0.latestRequest?.text ?? ""] }),
      "run the model on another text", needs: .model
    ) { (text, state) throws(ExplorerError) in state.requesting { $0.text = text } },
    Command(
      "pair", .optional(.text(suggestions: { [$0.latestRequest?.pair ?? ""] })),
      "another second sentence, or none", needs: .secondSentence
    ) { (text, state) throws(ExplorerError) in state.requesting { $0.pair = text } },
    Command(
      "target", .optional(.text(suggestions: { [$0.latestRequest?.target ?? $0.writtenTarget] })),
      "another decoder text, or its own", needs: .target
    ) { (text, state) throws(ExplorerError) in state.requesting { $0.target = text } },
    Command(
      "export", .file(suggestions: { [$0.exportName] }), "save as html, svg, pdf, png, csv"
    ) { (path, _) throws(ExplorerError) in .export(path: path) },
    Command("undo", "back to the text or model before", needs: .model, .undo),
    Command("copy", "copy the readout", .copy),
    Command("copy-table", "copy the view's numbers", .copyTable),
    Command("start", "what can be opened", .start),
    Command("model", .model, "open another model") {
      (place, _) throws(ExplorerError) in .goTo(place)
    },
    Command("file", .file, "open saved attention") {
      (place, _) throws(ExplorerError) in .goTo(place)
    },
    Command("session", .session, "open a saved session") {
      (place, _) throws(ExplorerError) in .goTo(place)
    },
    Command("save", .text("NAME", expected: "a name"), "keep this as a session") {
      (name, _) throws(ExplorerError) in .save(name: name)
    },
    Command(
      "tour", .choice(Tour.all.map { ($0.name, $0) }) { $0.tour?.tour },
      "walk through what there is"
    ) { (tour, _) throws(ExplorerError) in .tour(tour) },
    Command(
      "help", .optional(.text("TOPIC", suggestions: { _ in all.map(\.name) })),
      "this help, or a topic of it"
    ) { (topic, _) throws(ExplorerError) in .help(topic: topic) },
    Command("redraw", "send the whole screen again", .redraw),
    Command("suspend", "go to the shell for a while", .suspend),
    Command("quit", "leave the program", .quit),
  ]
}

/// A change to the size of the model view's pictures.
private enum ZoomChange: Equatable, Sendable {
  case to(ModelZoom)
  case by(Int)
}
