import Cutf8proc

/// The Unicode normalization forms (Unicode Standard Annex 15), keeping track of where each scalar comes from.
enum NormalizationForm: String, Sendable {
  case nfd = "NFD"
  case nfc = "NFC"
  case nfkd = "NFKD"
  case nfkc = "NFKC"

  private var isComposed: Bool { self == .nfc || self == .nfkc }
  private var isCompatible: Bool { self == .nfkd || self == .nfkc }

  func apply(to text: inout AlignedText) {
    // Latin 1 composed, ASCII decomposed: each form of such a text is the text itself.
    let limit: UInt32 = self == .nfc ? 0x300 : 0x80
    guard text.scalars.contains(where: { $0.value >= limit }) else { return }
    let decomposed = decomposed(text.scalars)
    let result = isComposed ? composed(decomposed) : decomposed
    text = text.rebuilt { [text] add in
      // By count, as the library aligns: marks that change places do not take their sources along.
      var source = text.indices.lowerBound
      for part in result {
        add(part.scalar, part.consumedCount > 0 ? source : source - 1)
        source += part.consumedCount
      }
    }
  }

  private struct Part {
    var scalar: Unicode.Scalar
    var combiningClass: UInt8
    /// The number of scalars of the text it uses up: 0 for any part of a decomposition but the first.
    var consumedCount: Int
  }

  // MARK: - Decomposing

  private func decomposed(_ scalars: some Collection<Unicode.Scalar>) -> [Part] {
    var result: [Part] = []
    result.reserveCapacity(scalars.count)
    /// The start of the run of marks at the end, which canonical order sorts.
    var runStart = 0
    func sortRun() {
      // A stable sort: marks of equal class keep their order.
      result[runStart...].sort { $0.combiningClass < $1.combiningClass }
    }
    for scalar in scalars {
      forEachPart(of: scalar) { part, isFirst in
        let combiningClass = part.combiningClass
        if combiningClass == 0 {
          if result.count > runStart + 1 { sortRun() }
          runStart = result.count + 1
        }
        result.append(
          Part(
            scalar: part, combiningClass: combiningClass, consumedCount: isFirst ? 1 : 0))
      }
    }
    sortRun()
    return result
  }

  private func forEachPart(
    of scalar: Unicode.Scalar, _ body: (Unicode.Scalar, _ isFirst: Bool) -> Void
  ) {
    guard scalar.value >= 0x80 else { return body(scalar, true) }
    let options =
      isCompatible
      ? UTF8PROC_DECOMPOSE.rawValue | UTF8PROC_COMPAT.rawValue : UTF8PROC_DECOMPOSE.rawValue
    // The longest decomposition, of U+FDFA, has 18 parts.
    withUnsafeTemporaryAllocation(of: utf8proc_int32_t.self, capacity: 32) { parts in
      var boundClass: Int32 = 0
      let count = utf8proc_decompose_char(
        utf8proc_int32_t(scalar.value), parts.baseAddress, parts.count,
        utf8proc_option_t(options), &boundClass)
      guard (1...parts.count).contains(count), parts[0] != scalar.value,
        scalar.isKnownToNormalization
      else { return body(scalar, true) }
      for (index, part) in parts[..<count].enumerated() {
        body(Unicode.Scalar(UInt32(part)) ?? scalar, index == 0)
      }
    }
  }

  // MARK: - Composing

  private func composed(_ parts: [Part]) -> [Part] {
    var result: [Part] = []
    result.reserveCapacity(parts.count)
    /// The last starter, with which what follows may compose.
    var starter: Int?
    /// Class of the scalar before, if it did not compose and so may block what follows.
    var blockingClass: UInt8?
    for part in parts {
      let combiningClass = part.combiningClass
      let isBlocked = blockingClass.map { $0 >= combiningClass } ?? false
      if let starter, !isBlocked,
        let whole = Self.composition(result[starter].scalar, part.scalar)
      {
        result[starter].scalar = whole
        result[starter].consumedCount += part.consumedCount
      } else {
        if combiningClass == 0 {
          starter = result.count
          blockingClass = nil
        } else if starter != nil {
          blockingClass = combiningClass
        }
        result.append(part)
      }
    }
    return result
  }

  private static func composition(
    _ first: Unicode.Scalar, _ second: Unicode.Scalar
  ) -> Unicode.Scalar? {
    // Nothing below U+0300 is the second part of a composition.
    guard second.value >= 0x300 else { return nil }
    let options = utf8proc_option_t(UTF8PROC_COMPOSE.rawValue | UTF8PROC_STABLE.rawValue)
    return withUnsafeTemporaryAllocation(of: utf8proc_int32_t.self, capacity: 2) { pair in
      pair[0] = utf8proc_int32_t(first.value)
      pair[1] = utf8proc_int32_t(second.value)
      let count = utf8proc_normalize_utf32(pair.baseAddress, 2, options)
      guard count == 1, let whole = Unicode.Scalar(UInt32(pair[0])) else { return nil }
      return whole.isKnownToNormalization ? whole : nil
    }
  }
}

extension Unicode.Scalar {
  /// The `tokenizers` library decomposes by the tables of Unicode 9; what is newer it leaves alone.
  fileprivate var isKnownToNormalization: Bool { value < 0x300 || isAssigned(in: (9, 0)) }

  fileprivate var combiningClass: UInt8 {
    guard value >= 0x300 else { return 0 }
    let combiningClass = properties.canonicalCombiningClass.rawValue
    return combiningClass == 0 || isKnownToNormalization ? combiningClass : 0
  }
}
