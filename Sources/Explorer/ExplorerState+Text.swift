import TerminalUI

/// Prompts: editing the text, searching it, commands.
extension ExplorerState {
  mutating func edit(_ purpose: Prompt.Purpose) {
    switch purpose {
    case .search, .command: overlay = .prompt(Prompt(purpose))
    case .export: overlay = .prompt(Prompt(.export, text: exportName))
    case .text, .second:
      let requirement: Requirement =
        purpose == .text ? .model : isEncoderDecoder ? .target : .secondSentence
      guard let request = latestRequest, objection(to: requirement) == nil else {
        say(objection(to: requirement))
        return
      }
      let text = purpose == .text ? request.text : request[keyPath: secondText] ?? ""
      overlay = .prompt(Prompt(purpose, text: text))
    }
  }

  /// What was asked last, answered or not; nil for attention from a file.
  var latestRequest: ModelRequest? { awaited ?? request }

  /// The action that asks for another text; nothing is asked where there is no model to answer.
  func requesting(_ change: (inout ModelRequest) -> Void) -> Action {
    var new = latestRequest ?? ModelRequest(text: "")
    change(&new)
    return .run(new)
  }

  /// The text besides the first: the decoder's, or a second sentence.
  private var secondText: WritableKeyPath<ModelRequest, String?> {
    isEncoderDecoder ? \.target : \.pair
  }

  mutating func handlePaste(_ text: String) -> [Effect] {
    // Outside a prompt a paste is no command, whatever letters it holds.
    guard case .prompt(var prompt) = overlay else { return [] }
    prompt.insert(text)
    overlay = .prompt(prompt)
    return []
  }

  mutating func handle(_ key: Key, in prompt: Prompt) -> [Effect] {
    var prompt = prompt
    switch key {
    case .escape, .control("c"): overlay = nil
    case .backspace where prompt.isEmpty && prompt.purpose.beginsEmpty: overlay = nil
    case .control("l"): return [.redraw]
    case .control("z"): return [.suspend]
    case .enter: return accept(prompt)
    case _ where prompt.purpose == .command:
      prompt.handle(
        key, completions: CommandText(prompt.stem).completions(in: self), history: history)
      overlay = .prompt(prompt)
    default:
      _ = prompt.editor.handle(key)
      overlay = .prompt(prompt)
    }
    return []
  }

  private mutating func accept(_ prompt: Prompt) -> [Effect] {
    let text = prompt.editor.text
    overlay = nil
    switch prompt.purpose {
    case .search: return update(.search(text))
    case .command: return perform(text)
    case .export: return text.isEmpty ? [] : update(.export(path: text))
    case .text: return update(requesting { $0.text = text })
    case .second:
      let second = secondText
      return update(requesting { $0[keyPath: second] = text.isEmpty ? nil : text })
    }
  }

  /// Does what a command says; one that is wrong stays on the screen to be mended.
  private mutating func perform(_ line: String) -> [Effect] {
    guard line.unicodeScalars.contains(where: { $0 != " " }) else { return [] }
    if history.last != line { history.append(line) }
    do {
      return update(try CommandText(line).action(in: self))
    } catch {
      overlay = .prompt(Prompt(.command, text: line))
      message = Message(text: error.description, isError: true)
      return []
    }
  }

  mutating func undo() -> [Effect] {
    guard let last = past.last else {
      say("nothing to undo")
      return []
    }
    return run(last)
  }

  mutating func run(_ new: ModelRequest) -> [Effect] {
    awaited = new
    failure = nil
    runProgress = nil
    requestNumber += 1
    return [.run(new, number: requestNumber)]
  }

  mutating func search(_ text: String) {
    searchText = text
    findMatch(step: 0)
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
    if view == .model {
      // Heads have no cursor among their tokens: the other views show it.
      say("query \(token) \"\(axis.items[target].label)\", one of \(matches.count) found")
    }
  }
}
