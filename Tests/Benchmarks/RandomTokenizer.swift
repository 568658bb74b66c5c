import Files
import Glibc
import TestSupport

/// A folder with a tokenizer.json of the size of Llama 3's: byte-pair encoding with 128,000 entries.
enum RandomTokenizer {
  static func folder(in parent: String) throws -> String {
    let folder = "\(parent)/tokenizer-128k"
    guard access("\(folder)/tokenizer.json", F_OK) != 0 else { return folder }
    mkdir(parent, 0o755)
    mkdir(folder, 0o755)
    var generator = SeededGenerator(seed: 1)
    var entries = (0x21...0x7E).map { String(UnicodeScalar(UInt8($0))) }.filter {
      !"\"\\".contains($0)
    }
    entries += (0xC0..<0x150).compactMap { UnicodeScalar($0).map(String.init) }
    var known = Set(entries)
    var merges: [String] = []
    while entries.count < 128_000 {
      // As learned merges do, join frequent, that is early, entries more often.
      let limit = max(200, entries.count / 4)
      let left = entries[Int.random(in: 0..<limit, using: &generator)]
      let right = entries[Int.random(in: 0..<limit, using: &generator)]
      guard left.utf8.count + right.utf8.count <= 16, known.insert(left + right).inserted else {
        continue
      }
      entries.append(left + right)
      merges.append("      \"\(left) \(right)\"")
    }
    let vocabulary = entries.enumerated().map { "      \"\($1)\": \($0)" }
    let file = try AtomicFile(path: "\(folder)/tokenizer.json")
    try file.write(
      """
      {
        "version": "1.0", "added_tokens": [], "normalizer": null,
        "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "use_regex": true},
        "post_processor": null, "decoder": {"type": "ByteLevel"},
        "model": {
          "type": "BPE",
          "vocab": {
      \(vocabulary.joined(separator: ",\n"))
          },
          "merges": [
      \(merges.joined(separator: ",\n"))
          ]
        }
      }

      """)
    try file.commit()
    return folder
  }
}
