import Glibc

/// The merges of byte-pair encoding: which two tokens become which one, and which merge goes first.
///
/// A merge is kept with the entry that it makes, as the place at which it joins that entry's bytes: nearly every entry
/// comes of one merge, and files list both in the same order, so that a table of 100,000 is read without a search.
struct MergeTable: Sendable {
  struct Merge: Equatable {
    /// The lowest goes first.
    var rank: UInt32
    /// The entry that both become.
    var entry: Int32
  }

  /// A way in which an entry is made of two.
  private struct Join {
    /// Of the first of both, in bytes.
    var leftLength: Int32
    var rank: UInt32
    /// Of the same entry; -1 for none.
    var next: Int32
  }

  private let vocabulary: Vocabulary
  /// The prefix of the right token that the merged one leaves out.
  private let continuationPrefix: [UInt8]
  private var joins: [Join] = []
  /// By entry; -1 for those that no merge makes.
  private var firstJoins: [Int32]

  typealias Bytes = Vocabulary.Bytes
  typealias Pair = (left: Bytes, right: Bytes)

  /// More than any tokenizer has, and few enough for memory.
  static let maximumCount = 1 << 24

  /// - Parameter count: At most `maximumCount`.
  /// - Parameter file: For messages.
  /// - Parameter pair: The tokens of a merge, in the order of the ranks; nil for none. Where they repeat, the last
  ///   rank counts.
  init(
    count: Int, vocabulary: Vocabulary, continuationPrefix: String = "", file: String,
    pair: (Int) throws(TokenizerError) -> Pair?
  ) throws(TokenizerError) {
    precondition(count <= Self.maximumCount)
    self.vocabulary = vocabulary
    self.continuationPrefix = Array(continuationPrefix.utf8)
    firstJoins = Array(repeating: -1, count: vocabulary.count)
    joins.reserveCapacity(count)
    var latest: Int32 = -1
    for index in 0..<count {
      guard let (left, right) = try pair(index) else { continue }
      let rest = Bytes(rebasing: right.dropFirst(self.continuationPrefix.count))
      // Most often another way to make the same, or the next.
      let entry: Int32? =
        if vocabulary.isEntry(latest, left, rest) {
          latest
        } else if vocabulary.isEntry(latest + 1, left, rest) {
          latest + 1
        } else {
          vocabulary.entry(of: left, rest)
        }
      guard let entry else {
        throw .mergeNotInVocabulary(
          file: file,
          merge: "\(String(decoding: left, as: UTF8.self)) "
            + String(decoding: right, as: UTF8.self),
          token: String(decoding: Array(left) + rest, as: UTF8.self))
      }
      add(Merge(rank: UInt32(index), entry: entry), leftLength: Int32(left.count))
      latest = entry
    }
  }

  /// Every way in which an entry is made of two others; the lowest id goes first.
  init(ranksIn vocabulary: Vocabulary) {
    self.vocabulary = vocabulary
    continuationPrefix = []
    firstJoins = Array(repeating: -1, count: vocabulary.count)
    for entry in 0..<Int32(vocabulary.count) {
      let rank = UInt32(clamping: vocabulary.id(ofEntry: entry))
      let lengths = vocabulary.withBytes(ofEntry: entry) { bytes in
        (1..<max(1, bytes.count)).filter { length in
          vocabulary.entry(of: Bytes(rebasing: bytes[..<length])) != nil
            && vocabulary.entry(of: Bytes(rebasing: bytes[length...])) != nil
        }
      }
      for length in lengths {
        add(Merge(rank: rank, entry: entry), leftLength: Int32(length))
      }
    }
  }

  private mutating func add(_ merge: Merge, leftLength: Int32) {
    if let same = join(of: merge.entry, leftLength: leftLength) {
      joins[same].rank = merge.rank
    } else {
      joins.append(
        Join(leftLength: leftLength, rank: merge.rank, next: firstJoins[Int(merge.entry)]))
      firstJoins[Int(merge.entry)] = Int32(joins.count - 1)
    }
  }

  private func join(of entry: Int32, leftLength: Int32) -> Int? {
    var index = firstJoins[Int(entry)]
    while index >= 0, joins[Int(index)].leftLength != leftLength { index = joins[Int(index)].next }
    return index >= 0 ? Int(index) : nil
  }

  /// The merge of two entries, if there is one.
  subscript(left: Int32, right: Int32) -> Merge? {
    let leftLength = vocabulary.length(ofEntry: left)
    let rightLength = vocabulary.length(ofEntry: right) - continuationPrefix.count
    guard rightLength >= 0, leftLength + rightLength <= vocabulary.longestLength else { return nil }
    let merged = withUnsafeTemporaryAllocation(
      of: UInt8.self, capacity: leftLength + rightLength
    ) { merged -> Int32? in
      vocabulary.withBytes(ofEntry: left) { _ = merged.initialize(fromContentsOf: $0) }
      let isContinuation = vocabulary.withBytes(ofEntry: right) { right in
        _ = UnsafeMutableBufferPointer(rebasing: merged[leftLength...])
          .initialize(fromContentsOf: right.dropFirst(continuationPrefix.count))
        return right.starts(with: continuationPrefix)
      }
      return isContinuation ? vocabulary.entry(of: Bytes(merged)) : nil
    }
    guard let merged, let join = join(of: merged, leftLength: Int32(leftLength)) else { return nil }
    return Merge(rank: joins[join].rank, entry: merged)
  }
}

extension MergeTable {
  /// `merges`: each as `"a b"`, or as `["a", "b"]` where tokens can have spaces.
  init(
    _ setting: Setting, vocabulary: Vocabulary, continuationPrefix: String
  ) throws(TokenizerError) {
    let values = try setting.array()
    guard values.count <= Self.maximumCount else {
      throw .wrongValue(
        file: setting.file, place: setting.place,
        expected: "at most \(Self.maximumCount) merges", found: "\(values.count)")
    }
    try self.init(
      count: values.count, vocabulary: vocabulary,
      continuationPrefix: continuationPrefix, file: setting.file
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
    guard let middle = line.firstSpace else { return nil }
    let right = Bytes(rebasing: line[(middle + 1)...])
    return right.firstSpace == nil ? (Bytes(rebasing: line[..<middle]), right) : nil
  }
}

extension UnsafeBufferPointer<UInt8> {
  fileprivate var firstSpace: Int? {
    guard let start = baseAddress, let space = memchr(start, Int32(UInt8(ascii: " ")), count) else {
      return nil
    }
    return UnsafeRawPointer(space) - UnsafeRawPointer(start)
  }
}
