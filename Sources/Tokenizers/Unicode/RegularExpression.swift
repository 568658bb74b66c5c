import Cpcre2

/// A regular expression of a tokenizer's files.
///
/// The library's own engine is Oniguruma. PCRE2 finds the same where `OnigurumaSyntax` has translated the pattern
/// and `Unicode.Scalar.standIn` the text.
final class RegularExpression: Sendable {
  private let file: String
  private let pattern: String
  // Never written to after compilation.
  private nonisolated(unsafe) let code: OpaquePointer

  /// - Throws: `wrongPattern` for what is no regular expression, or one that would match other things here.
  init(_ pattern: String, file: String) throws(TokenizerError) {
    self.file = file
    self.pattern = pattern
    func wrong(_ problem: String) -> TokenizerError {
      .wrongPattern(file: file, pattern: pattern, problem: problem)
    }
    guard pattern.utf8.count <= Self.maximumLength else {
      throw wrong("it is longer than \(Self.maximumLength) bytes")
    }
    var syntax = OnigurumaSyntax(pattern)
    let translated: String
    do throws(OnigurumaSyntax.Unsupported) {
      translated = try syntax.translated()
    } catch {
      throw wrong("\(error.construct) is not supported")
    }

    let context = pcre2_compile_context_create_8(nil)
    defer { pcre2_compile_context_free_8(context) }
    pcre2_set_newline_8(context, UInt32(PCRE2_NEWLINE_LF))
    var status: Int32 = 0
    var place = 0
    let bytes = Array(translated.utf8)
    let options =
      PCRE2_UTF | PCRE2_UCP | PCRE2_MULTILINE | PCRE2_NEVER_BACKSLASH_C | PCRE2_USE_OFFSET_LIMIT
    guard let code = pcre2_compile_8(bytes, bytes.count, options, &status, &place, context) else {
      throw wrong(Self.message(status))
    }
    // Where the system forbids it, matches are found all the same, only more slowly.
    pcre2_jit_compile_8(code, PCRE2_JIT_COMPLETE)
    self.code = code
  }

  deinit { pcre2_code_free_8(code) }

  private static let maximumLength = 32_768

  private static func message(_ status: Int32) -> String {
    var message = [UInt8](repeating: 0, count: 256)
    pcre2_get_error_message_8(status, &message, message.count)
    return String(decoding: message.prefix { $0 != 0 }, as: UTF8.self)
  }

  /// All matches from left to right, as indices of `text`. They do not overlap; some may be empty.
  func matches(in text: AlignedText) throws(TokenizerError) -> [Range<Int>] {
    guard !text.isEmpty else { return [] }
    var subject: [UInt8] = []
    subject.reserveCapacity(text.scalars.count)
    for scalar in text.scalars { subject.append(contentsOf: scalar.standIn.utf8) }

    guard let search = Search(code, subject) else {
      throw .patternTooSlow(file: file, pattern: pattern)
    }
    var matches: [Range<Int>] = []
    var places = Places(subject, first: text.indices.lowerBound)
    var start = 0
    var lastEnd: Int?
    while start <= subject.count {
      switch search.first(from: start) {
      case .none(let next):
        start = next
      case .match(let match) where match.isEmpty && match.upperBound == lastEnd:
        start = subject.afterScalar(at: start)
      case .match(let match):
        let lowerBound = places.index(at: match.lowerBound)
        matches.append(lowerBound..<places.index(at: match.upperBound))
        start = match.upperBound
        lastEnd = start
      case .givenUp:
        throw .patternTooSlow(file: file, pattern: pattern)
      }
    }
    return matches
  }
}

/// Turns places in UTF-8 bytes into indices of scalars, in one pass.
private struct Places {
  private let bytes: [UInt8]
  private var place = 0
  private var index: Int

  init(_ bytes: [UInt8], first: Int) {
    self.bytes = bytes
    index = first
  }

  /// - Parameter place: Not before the one asked for last.
  mutating func index(at place: Int) -> Int {
    while self.place < place {
      self.place = bytes.afterScalar(at: self.place)
      index += 1
    }
    return index
  }
}

extension [UInt8] {
  /// The place of the scalar after the one at `place`.
  fileprivate func afterScalar(at place: Int) -> Int {
    var next = place + 1
    while next < count, self[next] & 0xC0 == 0x80 { next += 1 }
    return next
  }
}

/// A search through one text.
///
/// A pattern can take exponential time. PCRE2 counts its steps anew wherever a match could begin, so that it is also
/// asked for a few such places at a time, and the clock in between.
private final class Search {
  enum Result {
    case match(Range<Int>)
    /// No match begins before `next`.
    case none(next: Int)
    case givenUp
  }

  private let code: OpaquePointer
  private let subject: [UInt8]
  private let matchData: OpaquePointer
  private let context: OpaquePointer
  private let deadline = ContinuousClock.now + .seconds(20)

  /// Nil where memory is short.
  init?(_ code: OpaquePointer, _ subject: [UInt8]) {
    guard let matchData = pcre2_match_data_create_8(1, nil) else { return nil }
    guard let context = pcre2_match_context_create_8(nil) else {
      pcre2_match_data_free_8(matchData)
      return nil
    }
    self.code = code
    self.subject = subject
    self.matchData = matchData
    self.context = context
    // A run of a million spaces takes some million steps, since each of them may be given back.
    let stepLimit = UInt32(clamping: 100_000 + 16 * subject.count)
    pcre2_set_match_limit_8(context, stepLimit)
    pcre2_set_depth_limit_8(context, stepLimit)
    pcre2_set_heap_limit_8(context, 256 * 1024)
  }

  deinit {
    pcre2_match_context_free_8(context)
    pcre2_match_data_free_8(matchData)
  }

  /// The first match that begins at one of a few places from `start` on.
  func first(from start: Int) -> Result {
    guard ContinuousClock.now < deadline else { return .givenUp }
    let last = start + 63
    pcre2_set_offset_limit_8(context, last)
    switch run(from: start) {
    case 0...:
      guard let bounds = pcre2_get_ovector_pointer_8(matchData) else { return .givenUp }
      // \K can make a match end before it begins.
      guard bounds[0] >= start, bounds[0] <= bounds[1] else { return .givenUp }
      return .match(bounds[0]..<bounds[1])
    case PCRE2_ERROR_NOMATCH:
      return .none(next: last < subject.count ? subject.afterScalar(at: last) : last + 1)
    default:
      return .givenUp
    }
  }

  private func run(from start: Int) -> Int32 {
    subject.withUnsafeBufferPointer { subject in
      // The text is known to be valid; to check it again each time would take quadratic time.
      var options = PCRE2_NO_UTF_CHECK
      let status = pcre2_match_8(
        code, subject.baseAddress, subject.count, start, options, matchData, context)
      guard status == PCRE2_ERROR_JIT_STACKLIMIT else { return status }
      options |= PCRE2_NO_JIT
      return pcre2_match_8(
        code, subject.baseAddress, subject.count, start, options, matchData, context)
    }
  }
}
