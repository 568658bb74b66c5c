import Testing

@testable import Tokenizers

@Suite struct ByteHashTests {
  /// Every part of a text has the hash that it has by itself.
  @Test func partsHaveTheirOwnHash() {
    let text = Array("\u{0}the cat sat on the mat, ünd sö weiter\u{FF}".utf8)
    let powers = ByteHash.powers(to: text.count)
    for middle in text.indices {
      let rest = ByteHash(text).dropping(
        ByteHash(text[..<middle]), power: powers[text.count - middle])
      #expect(rest.value == ByteHash(text[middle...]).value)
    }
  }

  @Test func textsDiffer() {
    let texts = [[], [0], [0, 0], [1], [0, 1], [1, 0], [255], [255, 255]] as [[UInt8]]
    #expect(Set(texts.map { ByteHash($0).value }).count == texts.count)
  }
}
