import CResources
import Files

/// The tables of a TrueType font (OpenType specification 1.9) that measuring texts and embedding parts of it take:
/// of the fonts that are part of the program, whose tables are sound. What is not there reads as zero.
struct TrueTypeFont: Sendable {
  private let bytes: [UInt8]
  private let tables: [String: Range<Int>]
  let unitsPerEm: Int
  /// Of the letters, in units: heights over and under the base line, and the box around all of them.
  let ascent: Int
  let descent: Int
  let box: [Int]
  let name: String
  private let glyphCount: Int
  private let metricCount: Int
  private let hasLongOffsets: Bool
  /// The glyphs of scalars: segments of the cmap table of format 12, or 4.
  private let segments: [Segment]

  private struct Segment {
    var scalars: ClosedRange<UInt32>
    var firstGlyph: Int
  }

  init(_ bytes: [UInt8], name: String) {
    self.bytes = bytes
    self.name = name
    var tables: [String: Range<Int>] = [:]
    for index in 0..<Self.u16(bytes, 4) {
      let entry = 12 + 16 * index
      guard entry + 16 <= bytes.count else { break }
      let start = Self.u32(bytes, entry + 8)
      let end = min(bytes.count, start + Self.u32(bytes, entry + 12))
      guard start <= end else { continue }
      tables[String(decoding: bytes[entry..<entry + 4], as: UTF8.self)] = start..<end
    }
    self.tables = tables
    func at(_ table: String, _ offset: Int) -> Int {
      Self.u16(bytes, (tables[table]?.lowerBound ?? bytes.count) + offset)
    }
    func signed(_ table: String, _ offset: Int) -> Int {
      Int(Int16(truncatingIfNeeded: at(table, offset)))
    }
    unitsPerEm = max(1, at("head", 18))
    box = [36, 38, 40, 42].map { signed("head", $0) }
    hasLongOffsets = at("head", 50) != 0
    ascent = signed("hhea", 4)
    descent = signed("hhea", 6)
    metricCount = at("hhea", 34)
    glyphCount = at("maxp", 4)
    segments = Self.segments(bytes, tables["cmap"])
  }

  // MARK: Letters

  /// The glyph of a character; nil where the font has none.
  func glyph(_ scalar: UInt32) -> Int? {
    var low = 0
    var high = segments.count
    while low < high {
      let middle = (low + high) / 2
      if segments[middle].scalars.upperBound < scalar { low = middle + 1 } else { high = middle }
    }
    guard low < segments.count, segments[low].scalars.contains(scalar) else { return nil }
    let glyph = segments[low].firstGlyph + Int(scalar - segments[low].scalars.lowerBound)
    return glyph > 0 && glyph < glyphCount ? glyph : nil
  }

  /// In units.
  func advance(ofGlyph glyph: Int) -> Int {
    guard let table = tables["hmtx"], metricCount > 0 else { return unitsPerEm }
    return Self.u16(bytes, table.lowerBound + 4 * min(glyph, metricCount - 1))
  }

  private static func segments(_ bytes: [UInt8], _ table: Range<Int>?) -> [Segment] {
    guard let table else { return [] }
    let subtables = (0..<u16(bytes, table.lowerBound + 2)).map {
      table.lowerBound + u32(bytes, table.lowerBound + 4 + 8 * $0 + 4)
    }
    if let start = subtables.first(where: { u16(bytes, $0) == 12 }) {
      return (0..<min(u32(bytes, start + 12), bytes.count / 12)).compactMap { index in
        let group = start + 16 + 12 * index
        let (first, last) = (UInt32(u32(bytes, group)), UInt32(u32(bytes, group + 4)))
        guard first <= last else { return nil }
        return Segment(scalars: first...last, firstGlyph: u32(bytes, group + 8))
      }
    }
    guard let start = subtables.first(where: { u16(bytes, $0) == 4 }) else { return [] }
    let count = u16(bytes, start + 6) / 2
    let ends = start + 14
    let (starts, deltas, ranges) = (
      ends + 2 * count + 2, ends + 4 * count + 2, ends + 6 * count + 2
    )
    return (0..<count).flatMap { index -> [Segment] in
      let first = u16(bytes, starts + 2 * index)
      let last = u16(bytes, ends + 2 * index)
      let delta = u16(bytes, deltas + 2 * index)
      let range = u16(bytes, ranges + 2 * index)
      guard first <= last else { return [] }
      if range == 0, first + delta & 0xFFFF <= last + delta & 0xFFFF {
        return [
          Segment(
            scalars: UInt32(first)...UInt32(last), firstGlyph: (first + delta) & 0xFFFF)
        ]
      }
      return (first...last).map { scalar in
        let place = ranges + 2 * index + range + 2 * (scalar - first)
        let glyph = range == 0 ? scalar : u16(bytes, place)
        return Segment(
          scalars: UInt32(scalar)...UInt32(scalar),
          firstGlyph: glyph == 0 ? 0 : (glyph + delta) & 0xFFFF)
      }
    }
  }

