/// A head of a model, spelled `9.9`, or `cross:3.1` where the model has several kinds of attention.
public struct HeadAddress: Hashable, Sendable {
  public var kind: AttentionKind
  public var layer: Int
  public var head: Int

  public init(_ kind: AttentionKind = .own, layer: Int, head: Int) {
    self.kind = kind
    self.layer = layer
    self.head = head
  }
}

/// In the order of the model.
extension HeadAddress: Comparable {
  public static func < (a: HeadAddress, b: HeadAddress) -> Bool {
    func place(_ head: HeadAddress) -> (Int, Int, Int) {
      (AttentionKind.allCases.firstIndex(of: head.kind) ?? 0, head.layer, head.head)
    }
    return place(a) < place(b)
  }
}

extension HeadAddress: LosslessStringConvertible {
  public init?(_ description: String) {
    guard let (kind, rest) = AttentionKind.split(description) else { return nil }
    let parts = rest.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, let layer = Int(number: parts[0]), let head = Int(number: parts[1])
    else { return nil }
    self.init(kind, layer: layer, head: head)
  }

  public var description: String { "\(kind.prefix)\(layer).\(head)" }
}

extension AttentionKind {
  /// The prefix of a layer's number, where that alone does not say which layer it is.
  var prefix: String { self == .own ? "" : "\(rawValue):" }

  /// The kind that a text begins with, and what comes behind it; `own` where it names none.
  static func split(_ text: String) -> (kind: AttentionKind, rest: Substring)? {
    guard let colon = text.firstIndex(of: ":"), text.first?.isLetter == true else {
      return (.own, text[...])
    }
    return AttentionKind(rawValue: String(text[..<colon])).map {
      ($0, text[text.index(after: colon)...])
    }
  }
}

extension Int {
  /// A number of a layer, a head or a token: digits alone.
  init?(number text: some StringProtocol) {
    guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    self.init(text)
  }
}

extension ClosedRange<Int> {
  /// `4`, or `3-5`.
  init?(numbers text: some StringProtocol) {
    let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
      .map { Int(number: $0) }
    guard let first = ends[0], let last = ends[ends.count - 1], first <= last else { return nil }
    self = first...last
  }

  var numbersText: String { count == 1 ? "\(lowerBound)" : "\(lowerBound)-\(upperBound)" }
}
