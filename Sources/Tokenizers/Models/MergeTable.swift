/// The merges of byte-pair encoding: which two tokens become which one, and which merge goes first.
struct MergeTable: Sendable {
  struct Merge: Equatable {
    /// The lowest goes first.
    var rank: UInt32
    /// Of the token that both become.
    var id: Int32
  }

  private struct Slot {
    var pair: UInt64 = 0
    var merge = Merge(rank: .max, id: -1)
    var isFree: Bool { merge.id < 0 }
  }

  /// By hash; a power of two, at most two thirds full.
  private var slots: [Slot]
  /// Chosen by chance, so that no file can be made to collide.
  private let seed = UInt64.random(in: 0...(.max))
  private let factor = UInt64.random(in: 0...(.max)) | 1

  typealias Bytes = Vocabulary.Bytes
  typealias Pair = (left: Bytes, right: Bytes)

  /// More than any tokenizer has, and few enough for memory.
  static let maximumCount = 1 << 24

  /// - Parameter count: At most `maximumCount`.
  /// - Parameter continuationPrefixLength: What the right token leaves out of the merged one, in bytes.
  /// - Parameter file: For messages.
  /// - Parameter pair: The tokens of a merge, in the order of the ranks; nil for none. Where they repeat, the last
  ///   rank counts.
  init(
    count: Int, vocabulary: Vocabulary, continuationPrefixLength: Int = 0, file: String,
    pair: (Int) throws(TokenizerError) -> Pair?
  ) throws(TokenizerError) {
    precondition(count <= Self.maximumCount)
    var slotCount = 8
    while slotCount < count + count / 2 { slotCount *= 2 }
    slots = Array(repeating: Slot(), count: slotCount)
    var merged: [UInt8] = []
    for index in 0..<count {
      guard let (left, right) = try pair(index) else { continue }
      merged.removeAll(keepingCapacity: true)
      merged.append(contentsOf: left)
      merged.append(contentsOf: right.dropFirst(continuationPrefixLength))
      func id(of token: Bytes) throws(TokenizerError) -> Int32 {
        if let id = vocabulary.id(of: token) { return id }
        throw .mergeNotInVocabulary(
          file: file,
          merge: "\(String(decoding: left, as: UTF8.self)) "
            + String(decoding: right, as: UTF8.self), token: String(decoding: token, as: UTF8.self))
      }
      let key = Self.key(try id(of: left), try id(of: right))
      let mergedID = try merged.withUnsafeBufferPointer { bytes throws(TokenizerError) in
        try id(of: bytes)
      }
      slots[slot(of: key)] = Slot(pair: key, merge: Merge(rank: UInt32(index), id: mergedID))
    }
  }

  /// The merge of two tokens, if there is one.
  subscript(left: Int32, right: Int32) -> Merge? {
    let slot = slots[slot(of: Self.key(left, right))]
    return slot.isFree ? nil : slot.merge
  }

  private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }

  /// Where a pair is, or would be.
  private func slot(of pair: UInt64) -> Int {
    let product = (pair ^ seed).multipliedFullWidth(by: factor)
    var index = Int(truncatingIfNeeded: product.high ^ product.low) & (slots.count - 1)
    while !slots[index].isFree, slots[index].pair != pair {
      index = (index + 1) & (slots.count - 1)
    }
    return index
  }
}

extension MergeTable {
  /// `merges`: each as `"a b"`, or as `["a", "b"]` where tokens can have spaces.
  init(
    _ setting: Setting, vocabulary: Vocabulary, continuationPrefixLength: Int
  ) throws(TokenizerError) {
    let values = try setting.array()
    guard values.count <= Self.maximumCount else {
      throw .wrongValue(
        file: setting.file, place: setting.place,
        expected: "at most \(Self.maximumCount) merges", found: "\(values.count)")
    }
    try self.init(
      count: values.count, vocabulary: vocabulary,
      continuationPrefixLength: continuationPrefixLength, file: setting.file
    ) { index throws(TokenizerError) in
      let value = values[index]
      if let text = value.utf8 {
        if Self.isComment(text) { return nil }
        if let pair = Self.pair(text) { return pair }
      } else if let pair = value.array, pair.count == 2, let left = pair[0].utf8,
        let right = pair[1].utf8
      {
        return (left, right)
      }
      throw setting.element(index, value).wrong(expected: "two tokens")
    }
  }

  /// The first line of merges.txt, which has found its way into some other files.
  static func isComment(_ line: Bytes) -> Bool { line.starts(with: "#version".utf8) }

  /// Two tokens with a space between them.
  static func pair(_ line: Bytes) -> Pair? {
    let space = UInt8(ascii: " ")
    guard let middle = line.firstIndex(of: space), line.lastIndex(of: space) == middle else {
      return nil
    }
    return (Bytes(rebasing: line[..<middle]), Bytes(rebasing: line[(middle + 1)...]))
  }
}
