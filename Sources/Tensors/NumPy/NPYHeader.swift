/// The header of an `.npy` file: `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`.
struct NPYHeader {
  let type: String
  let isFortran: Bool
  let shape: [Int]

  /// As NumPy.
  private static let axisLimit = 64

  /// Nil for what is no such dictionary. A type with fields of its own is given as written.
  init?(_ text: String) {
    var scanner = Scanner(text)
    guard scanner.take("{") else { return nil }
    var type: String?
    var isFortran: Bool?
    var shape: [Int]?
    while !scanner.take("}") {
      guard let key = scanner.takeQuoted(), scanner.take(":") else { return nil }
      switch key {
      case "descr": type = scanner.takeQuoted() ?? scanner.takeList()
      case "fortran_order":
        isFortran = scanner.take("True") ? true : scanner.take("False") ? false : nil
      case "shape": shape = scanner.takeSizes()
      default: return nil
      }
      guard scanner.take(",") || scanner.isBefore("}") else { return nil }
    }
    guard scanner.isAtEnd, let type, let isFortran, let shape, shape.count <= Self.axisLimit else {
      return nil
    }
    self.type = type
    self.isFortran = isFortran
    self.shape = shape
  }
}

/// Reads what Python writes of dictionaries, tuples and strings. White space between parts is passed over.
private struct Scanner {
  private var rest: Substring.UnicodeScalarView

  init(_ text: String) { rest = Substring(text).unicodeScalars }

  var isAtEnd: Bool { rest.allSatisfy(\.properties.isWhitespace) }

  func isBefore(_ scalar: Unicode.Scalar) -> Bool {
    rest.first { !$0.properties.isWhitespace } == scalar
  }

  mutating func take(_ text: String) -> Bool {
    rest = rest.drop(while: \.properties.isWhitespace)
    guard rest.starts(with: text.unicodeScalars) else { return false }
    rest = rest.dropFirst(text.unicodeScalars.count)
    return true
  }

  mutating func takeQuoted() -> String? {
    guard let quote: Unicode.Scalar = take("'") ? "'" : take("\"") ? "\"" : nil,
      let end = rest.firstIndex(of: quote)
    else { return nil }
    defer { rest = rest[end...].dropFirst() }
    return String(rest[..<end])
  }

  /// A list as written.
  mutating func takeList() -> String? {
    guard isBefore("["), let end = rest.lastIndex(of: "]") else { return nil }
    defer { rest = rest[end...].dropFirst() }
    return String(rest[...end])
  }

  /// Numbers in round brackets; nil also for negative ones.
  mutating func takeSizes() -> [Int]? {
    guard take("(") else { return nil }
    var sizes: [Int] = []
    while !take(")") {
      rest = rest.drop(while: \.properties.isWhitespace)
      let digits = rest.prefix { ("0"..."9").contains($0) }
      guard let size = Int(String(digits)) else { return nil }
      rest = rest.dropFirst(digits.count)
      // Python 2 marked long numbers.
      _ = take("L")
      sizes.append(size)
      guard take(",") || isBefore(")") else { return nil }
    }
    return sizes
  }
}
