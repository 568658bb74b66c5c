import Czlib
import Files
import TerminalUI

/// Lines as a PNG file, a byte a pixel, transparent where there are none: no form that terminals take is smaller.
enum IndexedPNG {
  static func bytes(_ raster: LineRaster) -> [UInt8] {
    var header: [UInt8] = []
    append(UInt32(raster.width), to: &header)
    append(UInt32(raster.height), to: &header)
    // Eight bits, an index; packed by deflate, without filters, not interlaced.
    header += [8, 3, 0, 0, 0]
    // What is transparent, then the colours with each of their shares.
    var colors: [UInt8] = [0, 0, 0]
    var opacities: [UInt8] = [0]
    for color in raster.colors {
      for share in 1...raster.shares {
        colors += [16, 8, 0].map { UInt8(color >> $0 & 255) }
        opacities.append(UInt8(255 * share / raster.shares))
      }
    }
    var rows: [UInt8] = []
    rows.reserveCapacity((raster.width + 1) * raster.height)
    for y in 0..<raster.height {
      // No filter.
      rows.append(0)
      rows += raster.pixels[y * raster.width..<(y + 1) * raster.width]
    }
    return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
      + chunk("IHDR", header) + chunk("PLTE", colors) + chunk("tRNS", opacities)
      + chunk("IDAT", packed(rows)) + chunk("IEND", [])
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
      let status = compress2(buffer.baseAddress, &size, rows, uLong(rows.count), 6)
      count = status == Z_OK ? Int(size) : 0
    }
  }
}
