/// A picture of opaque pixels: red, green and blue, one byte each, row by row.
struct Raster {
  let width: Int
  let height: Int
  private(set) var bytes: [UInt8]

  /// - Parameter color: As `0xRRGGBB`.
  init(width: Int, height: Int, color: UInt32) {
    self.width = width
    self.height = height
    bytes = [UInt8](repeating: 0, count: 3 * width * height)
    fill(x: 0, y: 0, width: width, height: height, color)
  }

  mutating func fill(x: Int, y: Int, width: Int, height: Int, _ color: UInt32) {
    let columns = max(0, x)..<min(self.width, x + width)
    let rows = max(0, y)..<min(self.height, y + height)
    let (red, green, blue) = Self.channels(color)
    bytes.withUnsafeMutableBufferPointer { bytes in
      for row in rows {
        var place = 3 * (row * self.width + columns.lowerBound)
        for _ in columns {
          bytes[place] = red
          bytes[place + 1] = green
          bytes[place + 2] = blue
          place += 3
        }
      }
    }
  }

  /// Lays `color` over a pixel; `coverage` 255 hides what was there.
  mutating func blend(x: Int, y: Int, _ color: UInt32, coverage: UInt8) {
    guard coverage > 0, x >= 0, x < width, y >= 0, y < height else { return }
    let place = 3 * (y * width + x)
    let (red, green, blue) = Self.channels(color)
    bytes[place] = Self.mix(bytes[place], red, coverage)
    bytes[place + 1] = Self.mix(bytes[place + 1], green, coverage)
    bytes[place + 2] = Self.mix(bytes[place + 2], blue, coverage)
  }

  private static func channels(_ color: UInt32) -> (UInt8, UInt8, UInt8) {
    (UInt8(color >> 16 & 255), UInt8(color >> 8 & 255), UInt8(color & 255))
  }

  private static func mix(_ from: UInt8, _ to: UInt8, _ amount: UInt8) -> UInt8 {
    UInt8((Int(from) * (255 - Int(amount)) + Int(to) * Int(amount) + 127) / 255)
  }
}
