/// The fate of the delimiters between pieces: `the-final--cut`, split at `-`.
enum SplitBehavior: String, Sendable {
  /// `the`, `final`, `cut`
  case removed = "Removed"
  /// `the`, `-`, `final`, `-`, `-`, `cut`
  case isolated = "Isolated"
  /// `the-`, `final-`, `-`, `cut`
  case mergedWithPrevious = "MergedWithPrevious"
  /// `the`, `-final`, `-`, `-cut`
  case mergedWithNext = "MergedWithNext"
  /// `the`, `-`, `final`, `--`, `cut`
  case contiguous = "Contiguous"

  init(_ setting: Setting) throws(TokenizerError) {
    guard let behavior = SplitBehavior(rawValue: try setting.string()) else {
      throw setting.wrong(expected: "a split behavior")
    }
    self = behavior
  }
}

extension AlignedText {
  /// The text cut at each scalar that is a delimiter.
  func split(
    _ behavior: SplitBehavior, where isDelimiter: (Unicode.Scalar) -> Bool
  ) -> [AlignedText] {
    var delimiters: [Range<Int>] = []
    for index in indices where isDelimiter(scalars[index]) { delimiters.append(index..<index + 1) }
    return split(behavior, at: delimiters)
  }

  /// The text cut at `delimiters`, which are in order and do not overlap.
  ///
  /// - Parameter isInverted: What lies between the `delimiters` is taken for the delimiters.
  func split(
    _ behavior: SplitBehavior, at delimiters: [Range<Int>], isInverted: Bool = false
  ) -> [AlignedText] {
    var segments: [Segment] = []
    var start = indices.lowerBound
    for delimiter in delimiters {
      if start < delimiter.lowerBound {
        segments.append(Segment(range: start..<delimiter.lowerBound, isDelimiter: isInverted))
      }
      segments.append(Segment(range: delimiter, isDelimiter: !isInverted))
      start = delimiter.upperBound
    }
    if start < indices.upperBound {
      segments.append(Segment(range: start..<indices.upperBound, isDelimiter: isInverted))
    }

    var pieces: [Segment] = []
    for (number, segment) in segments.enumerated() {
      if number > 0, behavior.joins(segments[number - 1], segment) {
        pieces[pieces.count - 1].range =
          pieces[pieces.count - 1].range.lowerBound..<segment.range.upperBound
      } else {
        pieces.append(segment)
      }
    }
    return pieces.compactMap { piece in
      piece.range.isEmpty || behavior == .removed && piece.isDelimiter ? nil : self[piece.range]
    }
  }
}

/// A delimiter, or what lies between two. A delimiter can be empty.
private struct Segment {
  var range: Range<Int>
  var isDelimiter: Bool
}

extension SplitBehavior {
  /// Whether a segment is one piece with that before it.
  fileprivate func joins(_ previous: Segment, _ next: Segment) -> Bool {
    switch self {
    case .removed, .isolated: false
    case .mergedWithPrevious: next.isDelimiter && !previous.isDelimiter
    case .mergedWithNext: previous.isDelimiter && !next.isDelimiter
    case .contiguous: previous.isDelimiter == next.isDelimiter
    }
  }
}
