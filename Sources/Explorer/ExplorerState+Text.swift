import TerminalUI

/// Prompts: editing the text, searching it.
extension ExplorerState {
  mutating func edit(_ purpose: Prompt.Purpose) {
    if purpose == .search {
      overlay = .prompt(Prompt(.search))
      return
    }
    guard let request = awaited ?? request else {
      message = Message(text: "attention from a file cannot be computed anew", isError: false)
      return
    }
    if purpose == .second, request.inputIDs != nil, !isEncoderDecoder {
      message = Message(text: "the input is ids: e gives a text first", isError: false)
      return
    }
    let text = purpose == .text ? request.text : request[keyPath: secondText] ?? ""
    overlay = .prompt(Prompt(purpose, text: text))
  }

  /// The text besides the first: the decoder's, or a second sentence.
  private var secondText: WritableKeyPath<ModelRequest, String?> {
    isEncoderDecoder ? \.target : \.pair
  }

  mutating func handlePaste(_ text: String) -> [Effect] {
    // Outside a prompt a paste is no command, whatever letters it holds.
    guard case .prompt(var prompt) = overlay else { return [] }
    prompt.editor.insert(text)
    overlay = .prompt(prompt)
    return []
  }

  mutating func handle(_ key: Key, in prompt: Prompt) -> [Effect] {
    var prompt = prompt
    switch key {
    case .escape, .control("c"):
      overlay = nil
    case .enter:
      overlay = nil
      return accept(prompt)
    default:
      _ = prompt.editor.handle(key)
      overlay = .prompt(prompt)
    }
    return []
  }

  private mutating func accept(_ prompt: Prompt) -> [Effect] {
    let text = prompt.editor.text
    guard prompt.purpose != .search else {
      searchText = text
      findMatch(step: 0)
      followSelection()
      return []
    }
    guard let current = awaited ?? request else { return [] }
    var new = current
    if prompt.purpose == .text {
      new.text = text
    } else {
      new[keyPath: secondText] = text.isEmpty ? nil : text
    }
    guard new != current else { return [] }
    // A text takes the place of ids.
    if prompt.purpose == .text { new.inputIDs = nil } else { new.decoderInputIDs = nil }
    return run(new)
  }

  mutating func undo() -> [Effect] {
    guard let last = past.last else {
      message = Message(text: "nothing to undo", isError: false)
      return []
    }
    return run(last)
  }

  private mutating func run(_ new: ModelRequest) -> [Effect] {
    awaited = new
    requestNumber += 1
    return [.run(new, number: requestNumber)]
  }

  /// Moves the cursor to the next item that holds the text searched for; step 0 may stay where it is.
  mutating func findMatch(step: Int) {
    guard !searchText.isEmpty else { return }
    let isKeySide = view == .head && selection.side == .key
    let axis = isKeySide ? keyAxis : queryAxis
    let wanted = searchText.lowercased()
    let matches = axis.items.indices.filter {
      axis.items[$0].label.lowercased().contains(wanted)
    }
    guard let position = axis.position(of: isKeySide ? selection.key : selection.query),
      let first = matches.first, let last = matches.last
    else {
      message = Message(text: "no token contains \"\(searchText)\"", isError: true)
      return
    }
    let target =
      step < 0
      ? matches.last { $0 < position } ?? last
      : matches.first { step == 0 ? $0 >= position : $0 > position } ?? first
    let token = axis.items[target].number
    if isKeySide { selection.key = token } else { selection.query = token }
  }

  mutating func handle(_ key: Key, inHelpAt scroll: Int) -> [Effect] {
    switch key {
    case .down, .character("j"): overlay = .help(scroll: scroll + 1)
    case .up, .character("k"): overlay = .help(scroll: max(0, scroll - 1))
    case .pageDown: overlay = .help(scroll: scroll + 10)
    case .pageUp: overlay = .help(scroll: max(0, scroll - 10))
    case .control("l"): return [.redraw]
    case .control("z"): return [.suspend]
    default: overlay = nil
    }
    return []
  }
}
