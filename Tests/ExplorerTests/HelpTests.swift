import Attention
import TerminalUI
import Testing

@testable import Explorer

/// The help: everything that works in a context, to be read, scrolled and searched.
@Suite struct HelpTests {
  private func state(
    _ view: ViewKind = .head, width: Int = 80, height: Int = 24, isPair: Bool = false
  ) -> ExplorerState {
    ExplorerState(
      record: SampleRecord.bert(isPair: isPair), request: ModelRequest(text: "x"), view: view,
      width: width, height: height)
  }

  private func help(_ script: String, in state: ExplorerState? = nil) throws -> Help? {
    guard case .help(let help) = try (state ?? self.state()).pressing(script).overlay else {
      return nil
    }
    return help
  }

  private func text(_ script: String, in state: ExplorerState? = nil) throws -> String {
    try (state ?? self.state()).pressing(script).render(theme: .plain).text
  }

  @Test func picture() throws {
    let rows = try text("?").split(separator: "\n", omittingEmptySubsequences: false)
    let box = rows[1..<23].map { row in
      String(row.unicodeScalars.dropFirst(3).prefix(74).map(Character.init))
    }
    #expect(
      box.joined(separator: "\n") == """
        ╭─ Help: head view ──────────────────────────────────────────────────────╮
        │  Move                                  See                             │
        │  ↑↓         token                      s      sort keys by weight      │
        │  J K        token, other column        H      other lines dim/none/all │
        │  [ ]        layer                      p      rank heads by the pair   │
        │  { }        head                       v      weight, size, share      │
        │  ←→         head                       V      absolute, head, layer    │
        │  Tab        cursor, other column       |      matrix beside the head   │
        │  > <        next, previous peak        d      hide special tokens      │
        │  g G        first, last                w      merge word pieces        │
        │  PgUp PgDn  page                       t      theme: dark, light, mono │
        │  ^U ^D      half a page                                                │
        │  1 2 3 4 5  the five views             Do                              │
        │  Esc        back                       ⏎      neurons of this pair     │
        │  / n N      search tokens              e E    edit text, second text   │
        │                                        u      undo edit or change      │
        │  Heads                                 y Y    copy readout; table      │
        │  space      head's lines on or off     O      open something else      │
        │  o          only this head             S      save as page or picture  │
        │                                                                        │
        │  Esc close  ↑↓ scroll  / search the help                               │
        ╰────────────────────────────────────────────────────────────────────────╯
        """)
  }

  /// Also what is offered for other inputs than those of these tests.
  @Test func everythingFits() {
    for (sections, place) in HelpLayout.keyColumns {
      for entry in KeyMap.standard.entries where sections.contains(entry.section) {
        for glyphs in [Glyphs.unicode, .ascii] {
          #expect(entry.label(glyphs).count < place.keyWidth, "\(entry.help)")
        }
        #expect(entry.help.count <= place.width - place.keyWidth, "\(entry.help)")
      }
    }
    let place = HelpLayout.commandColumn
    for command in Command.all {
      #expect(":\(command.name) \(command.syntax)".count < place.keyWidth, "\(command.name)")
      #expect(command.help.count <= place.width - place.keyWidth, "\(command.name)")
    }
  }

  /// Every key and every command of every view can be read in full.
  @Test(arguments: ViewKind.allCases)
  func nothingIsCut(_ view: ViewKind) throws {
    for (width, height) in [(60, 16), (80, 24), (120, 40), (160, 50)] {
      for glyphs in [Glyphs.unicode, .ascii] {
        var state = state(view, width: width, height: height, isPair: true)
        state.display.glyphs = glyphs
        var seen = ""
        _ = state.handle(.key("?"))
        while true {
          seen += state.render(theme: Theme(.mono, depth: .none, glyphs: glyphs)).text
          let before = state.overlay
          _ = state.handle(.key(.pageDown))
          if state.overlay == before { break }
        }
        for entry in state.keyMap.entries(in: state) {
          #expect(seen.contains(entry.help), "\(width): \(entry.help)")
          #expect(seen.contains(" \(entry.label(glyphs)) "), "\(width): \(entry.help)")
        }
        for command in Command.offered(in: state) {
          #expect(seen.contains(":\(command.name)"), "\(width): \(command.name)")
          #expect(seen.contains(command.help), "\(width): \(command.name)")
          #expect(width < 76 || seen.contains(" :\(command.name) \(command.syntax)"))
        }
      }
    }
  }

  @Test func aLargeWindowShowsAllAtOnce() throws {
    let state = state(width: 160, height: 80)
    #expect(try help("? Down PgDn End", in: state)?.scroll == 0)
    let all = try text("?", in: state)
    #expect(all.contains(":quit") && !all.contains("scroll"))
  }

  @Test func scrollingStopsAtTheEnds() throws {
    #expect(try help("? Up PgUp")?.scroll == 0)
    let end = try #require(try help("? End")?.scroll)
    #expect(end > 20)
    #expect(try help("? End Down PgDn")?.scroll == end)
    #expect(try help("? End Up")?.scroll == end - 1)
    #expect(try help("? j j k")?.scroll == 1)
    // A resize cannot leave it behind the end.
    var state = try state().pressing("? End")
    _ = state.handle(.resize(width: 160, height: 80))
    #expect(state.render(theme: .plain).text.contains("Move"))
  }

  @Test func theWheelScrollsAndClicksWait() throws {
    var state = try state().pressing("?")
    _ = state.handle(.mouse(MouseEvent(.wheelDown, x: 5, y: 5)))
    _ = state.handle(.mouse(MouseEvent(.click, x: 4, y: 8)))
    #expect(state.overlay == .help(Help(scroll: 1)))
    #expect(state.selection.query == 0)
  }

  @Test func closes() throws {
    for key in ["Esc", "q", "?", "Enter", "x"] { #expect(try help("? \(key)") == nil) }
  }

  @Test func searchFindsAndGoesOn() throws {
    let found = try text("? / sort Enter")
    #expect(found.contains("/sort  1 of 2"))
    let next = try text("? / sort Enter n")
    #expect(next.contains("/sort  2 of 2") && next.contains(":sort [weight|position]"))
    #expect(try text("? / sort Enter n n").contains("/sort  1 of 2"))
    #expect(try text("? / sort Enter N").contains("/sort  2 of 2"))
    #expect(try text("? / xyzzy").contains("/xyzzy  nothing found"))
    // Esc gives the search up, then the help.
    #expect(try help("? / sort Esc") == Help())
    #expect(try help("? / sort Esc Esc") == nil)
  }

  @Test(arguments: ["brd", "prev", "s-x", "vrt", "induct", "align", "besides sinks"])
  func labelsAreExplained(_ label: String) throws {
    for view in ViewKind.allCases {
      #expect(!(try text(": 'help \(label)' Enter", in: state(view)).contains("nothing found")))
    }
    let whole = try text("?", in: state(.model, width: 160, height: 60))
    #expect(whole.contains("ind induct  weight on what followed the same token before"))
    #expect(whole.contains("mix mixed   no other fits"))
  }

  @Test func coloursAreThoseOfTheView() throws {
    for view in ViewKind.allCases {
      let text = try text("? G", in: state(view, width: 160, height: 80))
      #expect(text.contains("Lines: colour = head") == (view == .head))
      #expect(text.contains("Pictures: colour = layer") == (view == .model))
    }
  }

  @Test func whatIsFoundIsMarked() throws {
    let theme = Theme(.dark, depth: .indexed256, glyphs: .unicode)
    let canvas = try state().pressing("? / token Enter").render(theme: theme)
    #expect(canvas[17, 3].style == theme.style(.text, on: .selection))
    #expect(
      canvas[17, 4].style == theme.style(.bright, on: .overlay).adding(.underline))
    #expect(canvas[17, 5].style == theme.style(.text, on: .overlay))
  }

  @Test func helpOfATopic() throws {
    let topic = try text(": 'help :zoom' Enter", in: state(.model))
    #expect(topic.contains("/:zoom  1 of 1"))
    #expect(topic.contains(":zoom index|thumbnails|large"))
    #expect(try text(": help Enter").contains("search the help"))
  }

  @Test func whatMeansNothingHereIsNotListed() throws {
    let one = try text("?", in: state(width: 160, height: 60))
    #expect(!one.contains("sentences A and B") && !one.contains(":filter"))
    let pair = try text("?", in: state(width: 160, height: 60, isPair: true))
    #expect(pair.contains("sentences A and B") && pair.contains(":filter all|aa|bb|ab|ba"))
    #expect(!pair.contains("neuron or rank") && !pair.contains(":neuron"))
  }
}
