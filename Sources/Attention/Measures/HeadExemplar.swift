/// A query at which a head was seen at work.
public struct HeadExemplar: Equatable, Sendable {
  /// Of the input, from 1 on.
  public let line: Int
  /// The token that looks, by number and as it is shown.
  public let query: Int
  public let queryToken: String
  /// The key with most weight, and that weight.
  public let key: Int
  public let keyToken: String
  public let weight: Float
  /// The size of what the head adds to the query's state.
  public let size: Float

  public init(
    line: Int, query: Int, queryToken: String, key: Int, keyToken: String, weight: Float,
    size: Float
  ) {
    self.line = line
    self.query = query
    self.queryToken = queryToken
    self.key = key
    self.keyToken = keyToken
    self.weight = weight
    self.size = size
  }
}
