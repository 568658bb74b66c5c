import Files

/// A tensor on its way into a file, made piece by piece so that it never has to be in memory as a whole.
public struct TensorSource {
  public let name: String
  public let shape: [Int]
  public let pieceCount: Int
  /// The pieces, one after the other, are the elements in row-major order.
  public let piece: (Int) -> [Float]

  public init(name: String, shape: [Int], pieceCount: Int, piece: @escaping (Int) -> [Float]) {
    self.name = name
    self.shape = shape
    self.pieceCount = pieceCount
    self.piece = piece
  }

  public init(name: String, shape: [Int], values: [Float]) {
    self.init(name: name, shape: shape, pieceCount: 1) { _ in values }
  }

  public var elementCount: Int { shape.reduce(1, *) }
  public var byteCount: Int { elementCount * MemoryLayout<Float>.size }

  /// - Precondition: The pieces have as many elements as the shape.
  package func forEachPiece(_ body: ([Float]) throws(FileError) -> Void) throws(FileError) {
    var count = 0
    for index in 0..<pieceCount {
      let values = piece(index)
      count += values.count
      try body(values)
    }
    precondition(count == elementCount)
  }
}

/// A destination of a file's bytes, in order: `AtomicFile.write`, or standard output.
public typealias ByteSink = (UnsafeRawBufferPointer) throws(FileError) -> Void

extension Array where Element: BitwiseCopyable {
  func write(to sink: ByteSink) throws(FileError) {
    try withUnsafeBufferPointer { buffer throws(FileError) in
      try sink(UnsafeRawBufferPointer(buffer))
    }
  }
}
