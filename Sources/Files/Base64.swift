/// Base64 (RFC 4648, with padding).
package enum Base64 {
  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// The bytes of numbers as they are in memory: little-endian on every machine that Swift runs on.
  package static func text<Number: BitwiseCopyable>(_ numbers: [Number]) -> String {
    numbers.withUnsafeBytes { bytes in
      String(unsafeUninitializedCapacity: (bytes.count + 2) / 3 * 4) { text in
        var place = 0
        for start in stride(from: 0, to: bytes.count, by: 3) {
          let count = min(3, bytes.count - start)
          var bits = UInt32(bytes[start]) << 16
          if count > 1 { bits |= UInt32(bytes[start + 1]) << 8 }
          if count > 2 { bits |= UInt32(bytes[start + 2]) }
          for digit in 0..<4 {
            let isPadding = digit > count
            text[place] =
              isPadding ? UInt8(ascii: "=") : alphabet[Int(bits >> (18 - 6 * UInt32(digit)) & 63)]
            place += 1
          }
        }
        return place
      }
    }
  }
}
