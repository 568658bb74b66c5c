/// A hash of bytes that also gives those of all parts of a text: Σ (bᵢ + 1)·xⁿ⁻ⁱ modulo 2⁶¹ − 1, as Karp and Rabin have it
/// (IBM Journal of Research and Development 31 (2), 1987).
///
/// The point x is chosen anew by each process: no file can be made to collide.
struct ByteHash {
  /// Of the bytes so far.
  private(set) var value: UInt64 = 0

  private static let modulus: UInt64 = 1 << 61 - 1
  private static let point = UInt64.random(in: 256..<modulus)
  private static let factor = UInt64.random(in: 0...UInt64.max) | 1

  init() {}

  init(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { append(byte) }
  }

  mutating func append(_ byte: UInt8) {
    value = Self.reduced(Self.product(value, Self.point) + UInt64(byte) + 1)
  }

  /// Bits for the places of a table, and others to tell entries apart.
  var mixed: (place: Int, tag: UInt32) {
    let mixed = value &* Self.factor
    return (Int(truncatingIfNeeded: mixed >> 32), UInt32(truncatingIfNeeded: mixed ^ value))
  }

  /// The hash of the bytes behind a beginning.
  /// - Parameter power: xⁿ for the n bytes behind it.
  func dropping(_ beginning: ByteHash, power: UInt64) -> ByteHash {
    var rest = ByteHash()
    rest.value = Self.reduced(
      value + Self.modulus - Self.product(beginning.value, power))
    return rest
  }

  /// x⁰ … xⁿ.
  static func powers(to count: Int) -> [UInt64] {
    var powers: [UInt64] = [1]
    for _ in 0..<count { powers.append(reduced(product(powers[powers.count - 1], point))) }
    return powers
  }

  /// At most the modulus.
  private static func product(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let (high, low) = a.multipliedFullWidth(by: b)
    return reduced((high << 3 | low >> 61) + (low & modulus))
  }

  /// - Parameter number: Below twice the modulus and a little more.
  private static func reduced(_ number: UInt64) -> UInt64 {
    number >= modulus ? number - modulus : number
  }
}
