/// A head that takes part as it did in another run: its sums of values are those of that run, at all queries.
public struct HeadPatch: Hashable, Sendable {
  public var head: HeadAddress
  /// The request of the other run, of the same model and as many tokens.
  public var source: ModelRequest

  public init(_ head: HeadAddress, from source: ModelRequest) {
    self.head = head
    self.source = source
  }
}
