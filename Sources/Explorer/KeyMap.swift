import TerminalUI

/// Which key does what: one table for handling keys, the footer, the help screen and the documentation.
public struct KeyMap: Sendable {
  /// A line of the table: keys that belong together, with what they are for.
  public struct Entry: Sendable {
    public enum Section: String, CaseIterable, Sendable {
      case move = "Move"
      case see = "See"
      case heads = "Heads"
      case act = "Do"
    }

    public let section: Section
    /// The keys as a person reads them.
    public let label: String
    /// What the help says.
    public let help: String
    /// What the footer says; entries without it are in the help only.
    public let footer: String?
    /// The views in which it works.
    public let views: Set<ViewKind>
    public let bindings: [(key: Key, action: Action)]
  }

  public let entries: [Entry]

  /// What `key` means in `view`.
  public func action(for key: Key, in view: ViewKind) -> Action? {
    for entry in entries where entry.views.contains(view) {
      if let binding = entry.bindings.first(where: { $0.key == key }) { return binding.action }
    }
    return nil
  }

  public func entries(in view: ViewKind) -> [Entry] {
    entries.filter { $0.views.contains(view) }
  }
}

extension KeyMap {
  private static func entry(
    _ section: Entry.Section, _ label: String, _ help: String, footer: String? = nil,
    in views: Set<ViewKind> = Set(ViewKind.allCases), _ bindings: [(Key, Action)]
  ) -> Entry {
    Entry(
      section: section, label: label, help: help, footer: footer, views: views,
      bindings: bindings.map { (key: $0.0, action: $0.1) })
  }

  private static func entry(
    _ section: Entry.Section, _ label: String, _ help: String, footer: String? = nil,
    in views: Set<ViewKind> = Set(ViewKind.allCases), _ key: Key, _ action: Action
  ) -> Entry {
    entry(section, label, help, footer: footer, in: views, [(key, action)])
  }

  private static let upDown: [(Key, Action)] = [
    (.up, .move(.up)), (.down, .move(.down)), (.character("k"), .move(.up)),
    (.character("j"), .move(.down)),
  ]
  private static let leftRight: [(Key, Action)] = [
    (.left, .move(.left)), (.right, .move(.right)), (.character("h"), .move(.left)),
    (.character("l"), .move(.right)),
  ]

