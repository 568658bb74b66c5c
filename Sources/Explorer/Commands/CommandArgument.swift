import Attention

/// The argument of a command: how it is written, read and completed, and what of it is valid now.
struct CommandArgument<Value: Sendable>: Sendable {
  /// As the help writes it: `NUMBER`, `dim|none|all`, in brackets where it may be left out.
  let syntax: String
  /// The valid arguments, as errors name them.
  let expected: @Sendable (ExplorerState) -> String
  let candidates: @Sendable (ExplorerState) -> [Command.Candidate]
  /// The value that a text stands for; nil where it means nothing valid.
  let value: @Sendable (_ text: String, ExplorerState) throws(ExplorerError) -> Value?
}

extension CommandArgument {
  /// The same under a name in the help, where its words would be too many.
  func called(_ name: String) -> Self {
    CommandArgument(syntax: name, expected: expected, candidates: candidates, value: value)
  }

  /// `argument`, or nothing.
  static func optional<Wrapped>(_ argument: CommandArgument<Wrapped>) -> Self
  where Value == Wrapped? {
    CommandArgument(
      syntax: "[\(argument.syntax)]", expected: { "\(argument.expected($0)), or nothing" },
      candidates: argument.candidates,
      value: { (text, state) throws(ExplorerError) in
        if text.isEmpty { return .some(nil) }
        guard let value = try argument.value(text, state) else { return nil }
        return .some(value)
      })
  }

  /// One of several words, or the beginning of one.
  ///
  /// - Parameter isPossible: Whether a choice means something in a state.
  static func choice(
    _ choices: [(name: String, value: Value)],
    where isPossible: @escaping @Sendable (Value, ExplorerState) -> Bool = { _, _ in true },
    current: @escaping @Sendable (ExplorerState) -> Value?
  ) -> Self where Value: Equatable {
    @Sendable func possible(_ state: ExplorerState) -> [(name: String, value: Value)] {
      choices.filter { isPossible($0.value, state) }
    }
    return CommandArgument(
      syntax: choices.map(\.name).joined(separator: "|"),
      expected: { ExplorerError.alternatives(possible($0).map(\.name)) },
      candidates: { state in
        let now = current(state)
        return possible(state).map {
          Command.Candidate($0.name, note: $0.value == now ? "as it is now" : nil)
        }
      },
      value: { (text, state) throws(ExplorerError) in
        let choices = possible(state)
        guard let index = try Abbreviation.index(of: text, among: choices.map(\.name)) else {
          return nil
        }
        return choices[index].value
      })
  }

  /// One of a type's cases.
  static func choice(
    where isPossible: @escaping @Sendable (Value, ExplorerState) -> Bool = { _, _ in true },
    current: @escaping @Sendable (ExplorerState) -> Value?
  ) -> Self where Value: CaseIterable & Equatable & RawRepresentable<String> {
    choice(
      Value.allCases.map { (name: $0.rawValue, value: $0) }, where: isPossible, current: current)
  }
}

extension CommandArgument<Void> {
  static let nothing = CommandArgument(
    syntax: "", expected: { _ in "nothing behind it" }, candidates: { _ in [] },
    value: { (text, _) throws(ExplorerError) in text.isEmpty ? () : nil })
}

extension CommandArgument<Int> {
  /// A number out of those that there are.
  static func number(from all: @escaping @Sendable (ExplorerState) -> [Int]) -> Self {
    CommandArgument(
      syntax: "NUMBER", expected: { NumberList.text(of: all($0).sorted()) },
      candidates: { all($0).map { Command.Candidate("\($0)") } },
      value: { (text, state) throws(ExplorerError) in
        Int(text).flatMap { all(state).contains($0) ? $0 : nil }
      })
  }

  /// A token, by its number or a word: the first that is it, else begins with it, else holds it.
  static func token(of axis: @escaping @Sendable (ExplorerState) -> TokenAxis) -> Self {
    CommandArgument(
      syntax: "NUMBER|WORD",
      expected: { "a word of the text, or \(NumberList.text(of: axis($0).items.map(\.number)))" },
      candidates: { axis($0).completions },
      value: { (text, state) throws(ExplorerError) in axis(state).number(ofTokenCalled: text) })
  }
}

extension CommandArgument<[Int]> {
  /// Several numbers out of those that there are, or `all`.
  static func numbers(
    from all: @escaping @Sendable (ExplorerState) -> [Int],
    current: @escaping @Sendable (ExplorerState) -> [Int]
  ) -> Self {
    CommandArgument(
      syntax: "NUMBERS|all",
      expected: { "all, or numbers of \(NumberList.text(of: all($0))) written as 0-3,7" },
      candidates: { state in
        let now = NumberList.text(of: current(state))
        return [Command.Candidate("all"), Command.Candidate(now, note: "as it is now")]
      },
      value: { (text, state) throws(ExplorerError) in
        let valid = all(state)
        if text == "all" { return valid }
        guard let numbers = NumberList(text)?.numbers, Set(valid).isSuperset(of: numbers) else {
          return nil
        }
        return numbers
      })
  }
}

extension CommandArgument<String> {
  /// The rest of the line, as it stands.
  ///
  /// - Parameter suggestions: Texts to begin with.
  static func text(
    _ syntax: String = "TEXT", expected: String = "a text",
    suggestions: @escaping @Sendable (ExplorerState) -> [String] = { _ in [] }
  ) -> Self {
    CommandArgument(
      syntax: syntax, expected: { _ in expected },
      candidates: { suggestions($0).map { Command.Candidate($0) } },
      value: { (text, _) throws(ExplorerError) in text.isEmpty ? nil : text })
  }