  // MARK: A part of it

  /// A font that has the outlines of some glyphs, with all numbers as they are.
  func subset(_ glyphs: Set<Int>) -> [UInt8] {
    let kept = closure(of: glyphs)
    var outlines: [UInt8] = []
    var places: [UInt8] = []
    for glyph in 0..<glyphCount {
      Self.append(outlines.count, bytes: 4, to: &places)
      guard kept.contains(glyph), let range = outline(of: glyph) else { continue }
      outlines += bytes[range]
      while outlines.count % 4 != 0 { outlines.append(0) }
    }
    Self.append(outlines.count, bytes: 4, to: &places)
    var head = Array(bytes[tables["head"] ?? 0..<0])
    // Offsets of 4 bytes each, whatever they were.
    if head.count >= 52 { head[51] = 1 }
    var parts: [(name: String, bytes: [UInt8])] = [
      ("glyf", outlines), ("head", head), ("loca", places),
    ]
    for name in ["cvt ", "fpgm", "hhea", "hmtx", "maxp", "prep"] {
      if let range = tables[name] { parts.append((name, Array(bytes[range]))) }
    }
    return Self.file(of: parts.sorted { $0.name < $1.name })
  }

  /// With those that they are put together from; the first one stands for what is missing.
  private func closure(of glyphs: Set<Int>) -> Set<Int> {
    var kept: Set<Int> = [0]
    var open = Array(glyphs)
    while let glyph = open.popLast() {
      guard kept.insert(glyph).inserted, let range = outline(of: glyph),
        Self.u16(bytes, range.lowerBound) >= 0x8000
      else { continue }
      var place = range.lowerBound + 10
      while place + 4 <= range.upperBound {
        let flags = Self.u16(bytes, place)
        open.append(Self.u16(bytes, place + 2))
        place += 4 + (flags & 1 != 0 ? 4 : 2)
        place += flags & 8 != 0 ? 2 : flags & 0x40 != 0 ? 4 : flags & 0x80 != 0 ? 8 : 0
        if flags & 0x20 == 0 { break }
      }
    }
    return kept
  }

  private func outline(of glyph: Int) -> Range<Int>? {
    guard let table = tables["glyf"], let index = tables["loca"], glyph < glyphCount else {
      return nil
    }
    func offset(_ glyph: Int) -> Int {
      hasLongOffsets
        ? Self.u32(bytes, index.lowerBound + 4 * glyph)
        : 2 * Self.u16(bytes, index.lowerBound + 2 * glyph)
    }
    let (start, end) = (table.lowerBound + offset(glyph), table.lowerBound + offset(glyph + 1))
    return start < end && end <= table.upperBound ? start..<end : nil
  }

  private static func file(of parts: [(name: String, bytes: [UInt8])]) -> [UInt8] {
    var power = 1
    while power * 2 <= parts.count { power *= 2 }
    var file: [UInt8] = [0, 1, 0, 0]
    append(parts.count, bytes: 2, to: &file)
    append(power * 16, bytes: 2, to: &file)
    append(power.trailingZeroBitCount, bytes: 2, to: &file)
    append((parts.count - power) * 16, bytes: 2, to: &file)
    var body: [UInt8] = []
    for part in parts {
      file += part.name.utf8
      append(checksum(part.bytes), bytes: 4, to: &file)
      append(12 + 16 * parts.count + body.count, bytes: 4, to: &file)
      append(part.bytes.count, bytes: 4, to: &file)
      body += part.bytes
      while body.count % 4 != 0 { body.append(0) }
    }
    return file + body
  }

  private static func checksum(_ bytes: [UInt8]) -> Int {
    var sum: UInt32 = 0
    for place in stride(from: 0, to: bytes.count, by: 4) {
      var word: UInt32 = 0
      for offset in 0..<4 {
        word = word << 8 | UInt32(place + offset < bytes.count ? bytes[place + offset] : 0)
      }
      sum &+= word
    }
    return Int(sum)
  }

  // MARK: Bytes

  private static func append(_ value: Int, bytes count: Int, to bytes: inout [UInt8]) {
    for shift in (0..<count).reversed() { bytes.append(UInt8(value >> (8 * shift) & 255)) }
  }

  private static func u16(_ bytes: [UInt8], _ place: Int) -> Int {
    guard place >= 0, place + 2 <= bytes.count else { return 0 }
    return Int(bytes[place]) << 8 | Int(bytes[place + 1])
  }

  private static func u32(_ bytes: [UInt8], _ place: Int) -> Int {
    u16(bytes, place) << 16 | u16(bytes, place + 2)
  }
}
