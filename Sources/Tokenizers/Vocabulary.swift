import Glibc

/// Tokens and their ids, both ways: UTF-8 bytes in one buffer, found by an open-addressing hash.
///
/// Keyed by bytes because `String` takes canonically equivalent texts for equal; a vocabulary does not.
struct Vocabulary: Sendable {
  private var bytes: [UInt8] = []
  /// Entry e is `bytes[starts[e]..<starts[e + 1]]`.
  private var starts: [Int] = [0]
  private var ids: [Int32] = []
  /// Entries by hash; a power of two, at most half full.
  private var slots: [Slot]
  /// Entries in the order of their ids.
  private var entriesByID: [Int32] = []
  /// Length of the longest entry in bytes.
  private(set) var longestLength = 0

  private struct Slot {
    /// -1 where the slot is free.
    var entry: Int32 = -1
    /// Other bits of the hash, which nearly always tell entries apart without a look at their bytes.
    var tag: UInt32 = 0
  }

  /// More entries than any vocabulary has, and few enough for memory.
  static let maximumCount = 1 << 24

  typealias Bytes = UnsafeBufferPointer<UInt8>

  /// - Parameter count: At most `maximumCount`.
  /// - Parameter entry: The bytes and the id of each entry. Where bytes repeat, the last id counts.
  init<Failure>(
    count: Int, entry: (Int) throws(Failure) -> (bytes: Bytes, id: Int32)
  ) throws(Failure) {
    precondition(count <= Self.maximumCount)
    var slotCount = 8
    while slotCount < 2 * count { slotCount *= 2 }
    slots = Array(repeating: Slot(), count: slotCount)
    starts.reserveCapacity(count + 1)
    ids.reserveCapacity(count)
    for index in 0..<count {
      let (bytes, id) = try entry(index)
      insert(bytes, id: id)
    }
    entriesByID = Array(0..<Int32(ids.count))
    if zip(ids, ids.dropFirst()).contains(where: >) {
      entriesByID.sort { (ids[Int($0)], $0) < (ids[Int($1)], $1) }
    }
  }

  private mutating func insert(_ newBytes: Bytes, id: Int32) {
    let (slot, tag) = slot(of: newBytes, ByteHash(newBytes))
    if slots[slot].entry >= 0 {
      ids[Int(slots[slot].entry)] = id
    } else {
      slots[slot] = Slot(entry: Int32(ids.count), tag: tag)
      bytes.append(contentsOf: newBytes)
      starts.append(bytes.count)
      ids.append(id)
      longestLength = max(longestLength, newBytes.count)
    }
  }

  /// The slot of an entry, or the one it would take, and its tag.
  private func slot(
    of key: Bytes, _ hash: ByteHash, rest: Bytes = .none
  ) -> (index: Int, tag: UInt32) {
    let (place, tag) = hash.mixed
    var index = place & (slots.count - 1)
    while slots[index].entry >= 0 {
      if slots[index].tag == tag, isEntry(slots[index].entry, key, rest) { break }
      index = (index + 1) & (slots.count - 1)
    }
    return (index, tag)
  }

  /// Texts, the first with id 0.
  init(texts: [String]) {
    let spellings = texts.map { Array($0.utf8) }
    var starts = [0]
    for spelling in spellings { starts.append(starts[starts.count - 1] + spelling.count) }
    self = spellings.flatMap(\.self).withUnsafeBufferPointer { bytes in
      Vocabulary(count: texts.count) { index in
        (Bytes(rebasing: bytes[starts[index]..<starts[index + 1]]), Int32(index))
      }
    }
  }

  /// All entries, in the order in which they came.
  var tokens: [String] {
    (0..<Int32(count)).map { entry in
      withBytes(ofEntry: entry) { String(decoding: $0, as: UTF8.self) }
    }
  }

  /// Distinct entries.
  var count: Int { ids.count }
  var largestID: Int32? { entriesByID.last.map { ids[Int($0)] } }

  func id(of key: Bytes) -> Int32? { entry(of: key).map(id(ofEntry:)) }

  func id(of token: String) -> Int32? {
    var token = token
    return token.withUTF8 { id(of: $0) }
  }

  /// The entry with this id, the last if there are several.
  /// - Complexity: O(log count).
  func token(of id: Int32) -> String? {
    var low = 0
    var high = entriesByID.count
    while low < high {
      let middle = (low + high) / 2
      if ids[Int(entriesByID[middle])] <= id { low = middle + 1 } else { high = middle }
    }
    guard low > 0, case let entry = Int(entriesByID[low - 1]), ids[entry] == id else { return nil }
    return String(decoding: bytes[starts[entry]..<starts[entry + 1]], as: UTF8.self)
  }
}

// MARK: - Entries, which are numbered from 0 in the order in which they came

extension Vocabulary {
  func entry(of key: Bytes) -> Int32? { entry(of: key, ByteHash(key)) }

  /// The entry whose bytes are these, behind each other.
  func entry(of key: Bytes, _ rest: Bytes) -> Int32? {
    var hash = ByteHash(key)
    for byte in rest { hash.append(byte) }
    return entry(of: key, hash, rest: rest)
  }

  /// - Parameter hash: Of the key, and of what is behind it.
  func entry(of key: Bytes, _ hash: ByteHash, rest: Bytes = .none) -> Int32? {
    let entry = slots[slot(of: key, hash, rest: rest).index].entry
    return entry >= 0 ? entry : nil
  }

  func entry(of token: String) -> Int32? {
    var token = token
    return token.withUTF8 { entry(of: $0) }
  }

  func id(ofEntry entry: Int32) -> Int32 { ids[Int(entry)] }

  /// Whether these are the bytes of the entry, in one piece or in two; no where there is no such entry.
  func isEntry(_ entry: Int32, _ key: Bytes, _ rest: Bytes = .none) -> Bool {
    guard entry >= 0, entry < ids.count else { return false }
    return withBytes(ofEntry: entry) {
      $0.count == key.count + rest.count && $0.starts(withBytes: key)
        && Bytes(rebasing: $0[key.count...]).starts(withBytes: rest)
    }
  }

  func length(ofEntry entry: Int32) -> Int { starts[Int(entry) + 1] - starts[Int(entry)] }

  func withBytes<Result>(ofEntry entry: Int32, _ body: (Bytes) -> Result) -> Result {
    bytes.withUnsafeBufferPointer {
      body(Bytes(rebasing: $0[starts[Int(entry)]..<starts[Int(entry) + 1]]))
    }
  }
}

extension UnsafeBufferPointer<UInt8> {
  fileprivate static var none: Self { Self(start: nil, count: 0) }

  /// - Precondition: There are no more of them than here.
  fileprivate func starts(withBytes others: Self) -> Bool {
    guard let start = baseAddress, let other = others.baseAddress else { return true }
    return memcmp(start, other, others.count) == 0
  }
}
