extension KeyMap {
  private static let up = Binding("up", .move(.up), .up, "k")
  private static let down = Binding("down", .move(.down), .down, "j")
  private static let left = Binding("left", .move(.left), .left, "h")
  private static let right = Binding("right", .move(.right), .right, "l")
  private static let nextKey = Binding("next-key", .stepKey(1), "J")
  private static let previousKey = Binding("previous-key", .stepKey(-1), "K")
  private static let nextPeak = Binding("next-peak", .stepPeak(1), ">")
  private static let previousPeak = Binding("previous-peak", .stepPeak(-1), "<")
  private static let previousLayer = Binding("previous-layer", .stepLayer(-1), "[")
  private static let nextLayer = Binding("next-layer", .stepLayer(1), "]")
  private static let previousHead = Binding("previous-head", .stepHead(-1), "{")
  private static let nextHead = Binding("next-head", .stepHead(1), "}")
  private static let open = Binding("open", .open, .enter)
  private static let sort = Binding("toggle-sort", .toggleSort, "s")
  private static let scale = Binding("next-scale", .cycleScale, "V")

  /// The keys as they come. Within a view the order is the footer's, from left to right.
  public static let standard = KeyMap(entries: [
    Entry(.move, "head", footer: "head", in: [.model], [left, right]),
    Entry(.move, "layer", footer: "layer", in: [.model], [up, down]),
    Entry(.move, "token", footer: "token", in: [.head], [up, down]),
    Entry(.move, "query token", footer: "query", in: [.neuron], [up, down]),
    Entry(.move, "query and key", footer: "move", in: [.matrix], [up, down, left, right]),
    Entry(.move, "next, previous key", footer: "key", in: [.neuron], [nextKey, previousKey]),
    Entry(.move, "token, other column", in: [.head], [nextKey, previousKey]),
    Entry(
      .move, "previous, next neuron", footer: "neuron", in: [.neuron], needs: .vectors,
      [
        Binding("previous-neuron", .stepNeuron(-1), ","),
        Binding("next-neuron", .stepNeuron(1), "."),
      ]),
    Entry(
      .move, "panel: q, k, product", footer: "panel", in: [.neuron], needs: .vectors, [left, right]),
    Entry(
      .see, "larger, smaller", footer: "zoom", in: [.model, .matrix],
      [Binding("zoom-in", .zoom(1), "+", "="), Binding("zoom-out", .zoom(-1), "-")]),
    Entry(
      .see, "large: lines or heat map", in: [.model], [Binding("toggle-heat", .toggleHeat, "m")]),
    Entry(.move, "part", footer: "part", in: [.output], [up, down]),
    Entry(.act, "open the head", footer: "open", in: [.model, .output], [open]),
    Entry(.heads, "heads like this one first", footer: "sort", in: [.model], [sort]),
    Entry(.act, "neurons of this pair", in: [.head, .matrix], [open]),
    Entry(.see, "sort neurons by size", footer: "sort", in: [.neuron], needs: .vectors, [sort]),
    Entry(
      .see, "table of numbers", footer: "table", in: [.neuron], needs: .vectors,
      [Binding("toggle-table", .toggleTable, "T")]),
    Entry(
      .see, "before, after rotation", footer: "rotation", in: [.neuron], needs: .rotation,
      [Binding("toggle-rotation", .toggleRotation, "r")]),
    Entry(
      .move, "previous, next peak", footer: "next peak", in: [.matrix], [previousPeak, nextPeak]),
    Entry(
      .move, "layer", footer: "layer", in: [.head, .neuron, .matrix], [previousLayer, nextLayer]),
    Entry(
      .move, "head", footer: "head", in: [.head, .neuron, .matrix], [previousHead, nextHead]),
    Entry(.move, "previous, next layer", in: [.model], [previousLayer, nextLayer]),
    Entry(.move, "previous, next head", in: [.model], [previousHead, nextHead]),
    Entry(.move, "head", in: [.head], [left, right]),
    // What depends on the input is offered early where it means something.
    Entry(
      .see, "sentences A and B", footer: "filter", needs: .pair,
      [Binding("next-filter", .cycleFilter, "f")]),
    Entry(
      .see, "encoder, decoder, cross", footer: "kind", needs: .severalKinds,
      [Binding("next-kind", .cycleKind, "x")]),
    Entry(
      .heads, "head's lines on or off", footer: "on/off", in: [.head, .model],
      [Binding("toggle-head", .toggleHead, " ")]),
    Entry(
      .heads, "only this head", footer: "solo", in: [.head, .model],
      [Binding("solo-head", .soloHead, "o")]),
    Entry(
      .heads, "all heads", footer: "all", in: [.head, .model],
      [Binding("all-heads", .allHeads, "a")]),
    Entry(
      .heads, "as max, mean or exact", in: [.head],
      [Binding("next-aggregation", .cycleAggregation, "c")]),
    Entry(
      .heads, "off in the model, or on", footer: "off/on", needs: .model,
      [Binding("ablate", .ablate, "z")]),
    Entry(
      .heads, "off: put what; which rows", needs: .model,
      [
        Binding("next-replacement", .cycleReplacement, "Z"),
        Binding("next-ablated-rows", .cycleAblationRows, "R"),
      ]),
    Entry(
      .heads, "cut or restore this pair", in: [.head, .neuron, .matrix], needs: .model,
      [Binding("cut", .cut, "X")]),
    Entry(
      .heads, "compare with another run", needs: .model, [Binding("compare", .compare, "D")]),
    Entry(
      .heads, "other run; head as there", needs: .model,
      [Binding("swap-runs", .swapRuns, "B"), Binding("patch", .patch, "P")]),
    Entry(
      .heads, "words that a head writes", in: [.head, .neuron, .matrix], needs: .model,
      [Binding("written", .toggle(.written(isOfRow: false)), "W")]),
    Entry(
      .heads, "who wrote query and key", in: [.neuron], needs: .model,
      [Binding("writers", .toggle(.writers), "Q")]),
    Entry(
      .heads, "all about this head", [Binding("card", .toggle(.card), "i")]),
    Entry(.see, "sort keys by weight", footer: "sort", in: [.head], [sort]),
    Entry(.see, "by share, total or place", footer: "sort", in: [.output], [sort]),
    Entry(
      .move, "cursor, other column", footer: "side", in: [.head],
      [Binding("switch-side", .switchSide, .tab)]),
    Entry(.move, "next, previous peak", in: [.head, .neuron], [nextPeak, previousPeak]),
    Entry(
      .move, "first, last",
      [
        Binding("first", .moveToFirst, "g", .home), Binding("last", .moveToLast, "G", .end),
      ]),
    Entry(
      .move, "page",
      [
        Binding("page-up", .page(-1), .pageUp, .control("b")),
        Binding("page-down", .page(1), .pageDown, .control("f")),
      ]),
    Entry(
      .move, "half a page",
      [
        Binding("half-page-up", .halfPage(-1), .control("u")),
        Binding("half-page-down", .halfPage(1), .control("d")),
      ]),
    Entry(
      .move, "the five views",
      [
        Binding("model-view", .show(.model), "1"), Binding("head-view", .show(.head), "2"),
        Binding("neuron-view", .show(.neuron), "3"), Binding("matrix-view", .show(.matrix), "4"),
        Binding("output-view", .show(.output), "5"),
      ]),
    Entry(.move, "back", [Binding("back", .back, .escape, .backspace)]),
    Entry(
      .see, "other lines dim/none/all", in: [.head],
      [Binding("next-other-lines", .cycleOtherLines, "H")]),
    Entry(.see, "rank heads by the pair", [Binding("rank-by-pair", .rankByPair, "p")]),
    Entry(
      .see, "weight, size, share", footer: "meaning", in: [.model, .head, .matrix],
      [Binding("next-quantity", .cycleQuantity, "v")]),
    Entry(
      .see, "absolute, head, layer", footer: "scale", in: [.model, .head, .matrix], [scale]),
    Entry(.see, "scale: tanh, panel max", in: [.neuron], needs: .vectors, [scale]),
    Entry(.see, "matrix beside the head", [Binding("split", .toggleSplit, "|")]),
    Entry(.see, "hide special tokens", [Binding("toggle-specials", .toggleSpecials, "d")]),
    Entry(.see, "merge word pieces", [Binding("toggle-words", .toggleWords, "w")]),
    Entry(.see, "theme: dark, light, mono", [Binding("next-theme", .cycleTheme, "t")]),
    Entry(
      .act, "edit text, second text", footer: "edit", needs: .model,
      [Binding("edit-text", .edit(.text), "e"), Binding("edit-second", .edit(.second), "E")]),
    Entry(.act, "undo edit or change", needs: .model, [Binding("undo", .undo, "u")]),
    Entry(
      .move, "search tokens",
      [
        Binding("search", .edit(.search), "/"), Binding("next-match", .stepMatch(1), "n"),
        Binding("previous-match", .stepMatch(-1), "N"),
      ]),
    Entry(
      .act, "copy readout; table",
      [Binding("copy", .copy, "y"), Binding("copy-table", .copyTable, "Y")]),
    Entry(.act, "open something else", [Binding("start", .start, "O")]),
    Entry(.act, "save as page or picture", [Binding("export", .edit(.export), "S")]),
    Entry(
      .act, "command, Tab completes", footer: "command",
      [Binding("command", .edit(.command), ":")]),
    Entry(
      .act, "redraw; suspend",
      [
        Binding("redraw", .redraw, .control("l")), Binding("suspend", .suspend, .control("z")),
      ]),
    Entry(
      .act, "this help", footer: "help", [Binding("help", .help(topic: nil), "?", .function(1))]),
    Entry(.act, "quit", footer: "quit", [Binding("quit", .quit, "q", .control("c"))]),
  ])
}
