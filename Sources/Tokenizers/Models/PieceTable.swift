/// Pieces of text with their scores, to find all that begin at a place.
///
/// They lie in the order of their bytes, where those that begin alike are neighbours.
struct PieceTable: Sendable {
  typealias Bytes = Vocabulary.Bytes

  private var bytes: [UInt8] = []
  /// Piece p is `bytes[starts[p]..<starts[p + 1]]`.
  private var starts: [Int] = [0]
  private(set) var scores: [Double] = []
  /// By byte: the first piece that begins with that byte or a greater one.
  private var firstPieces: [Int] = []
  /// Longer pieces, in bytes, mean no good, and would cost their length for each place of a text.
  static let maximumLength = 512

  /// Of texts that repeat, the last counts.
  init(_ pieces: [ScoredPiece]) {
    withUTF8(of: pieces.map(\.text)) { texts in
      let order = texts.indices.sorted { first, second in
        let order = texts[first].order(before: texts[second])
        return order == 0 ? first < second : order < 0
      }
      for (index, next) in zip(order, order.dropFirst().map(Optional.some) + [nil]) {
        let text = texts[index]
        let isRepeated = next.map { texts[$0].order(before: text) == 0 } ?? false
        guard !text.isEmpty, !isRepeated else { continue }
        while firstPieces.count <= Int(text[0]) { firstPieces.append(scores.count) }
        bytes.append(contentsOf: text)
        starts.append(bytes.count)
        scores.append(pieces[index].score)
      }
    }
    while firstPieces.count <= 256 { firstPieces.append(scores.count) }
  }

  /// The piece that `text` is.
  func piece(of text: String) -> Int? {
    var text = text
    return text.withUTF8 { text in
      var whole: Int?
      forEachPrefix(of: text) { length, piece in if length == text.count { whole = piece } }
      return whole
    }
  }

  /// The pieces that begin `text`, from the shortest to the longest.
  func forEachPrefix(of text: Bytes, _ body: (_ length: Int, _ piece: Int) -> Void) {
    guard let first = text.first else { return }
    var range = firstPieces[Int(first)]..<firstPieces[Int(first) + 1]
    var length = 1
    bytes.withUnsafeBufferPointer { bytes in
      while !range.isEmpty {
        if starts[range.lowerBound + 1] - starts[range.lowerBound] == length {
          body(length, range.lowerBound)
          range.removeFirst()
        }
        guard length < text.count else { return }
        let byte = text[length]
        // All of the range are longer than `length`, and alike up to it.
        func partition(where isLater: (UInt8) -> Bool) -> Int {
          var (low, high) = (range.lowerBound, range.upperBound)
          while low < high {
            let middle = (low + high) / 2
            if isLater(bytes[starts[middle] + length]) { high = middle } else { low = middle + 1 }
          }
          return low
        }
        let start = partition { $0 >= byte }
        guard start < range.upperBound, bytes[starts[start] + length] == byte else { return }
        range = start..<partition { $0 > byte }
        length += 1
      }
    }
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// Less than 0 if these bytes come before the others, 0 if they are the same.
  fileprivate func order(before other: Self) -> Int {
    for index in 0..<Swift.min(count, other.count) where self[index] != other[index] {
      return Int(self[index]) - Int(other[index])
    }
    return count - other.count
  }
}
