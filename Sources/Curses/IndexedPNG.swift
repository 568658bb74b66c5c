import Czlib
import Files
import TerminalUI

/// Lines as a PNG file, half a byte a pixel where that is enough, transparent where there are none: no form that terminals
/// take is smaller.
enum IndexedPNG {
  static func bytes(_ raster: LineRaster) -> [UInt8] {
    var header: [UInt8] = []
    append(UInt32(raster.width), to: &header)
    append(UInt32(raster.height), to: &header)
    // With few colours the half is packed in half the time.
    let bits = raster.colors.count * raster.shares < 16 ? 4 : 8
    // An index; packed by deflate, without filters, not interlaced.
    header += [UInt8(bits), 3, 0, 0, 0]
    // What is transparent, then the colours with each of their shares.
    var colors: [UInt8] = [0, 0, 0]
    var opacities: [UInt8] = [0]
    for color in raster.colors {
      for share in 1...raster.shares {
        colors += [16, 8, 0].map { UInt8(color >> $0 & 255) }
        opacities.append(UInt8(255 * share / raster.shares))
      }
    }
    return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
      + chunk("IHDR", header) + chunk("PLTE", colors) + chunk("tRNS", opacities)
      + chunk("IDAT", packed(rows(of: raster, bits: bits))) + chunk("IEND", [])
  }

  /// Each row with the number of its filter before it, which is none.
  private static func rows(of raster: LineRaster, bits: Int) -> [UInt8] {
    let (width, height) = (raster.width, raster.height)
    let size = 1 + (width * bits + 7) / 8
    var rows = [UInt8](repeating: 0, count: size * height)
    rows.withUnsafeMutableBufferPointer { rows in
      raster.pixels.withUnsafeBufferPointer { pixels in
        for y in 0..<height {
          let (row, start) = (y * size + 1, y * width)
          for x in 0..<width where pixels[start + x] != 0 {
            if bits == 8 {
              rows[row + x] = pixels[start + x]
            } else {
              rows[row + x / 2] |= pixels[start + x] << (x % 2 == 0 ? 4 : 0)
            }
          }
        }
      }
    }
    return rows
  }

  private static func append(_ number: UInt32, to bytes: inout [UInt8]) {
    for shift: UInt32 in [24, 16, 8, 0] { bytes.append(UInt8(number >> shift & 255)) }
  }

  private static func chunk(_ name: String, _ contents: [UInt8]) -> [UInt8] {
    let named = Array(name.utf8) + contents
    var bytes: [UInt8] = []
    append(UInt32(contents.count), to: &bytes)
    bytes += named
    append(UInt32(crc32(0, named, uInt(named.count))), to: &bytes)
    return bytes
  }

  private static func packed(_ rows: [UInt8]) -> [UInt8] {
    var size = compressBound(uLong(rows.count))
    return [UInt8](unsafeUninitializedCapacity: Int(size)) { buffer, count in
      // With as much room as it may take it fails only without memory.
      let status = compress2(buffer.baseAddress, &size, rows, uLong(rows.count), 5)
      count = status == Z_OK ? Int(size) : 0
    }
  }
}
