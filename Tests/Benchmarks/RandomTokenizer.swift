import Files
import Glibc
import TestSupport

/// A folder with a tokenizer.json for byte-pair encoding, as large as those of models.
struct RandomTokenizer {
  let entryCount: Int
  /// A merge is a list, each of its words on a line of its own; and there are more than one for an entry.
  let isPretty: Bool
  /// Seconds to read it; nil for none.
  let goal: Double?

  static let llama3 = RandomTokenizer(entryCount: 128_000, isPretty: false, goal: 0.06)
  /// As many entries as Gemma's and as many merges, but shorter ones: two thirds of its bytes.
  static let gemma = RandomTokenizer(entryCount: 262_144, isPretty: true, goal: nil)

  func folder(in parent: String) throws -> String {
    let folder = "\(parent)/tokenizer-\(entryCount / 1000)k"
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
    while entries.count < entryCount {
      // As learned merges do, join frequent, that is early, entries more often.
      let limit = max(200, entries.count / 4)
      let left = entries[Int.random(in: 0..<limit, using: &generator)]
      let right = entries[Int.random(in: 0..<limit, using: &generator)]
      guard left.utf8.count + right.utf8.count <= 16, known.insert(left + right).inserted else {
        continue
      }
      entries.append(left + right)
      merges.append(merge(left, right))
      if isPretty, let (left, right) = otherParts(of: left + right, not: left, known) {
        merges.append(merge(left, right))
      }
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

  private func merge(_ left: String, _ right: String) -> String {
    isPretty
      ? "      [\n        \"\(left)\",\n        \"\(right)\"\n      ]"
      : "      \"\(left) \(right)\""
  }

  /// Two other entries that the text is made of, if there are.
  private func otherParts(
    of text: String, not first: String, _ known: Set<String>
  ) -> (String, String)? {
    text.indices.dropFirst().lazy.map { (String(text[..<$0]), String(text[$0...])) }
      .first { $0 != first && known.contains($0) && known.contains($1) }
  }
}