  /// The keys as they come. Within a view the order is the footer's, from left to right.
  public static let standard = KeyMap(entries: [
    entry(.move, "←→", "head", footer: "head", in: [.model], leftRight),
    entry(.move, "↑↓", "layer", footer: "layer", in: [.model], upDown),
    entry(.move, "↑↓", "token", footer: "token", in: [.head], upDown),
    entry(.move, "↑↓", "query token", footer: "query", in: [.neuron], upDown),
    entry(
      .move, "↑↓←→", "query and key", footer: "move", in: [.matrix], upDown + leftRight),
    entry(
      .move, "J K", "next, previous key", footer: "key", in: [.neuron],
      [(.character("J"), .stepKey(1)), (.character("K"), .stepKey(-1))]),
    entry(
      .move, "J K", "token, other column", in: [.head],
      [(.character("J"), .stepKey(1)), (.character("K"), .stepKey(-1))]),
    entry(
      .move, ", .", "previous, next neuron", footer: "neuron", in: [.neuron],
      [(.character(","), .stepNeuron(-1)), (.character("."), .stepNeuron(1))]),
    entry(.see, "←→", "panel: q, k, q×k", footer: "panel", in: [.neuron], leftRight),
    entry(
      .see, "+ -", "larger, smaller", footer: "zoom", in: [.model, .matrix],
      [(.character("+"), .zoom(1)), (.character("="), .zoom(1)), (.character("-"), .zoom(-1))]),
    entry(
      .see, "m", "large: lines or heat map", in: [.model], .character("m"), .toggleHeat),
    entry(.act, "⏎", "open the head", footer: "open", in: [.model], .enter, .open),
    entry(.act, "⏎", "neurons of this pair", in: [.head, .matrix], .enter, .open),
    entry(
      .see, "s", "sort neurons by |q×k|", footer: "sort", in: [.neuron], .character("s"),
      .toggleSort),
    entry(
      .see, "T", "table of numbers", footer: "table", in: [.neuron], .character("T"), .toggleTable),
    entry(
      .see, "r", "before, after rotation", in: [.neuron], .character("r"), .toggleRotation),
    entry(
      .move, "< >", "previous, next peak", footer: "next peak", in: [.matrix],
      [(.character(">"), .stepPeak(1)), (.character("<"), .stepPeak(-1))]),
    entry(
      .move, "[ ]", "layer", footer: "layer", in: [.head, .neuron, .matrix],
      [(.character("["), .stepLayer(-1)), (.character("]"), .stepLayer(1))]),
    entry(
      .move, "{ }", "head", footer: "head", in: [.head, .neuron, .matrix],
      [(.character("{"), .stepHead(-1)), (.character("}"), .stepHead(1))]),
    entry(
      .move, "← →", "head", in: [.head],
      [
        (.left, .stepHead(-1)), (.right, .stepHead(1)), (.character("h"), .stepHead(-1)),
        (.character("l"), .stepHead(1)),
      ]),
    entry(
      .heads, "space", "head on or off", footer: "on/off", in: [.head, .model], .character(" "),
      .toggleHead),
    entry(
      .heads, "o", "only this head", footer: "solo", in: [.head, .model], .character("o"), .soloHead
    ),
    entry(
      .heads, "a", "all heads", footer: "all", in: [.head, .model], .character("a"), .allHeads),
    entry(
      .heads, "c", "as max, mean or exact", in: [.head], .character("c"),
      .cycleAggregation),
    entry(
      .see, "s", "sort keys by weight", footer: "sort", in: [.head], .character("s"), .toggleSort),
    entry(
      .move, "Tab", "cursor, other column", footer: "side", in: [.head], .tab, .switchSide),
    entry(
      .move, "> <", "next, previous peak", in: [.head, .neuron],
      [(.character(">"), .stepPeak(1)), (.character("<"), .stepPeak(-1))]),
    entry(
      .move, "g G", "first, last",
      [
        (.character("g"), .moveToFirst), (.character("G"), .moveToLast), (.home, .moveToFirst),
        (.end, .moveToLast),
      ]),
    entry(
      .move, "PgUp PgDn", "page; ^u ^d half a page",
      [
        (.pageUp, .page(-1)), (.pageDown, .page(1)), (.control("b"), .page(-1)),
        (.control("f"), .page(1)), (.control("u"), .halfPage(-1)), (.control("d"), .halfPage(1)),
      ]),
    entry(
      .move, "1 2 3 4", "the four views",
      [
        (.character("1"), .show(.model)), (.character("2"), .show(.head)),
        (.character("3"), .show(.neuron)), (.character("4"), .show(.matrix)),
      ]),
    entry(
      .move, "Esc", "back",
      [(.escape, .back), (.backspace, .back)]),
    entry(.see, "H", "other lines dim/none/all", in: [.head], .character("H"), .cycleOtherLines),
    entry(
      .see, "v", "absolute, head, layer", footer: "scale", in: [.model, .head, .matrix],
      .character("v"), .cycleScale),
    entry(
      .see, "v", "scale: tanh, panel max", in: [.neuron], .character("v"), .cycleScale),
    entry(
      .see, "f", "sentences A and B", footer: "filter", .character("f"), .cycleFilter),
    entry(.see, "x", "encoder, decoder, cross", .character("x"), .cycleKind),
    entry(.see, "d", "hide special tokens", .character("d"), .toggleSpecials),
    entry(.see, "w", "merge word pieces", .character("w"), .toggleWords),
    entry(.see, "t", "theme: dark, light, mono", .character("t"), .cycleTheme),
    entry(
      .act, "e E", "edit text, second text", footer: "edit",
      [(.character("e"), .edit(.text)), (.character("E"), .edit(.second))]),
    entry(.act, "u", "undo the edit", .character("u"), .undo),
    entry(
      .move, "/ n N", "search tokens",
      [
        (.character("/"), .edit(.search)), (.character("n"), .stepMatch(1)),
        (.character("N"), .stepMatch(-1)),
      ]),
    entry(.act, "y", "copy the readout", .character("y"), .copy),
    entry(
      .act, "^L ^Z", "redraw; suspend", [(.control("l"), .redraw), (.control("z"), .suspend)]),
    entry(
      .act, "?", "this help", footer: "help",
      [(.character("?"), .showHelp), (.function(1), .showHelp)]),
    entry(
      .act, "q", "quit", footer: "quit", [(.character("q"), .quit), (.control("c"), .quit)]),
  ])
}
