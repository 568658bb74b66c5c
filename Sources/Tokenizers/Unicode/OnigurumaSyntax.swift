/// Oniguruma's patterns, in its Ruby dialect, written as PCRE2 understands them.
///
/// Syntax that both share is copied; syntax that would mean something else, and has no equal, is refused.
struct OnigurumaSyntax {
  struct Unsupported: Error {
    var construct: String
  }

  private var rest: Substring.UnicodeScalarView
  private var result = String.UnicodeScalarView()

  init(_ pattern: String) {
    rest = pattern[...].unicodeScalars
  }

  mutating func translated() throws(Unsupported) -> String {
    while let scalar = rest.popFirst() {
      switch scalar {
      case "\\":
        try translateEscape()
      case "[":
        result.append("[")
        if take("^") { result.append("^") }
        try translateClass()
        result.append("]")
      case "(":
        result.append("(")
        if take("?") { try translateGroup() }
      case "}" where rest.first == "+":
        // Greedy there, possessive here.
        throw Unsupported(construct: "}+")
      default:
        result.append(scalar)
      }
    }
    return String(result)
  }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard rest.first == scalar else { return false }
    rest.removeFirst()
    return true
  }

  private mutating func add(_ text: String) { result.append(contentsOf: text.unicodeScalars) }

  /// After `(?`: the letters of options; `m` lets the dot match line ends.
  private mutating func translateGroup() throws(Unsupported) {
    result.append("?")
    while let option = rest.first, "imx-".unicodeScalars.contains(option) {
      rest.removeFirst()
      result.append(option == "m" ? "s" : option)
    }
    guard let next = rest.first, ":)=!<>#".unicodeScalars.contains(next) else {
      throw Unsupported(construct: "(?" + (rest.first.map { String($0) } ?? ""))
    }
  }

  private mutating func translateEscape() throws(Unsupported) {
    switch rest.first {
    case "w": replaceEscape(by: "[\(Self.word)]")
    case "W": replaceEscape(by: "[^\(Self.word)]")
    case "b":
      replaceEscape(
        by: "(?:(?<=[\(Self.word)])(?![\(Self.word)])|(?<![\(Self.word)])(?=[\(Self.word)]))")
    case "B":
      replaceEscape(
        by: "(?:(?<=[\(Self.word)])(?=[\(Self.word)])|(?<![\(Self.word)])(?![\(Self.word)]))")
    default: try translateCommonEscape()
    }
  }

  private mutating func replaceEscape(by text: String) {
    rest.removeFirst()
    add(text)
  }

  /// The scalars that `\w` matches, as the inside of a class: of other numbers only those of Latin-1.
  private static let word =
    #"\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}\xB2\xB3\xB9\xBC-\xBE\x{24B6}-\x{24E9}\x{1F130}-\x{1F149}\x{1F150}-\x{1F169}\x{1F170}-\x{1F189}"#

  /// An escape that means the same within a class and outside.
  private mutating func translateCommonEscape() throws(Unsupported) {
    guard let escaped = rest.popFirst() else { throw Unsupported(construct: "\\ at the end") }
    switch escaped {
    case "h": add("[0-9A-Fa-f]")
    case "u":
      let digits = rest.prefix(4)
      guard digits.count == 4, digits.allSatisfy(\.properties.isASCIIHexDigit) else {
        throw Unsupported(construct: "\\u without four digits")
      }
      rest.removeFirst(4)
      add("\\x{\(String(digits))}")
    case "H", "K", "N", "O", "Q", "E", "R", "X", "C", "M", "g", "k", "y", "Y", "c", "v", "V", "U",
      "L", "l", "o":
      throw Unsupported(construct: "\\\(escaped)")
    default:
      result.append("\\")
      result.append(escaped)
      // The name of a property, the digits of a scalar.
      if "pPx".unicodeScalars.contains(escaped), rest.first == "{" {
        while let scalar = rest.popFirst() {
          result.append(scalar)
          if scalar == "}" { break }
        }
      }
    }
  }

  /// After `[`, up to its `]`. Classes within a class, which PCRE2 does not know, become part of it.
  private mutating func translateClass() throws(Unsupported) {
    var depth = 1
    var isFirst = true
    while let scalar = rest.popFirst() {
      switch scalar {
      case "]" where isFirst:
        result.append(contentsOf: "\\]".unicodeScalars)
      case "]":
        depth -= 1
        if depth == 0 { return }
      case "[":
        guard rest.first != "^", rest.first != ":" else {
          throw Unsupported(construct: "[" + String(rest.prefix(1)) + " within [ ]")
        }
        depth += 1
        isFirst = true
        continue
      case "&" where rest.first == "&":
        throw Unsupported(construct: "&& within [ ]")
      case "\\":
        switch rest.first {
        case "w": replaceEscape(by: Self.word)
        case "h": replaceEscape(by: "0-9A-Fa-f")
        case "W", "B", "H": throw Unsupported(construct: "\\\(rest.first!) within [ ]")
        default: try translateCommonEscape()
        }
      default:
        result.append(scalar)
      }
      isFirst = false
    }
    throw Unsupported(construct: "[ without ]")
  }
}
