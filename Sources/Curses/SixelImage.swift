import TerminalUI

/// Lines as a picture in DEC's sixels: a device string, in which a character is six pixels one above the other in one
/// colour, and the colours of six rows come one after the other.
///
/// There is no transparency but that of pixels in no colour: what has no line has the colour of the page.
enum SixelImage {
  /// - Parameters:
  ///   - page: As `0xRRGGBB`.
  ///   - isHidden: Whether a pixel is left as it is.
  static func bytes(
    _ raster: LineRaster, page: UInt32, isHidden: (_ x: Int, _ y: Int) -> Bool
  ) -> [UInt8] {
    var bytes = Array("\u{1B}P0;1;0q\"1;1;\(raster.width);\(raster.height)".utf8)
    for code in Set(raster.pixels).union([0]).sorted() {
      let parts = [16, 8, 0].map { shift in
        (channel(of: color(of: code, in: raster, on: page), shift) * 100 + 127) / 255
      }
      bytes += Array("#\(code);2;\(parts[0]);\(parts[1]);\(parts[2])".utf8)
    }
    for top in stride(from: 0, to: raster.height, by: 6) {
      let band = Band(raster, top: top, isHidden: isHidden)
      for (index, code) in band.codes.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: "$")) }
        bytes += Array("#\(code)".utf8)
        append(band.columns[index * raster.width..<(index + 1) * raster.width], to: &bytes)
      }
      bytes.append(UInt8(ascii: "-"))
    }
    return bytes + Array("\u{1B}\\".utf8)
  }

  /// Six rows of pixels.
  private struct Band {
    private(set) var codes: [UInt8] = []
    /// `[codes, width]`: a column's six pixels as bits, the uppermost lowest.
    private(set) var columns: [UInt8] = []

    init(_ raster: LineRaster, top: Int, isHidden: (_ x: Int, _ y: Int) -> Bool) {
      let width = raster.width
      var starts = [Int](repeating: -1, count: 256)
      for y in top..<min(top + 6, raster.height) {
        for x in 0..<width where !isHidden(x, y) {
          let code = raster.pixels[y * width + x]
          if starts[Int(code)] < 0 {
            starts[Int(code)] = columns.count
            codes.append(code)
            columns += repeatElement(0, count: width)
          }
          columns[starts[Int(code)] + x] |= 1 << UInt8(y - top)
        }
      }
    }
  }

  /// A line's colour over the page's.
  private static func color(of code: UInt8, in raster: LineRaster, on page: UInt32) -> UInt32 {
    guard code > 0 else { return page }
    let (index, share) = (Int(code - 1) / raster.shares, Int(code - 1) % raster.shares + 1)
    return [16, 8, 0].reduce(0) { mixed, shift in
      let (line, page) = (channel(of: raster.colors[index], shift), channel(of: page, shift))
      return mixed << 8 | UInt32(page + (line - page) * share / raster.shares)
    }
  }

  private static func channel(of color: UInt32, _ shift: Int) -> Int { Int(color >> shift & 255) }

  /// Equal ones in a row as a number and one of them, where that is shorter.
  private static func append(_ columns: ArraySlice<UInt8>, to bytes: inout [UInt8]) {
    var end = columns.endIndex
    while end > columns.startIndex, columns[end - 1] == 0 { end -= 1 }
    var start = columns.startIndex
    while start < end {
      let sixel = columns[start]
      var next = start + 1
      while next < end, columns[next] == sixel { next += 1 }
      let count = next - start
      if count > 3 {
        bytes += Array("!\(count)".utf8)
        bytes.append(sixel + 63)
      } else {
        bytes += repeatElement(sixel + 63, count: count)
      }
      start = next
    }
  }
}
