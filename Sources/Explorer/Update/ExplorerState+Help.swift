import TerminalUI

/// Reading and searching the help.
extension ExplorerState {
  mutating func showHelp(of topic: String?) {
    var help = Help(search: LineEditor(topic ?? ""))
    HelpLayout(self, help).showMatch(of: &help)
    input.overlay = .help(help)
  }

  mutating func handle(_ key: Key, in help: Help) -> [Effect] {
    var help = help
    let layout = HelpLayout(self, help)
    switch key {
    case .control("l"): return [.redraw]
    case .control("z"): return [.suspend]
    case _ where help.isSearching: searchHelp(key, &help)
    case "/":
      help.isSearching = true
      help.search = LineEditor()
    case "n", "N":
      let count = layout.matches.count
      if count > 0 { help.match = (help.match + (key == "n" ? 1 : count - 1)) % count }
      layout.showMatch(of: &help)
    case .down, "j": help.scroll += 1
    case .up, "k": help.scroll -= 1
    case .pageDown, " ": help.scroll += layout.visibleRowCount - 1
    case .pageUp: help.scroll -= layout.visibleRowCount - 1
    case .home, "g": help.scroll = 0
    case .end, "G": help.scroll = layout.lastScroll
    default:
      input.overlay = nil
      return []
    }
    help.scroll = max(0, min(help.scroll, layout.lastScroll))
    input.overlay = .help(help)
    return []
  }

  private func searchHelp(_ key: Key, _ help: inout Help) {
    switch key {
    case .enter: help.isSearching = false
    case .escape, .control("c"): help = Help(scroll: help.scroll)
    default:
      _ = help.search.handle(key)
      help.match = 0
      HelpLayout(self, help).showMatch(of: &help)
    }
  }

  /// Everything else waits until the help is closed.
  mutating func handle(_ mouse: MouseEvent, in help: Help) -> [Effect] {
    switch mouse.action {
    case .wheelUp: handle(.up, in: help)
    case .wheelDown: handle(.down, in: help)
    case .click, .doubleClick: []
    }
  }
}
