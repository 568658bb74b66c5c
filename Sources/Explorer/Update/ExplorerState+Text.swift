import Attention
import TerminalUI

/// Prompts: editing the text, searching it, commands.
extension ExplorerState {
  mutating func edit(_ purpose: Prompt.Purpose) -> [Effect] {
    switch purpose {
    case .search:
      input.search.start = Input.Start(selection: selection, scroll: viewport.scroll)
      input.overlay = .prompt(Prompt(.search))
    case .command:
      input.overlay = .prompt(Prompt(.command))
      return listing()
    case .export: input.overlay = .prompt(Prompt(.export, text: exportName))
    case .text, .second, .compared:
      let requirement: Requirement =
        purpose != .second ? .model : session.isEncoderDecoder ? .target : .secondSentence
      guard let request = session.latestRequest, objection(to: requirement) == nil else {
        say(objection(to: requirement))
        return []
      }
      let text =
        purpose != .second ? request.text : request[keyPath: secondText] ?? writtenTarget
      input.overlay = .prompt(Prompt(purpose, text: text))
    }
    return []
  }

  /// The action that asks for another text; nothing is asked where there is no model to answer.
  func requesting(_ change: (inout ModelRequest) -> Void) -> Action {
    var new = session.latestRequest ?? ModelRequest(text: "")
    change(&new)
    return .run(new)
  }

  /// The text besides the first: the decoder's, or a second sentence.
  private var secondText: WritableKeyPath<ModelRequest, String?> {
    session.isEncoderDecoder ? \.target : \.pair
  }

  /// The decoder's input where the model generated it, so that it can be edited; else empty.
  var writtenTarget: String {
    guard let decoder = session.record.stacks.first(where: { $0.kind == .decoder }),
      session.latestRequest?.target == nil
    else { return "" }
    // Before what it wrote stands what it started with.
    let text = decoder.queries.dropFirst().filter { !$0.isSpecial }.map(\.display).joined()
    return String(text.drop { $0 == " " })
  }

  mutating func handlePaste(_ text: String) -> [Effect] {
    // Outside a prompt a paste is no command, whatever letters it holds.
    guard case .prompt(var prompt) = input.overlay else { return [] }
    prompt.insert(text)
    return show(prompt)
  }

  mutating func handle(_ key: Key, in prompt: Prompt) -> [Effect] {
    var prompt = prompt
    switch key {
    case .escape, .control("c"): leave(prompt)
    case .backspace where prompt.isEmpty && prompt.purpose.beginsEmpty: leave(prompt)
    case .control("l"): return [.redraw]
    case .control("z"): return [.suspend]
    case .enter: return accept(prompt)
    case _ where prompt.purpose == .command:
      prompt.handle(
        key, completions: CommandText(prompt.stem).completions(in: self), history: input.history)
      input.overlay = .prompt(prompt)
    default:
      _ = prompt.editor.handle(key)
      return show(prompt)
    }
    return []
  }

  /// The hits of a search are shown while it is typed, and the attention of a short text.
  private mutating func show(_ prompt: Prompt) -> [Effect] {
    input.overlay = .prompt(prompt)
    if prompt.purpose == .search { previewSearch(prompt.editor.text) }
    return preview(prompt)
  }

  private mutating func leave(_ prompt: Prompt) {
    input.overlay = nil
    if prompt.purpose == .search { cancelSearch() }
    endPreview()
  }

  /// The request that the text in the prompt makes; nil where it changes nothing.
  func wish(of prompt: Prompt) -> ModelRequest? {
    let text = prompt.editor.text
    var new = typing?.request ?? session.latestRequest ?? ModelRequest(text: "")
    guard prompt.purpose == .second else {
      new.text = text
      return new
    }
    // Left as the model generated it, it stays the model's own.
    guard text.isEmpty || text != writtenTarget || typing != nil else { return nil }
    new[keyPath: secondText] = text.isEmpty ? nil : text
    return new
  }

  private mutating func accept(_ prompt: Prompt) -> [Effect] {
    let text = prompt.editor.text
    input.overlay = nil
    switch prompt.purpose {
    case .search:
      // Found already, from where the search began.
      cancelSearch()
      return update(.search(text))
    case .command: return perform(text)
    case .compared: return compare(withText: text)
    case .export: return text.isEmpty ? [] : update(.export(path: text))
    case .text, .second:
      guard let new = wish(of: prompt) else { return [] }
      return keepPreview(of: new) ? [] : update(.run(new))
    }
  }

  /// Does what a command says; one that is wrong stays on the screen to be corrected.
  private mutating func perform(_ line: String) -> [Effect] {
    guard line.unicodeScalars.contains(where: { $0 != " " }) else { return [] }
    if input.history.last != line { input.history.append(line) }
    do {
      let order = try CommandText(line).order(in: self)
      let effects = order.view == view ? [] : update(.show(order.view))
      return effects + update(order.action)
    } catch {
      input.overlay = .prompt(Prompt(.command, text: line))
      input.message = Input.Message(text: error.description, isError: true)
      return []
    }
  }

  mutating func undo() -> [Effect] {
    guard let last = session.past.last else {
      say("nothing to undo")
      return []
    }
    return session.run(last)
  }
}