  /// The path of a file to be written.
  static func file(suggestions: @escaping @Sendable (ExplorerState) -> [String]) -> Self {
    text("FILE", expected: "the name of a file", suggestions: suggestions)
  }
}

extension TokenAxis {
  /// The numbers of the tokens, then their words.
  fileprivate var completions: [Command.Candidate] {
    var numbers: [String: [String]] = [:]
    for item in items { numbers[item.label, default: []].append("\(item.number)") }
    var seen: Set<String> = []
    let words = items.filter { seen.insert($0.label).inserted }
    return items.map { Command.Candidate("\($0.number)", note: "\"\($0.label)\"") }
      + words.map {
        Command.Candidate(
          $0.label, note: "token \(numbers[$0.label, default: []].joined(separator: ", "))")
      }
  }

  fileprivate func number(ofTokenCalled text: String) -> Int? {
    if text.isEmpty { return nil }
    if let number = Int(text) { return items.first { $0.tokens.contains(number) }?.number }
    let wanted = text.lowercased()
    let labels = items.map { $0.label.lowercased() }
    let index =
      labels.firstIndex(of: wanted) ?? labels.firstIndex { $0.hasPrefix(wanted) }
      ?? labels.firstIndex { $0.contains(wanted) }
    return index.map { items[$0].number }
  }
}

/// The tokens that `:tokens` keeps; nil for all.
struct CropChoice: Sendable {
  let tokens: TokenCrop?
}

extension CommandArgument<CropChoice> {
  /// Numbers of tokens, `lines` for those that lines touch, or `all`.
  static let crop = CommandArgument(
    syntax: "NUMBERS|lines|all",
    expected: { state in
      let count = max(state.stack.queries.count, state.stack.keys.count)
      return "all, lines, or numbers of 0-\(count - 1) written as 0-3,7"
    },
    candidates: { _ in
      [
        Command.Candidate("lines", note: "those that lines touch"),
        Command.Candidate("all", note: "the whole text"),
      ]
    },
    value: { (text, state) throws(ExplorerError) in
      if text == "all" { return CropChoice(tokens: nil) }
      if text == "lines" {
        guard let crop = state.tokensWithLines() else {
          throw .unavailable("no line is strong enough to keep tokens by it")
        }
        return CropChoice(tokens: crop)
      }
      let count = max(state.stack.queries.count, state.stack.keys.count)
      guard let numbers = NumberList(text)?.numbers, numbers.allSatisfy({ $0 < count }) else {
        return nil
      }
      return CropChoice(tokens: TokenCrop(numbers))
    })
}

extension CommandArgument<Bookmark> {
  /// A model by its name or folder. It reads the text that is looked at; a built-in one the text that it is for.
  static let model = place("NAME|FOLDER", among: \.isModel) { name, state in
    var request = state.session.request
    if request?.inputIDs != nil || request?.text.isEmpty != false { request = nil }
    request?.interventions = []
    return Bookmark(source: name, request: request)
  }

  /// A file of saved attention.
  static let file = place("FILE", among: \.isFile) { name, _ in Bookmark(source: name) }

  static let session = place("NAME", among: \.isSession) { _, _ in nil }

  /// Something that can be opened: one of the choices by its name, or what a name comes to.
  private static func place(
    _ syntax: String, among isOffered: @escaping @Sendable (Choice) -> Bool,
    named: @escaping @Sendable (String, ExplorerState) -> Bookmark?
  ) -> Self {
    CommandArgument(
      syntax: syntax,
      expected: { state in
        let names = (state.choices ?? []).filter(isOffered).map(\.name)
        return names.isEmpty ? "a name" : ExplorerError.alternatives(names)
      },
      candidates: { state in
        // One with several texts lately is one name.
        var names: Set<String> = []
        return (state.choices ?? []).filter {
          isOffered($0) && $0.problem == nil && names.insert($0.command).inserted
        }.map { Command.Candidate($0.command, note: $0.detail) }
      },
      value: { (text, state) throws(ExplorerError) in
        if text.isEmpty { return nil }
        let choice = (state.choices ?? []).first { isOffered($0) && $0.command == text }
        if let choice, choice.section == .builtIn || choice.section == .saved {
          return choice.bookmark
        }
        var bookmark = named(choice?.bookmark.source ?? text, state)
        bookmark?.options = choice?.bookmark.options ?? []
        return bookmark
      })
  }
}

/// Words that stand for one longer word that begins with them.
enum Abbreviation {
  /// The index of the word among `words` that is meant; nil if none begins so.
  ///
  /// - Throws: `ExplorerError.ambiguous` where several do and none is the word itself.
  static func index(of word: String, among words: [String]) throws(ExplorerError) -> Int? {
    let wanted = word.lowercased()
    if wanted.isEmpty { return nil }
    if let exact = words.firstIndex(where: { $0.lowercased() == wanted }) { return exact }
    let matches = words.indices.filter { words[$0].lowercased().hasPrefix(wanted) }
    // `lay` is `layer`, though there is also `layers`.
    if let shortest = matches.min(by: { words[$0].count < words[$1].count }),
      matches.allSatisfy({ words[$0].hasPrefix(words[shortest]) })
    {
      return shortest
    }
    guard matches.count < 2 else {
      throw .ambiguous(word, candidates: matches.map { words[$0] })
    }
    return matches.first
  }
}
