/// Makes a table of replacements, as sentencepiece's normalizer has it.
///
/// Each node has a block of 256 units for its children: wasteful, and plain.
struct CharsmapBuilder {
  private var units: [UInt32] = [0]
  private var newTexts: [UInt8] = []
  /// By node: where its block begins.
  private var blocks: [Int: Int] = [:]

  init(_ replacements: KeyValuePairs<String, String>) {
    for (text, newText) in replacements { insert(text, newText) }
  }

  private mutating func insert(_ text: String, _ newText: String) {
    var node = 0
    for byte in text.utf8 {
      let child = block(of: node) ^ Int(byte)
      units[child] |= UInt32(byte)
      node = child
    }
    let value = block(of: node)
    units[node] |= 1 << 8
    units[value] = 1 << 31 | UInt32(newTexts.count)
    newTexts += newText.utf8 + [0]
  }

  private mutating func block(of node: Int) -> Int {
    if let block = blocks[node] { return block }
    let block = (units.count + 255) / 256 * 256
    units += Array(repeating: 0, count: block + 256 - units.count)
    blocks[node] = block
    units[node] |= UInt32(node ^ block) << 10
    return block
  }

  var bytes: [UInt8] {
    func littleEndian(_ number: UInt32) -> [UInt8] {
      withUnsafeBytes(of: number.littleEndian, Array.init)
    }
    return littleEndian(UInt32(units.count * 4)) + units.flatMap(littleEndian) + newTexts
  }
}
