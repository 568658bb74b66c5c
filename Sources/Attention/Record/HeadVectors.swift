/// The query or key vectors of a layer: `[heads, rows, headSize]`, row-major.
public struct HeadVectors: Sendable {
  public let headCount: Int
  public let rowCount: Int
  public let headSize: Int
  public let values: [Float]

  public init(headCount: Int, rowCount: Int, headSize: Int, values: [Float]) {
    precondition(values.count == headCount * rowCount * headSize)
    self.headCount = headCount
    self.rowCount = rowCount
    self.headSize = headSize
    self.values = values
  }

  /// The vector of one head at one token.
  public func vector(head: Int, row: Int) -> ArraySlice<Float> {
    let start = (head * rowCount + row) * headSize
    return values[start..<start + headSize]
  }
}
