import TerminalUI

/// The action of each key: one table for handling keys, the footer, the help screen and the documentation.
public struct KeyMap: Sendable {
  /// An action that keys can be bound to.
  public struct Binding: Sendable {
    /// Stable, so that settings can name it: `next-layer`.
    public let name: String
    public let action: Action
    /// The first one stands for all of them on the screen.
    public internal(set) var keys: [Key]

    init(_ name: String, _ action: Action, _ keys: Key...) {
      self.name = name
      self.action = action
      self.keys = keys
    }
  }

  /// A line of the table: bindings that belong together, with what they are for.
  public struct Entry: Sendable {
    public enum Section: String, CaseIterable, Sendable {
      case move = "Move"
      case see = "See"
      case heads = "Heads"
      case act = "Do"
    }

    public let section: Section
    /// The text in the help.
    public let help: String
    /// The text in the footer; entries without it are in the help only.
    public let footer: String?
    /// The views in which it works.
    public let views: Set<ViewKind>
    /// Without which the keys only say why they do nothing.
    public let needs: Requirement?
    public internal(set) var bindings: [Binding]

    init(
      _ section: Section, _ help: String, footer: String? = nil,
      in views: Set<ViewKind> = Set(ViewKind.allCases), needs: Requirement? = nil,
      _ bindings: [Binding]
    ) {
      self.section = section
      self.help = help
      self.footer = footer
      self.views = views
      self.needs = needs
      self.bindings = bindings
    }

    /// The keys as a person reads them, one for each binding; empty where none has a key.
    public func label(_ glyphs: Glyphs) -> String {
      let keys = bindings.compactMap(\.keys.first)
      let arrows: Set<Key> = [.up, .down, .left, .right]
      let areArrows = arrows.isSuperset(of: keys)
      if areArrows, !glyphs.isUnicode, keys.count == arrows.count { return "arrows" }
      return keys.map { $0.label(glyphs) }
        .joined(separator: areArrows && glyphs.isUnicode ? "" : " ")
    }

    /// Whether the entry is always shown: the ways to get help and to get out.
    var isPinned: Bool {
      bindings.contains { $0.action == .help(topic: nil) || $0.action == .quit }
    }
  }

  public internal(set) var entries: [Entry]

  /// The action of `key` in `view`.
  public func action(for key: Key, in view: ViewKind) -> Action? {
    meaning(of: key, in: view)?.action
  }

  /// The same, and what it needs to mean anything.
  func meaning(of key: Key, in view: ViewKind) -> (action: Action, needs: Requirement?)? {
    for entry in entries where entry.views.contains(view) {
      if let binding = entry.bindings.first(where: { $0.keys.contains(key) }) {
        return (binding.action, entry.needs)
      }
    }
    return nil
  }

  /// The message about a key that means nothing in a view: where it means something, if anywhere.
  func elsewhere(_ key: Key, _ glyphs: Glyphs) -> String {
    let label = key.label(glyphs)
    for entry in entries where entry.bindings.contains(where: { $0.keys.contains(key) }) {
      let views = ViewKind.allCases.filter(entry.views.contains).map(\.rawValue)
      return "\(label) works in the \(ExplorerError.alternatives(views, "and")) view: \(entry.help)"
    }
    return "\(label) does nothing: \(self.label(of: "help", glyphs)) lists the keys"
  }

  /// The entries that have keys, and mean something now.
  func entries(in state: ExplorerState) -> [Entry] {
    entries.filter {
      $0.views.contains(state.view) && $0.bindings.contains { !$0.keys.isEmpty }
        && state.objection(to: $0.needs) == nil
    }
  }

  /// The key of the binding `name`, for texts that tell what to press; its name in quotes where it has none.
  func label(of name: String, _ glyphs: Glyphs) -> String {
    let binding = entries.lazy.flatMap(\.bindings).first { $0.name == name }
    return binding?.keys.first?.label(glyphs) ?? "\"\(name)\""
  }
}
