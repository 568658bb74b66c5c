extension Double {
  /// The number as the `tokenizers` library reads its shortest spelling: the digits as a number, then times or by a
  /// power of ten. That is rounded twice, and can come out beside the nearest number, which decides between
  /// spellings that are equally good.
  ///
  /// Source: serde_json without `float_roundtrip`.
  var asReadByLibrary: Double {
    guard isFinite else { return self }
    var digits: UInt64 = 0
    var power = 0
    var isFraction = false
    var characters = magnitude.description.utf8[...]
    while let character = characters.popFirst() {
      switch character {
      case UInt8(ascii: "."):
        isFraction = true
      case UInt8(ascii: "e"):
        power += Int(Substring(characters)) ?? 0
        characters = characters.suffix(0)
      default:
        digits = digits * 10 + UInt64(character - UInt8(ascii: "0"))
        if isFraction { power -= 1 }
      }
    }
    guard abs(power) < powersOfTen.count else { return self }
    let scale = powersOfTen[abs(power)]
    let value = power < 0 ? Double(digits) / scale : Double(digits) * scale
    return sign == .minus ? -value : value
  }
}

/// 10⁰, 10¹, … as far as a double goes.
private let powersOfTen = (0...308).map { Double("1e\($0)") ?? .infinity }
