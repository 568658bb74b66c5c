/// The origin of a scalar: a range of the source text, in Unicode scalars.
struct SourceSpan: Equatable {
  var start: UInt32
  var end: UInt32
}

/// Text on its way to the vocabulary: Unicode scalars, each with its place in the source text.
///
/// A slice shares its indices with the whole, as an `ArraySlice` does.
struct AlignedText {
  private(set) var scalars: ArraySlice<Unicode.Scalar>
  private var spans: ArraySlice<SourceSpan>

  init(_ text: String) {
    scalars = ArraySlice(text.unicodeScalars)
    spans = ArraySlice(scalars.indices.map { SourceSpan(start: UInt32($0), end: UInt32($0 + 1)) })
  }

  private init(scalars: ArraySlice<Unicode.Scalar>, spans: ArraySlice<SourceSpan>) {
    self.scalars = scalars
    self.spans = spans
  }

  var isEmpty: Bool { scalars.isEmpty }
  var indices: Range<Int> { scalars.indices }

  var utf8: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(scalars.count)
    for scalar in scalars { bytes.append(contentsOf: scalar.utf8) }
    return bytes
  }

  subscript(range: Range<Int>) -> AlignedText {
    AlignedText(scalars: scalars[range], spans: spans[range])
  }

  subscript(range: PartialRangeFrom<Int>) -> AlignedText {
    self[range.lowerBound..<indices.upperBound]
  }

  /// The origin of the scalars of `range`, at least one.
  func source(of range: Range<Int>) -> SourceSpan {
    SourceSpan(start: spans[range.lowerBound].start, end: spans[range.upperBound - 1].end)
  }

  /// The longest text that normalizers may make: far longer than any sound one does.
  var growthLimit: Int {
    let sourceCount = (spans.last?.end ?? 0) - (spans.first?.start ?? 0)
    return max(indices.count, 16 * Int(sourceCount) + 65_536)
  }

  /// Changes scalars one for one.
  mutating func map(_ change: (Unicode.Scalar) -> Unicode.Scalar) {
    for index in indices { scalars[index] = change(scalars[index]) }
  }

  /// Puts scalars before the text, which has at least one. They come from where its first scalar does.
  mutating func prepend(_ prefix: some Collection<Unicode.Scalar>) {
    self = rebuilt { add in
      for scalar in prefix { add(scalar, indices.lowerBound) }
      for (index, scalar) in zip(indices, scalars) { add(scalar, index) }
    }
  }

  mutating func removeAll(where isRemoved: (Unicode.Scalar) -> Bool) {
    guard scalars.contains(where: isRemoved) else { return }
    self = rebuilt { add in
      for index in indices where !isRemoved(scalars[index]) { add(scalars[index], index) }
    }
  }

  /// A new text whose scalars each come from where one of this text's scalars does.
  ///
  /// - Parameter build: Hands over the new scalars in order, each with the index of the old one.
  func rebuilt(_ build: (_ add: (Unicode.Scalar, _ source: Int) -> Void) -> Void) -> AlignedText {
    var newScalars: [Unicode.Scalar] = []
    var newSpans: [SourceSpan] = []
    newScalars.reserveCapacity(scalars.count)
    newSpans.reserveCapacity(scalars.count)
    build { scalar, source in
      newScalars.append(scalar)
      newSpans.append(spans[source])
    }
    return AlignedText(scalars: ArraySlice(newScalars), spans: ArraySlice(newSpans))
  }
}
