/// What becomes of the delimiters between pieces: `the-final--cut`, split at `-`.
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
  func split(_ behavior: SplitBehavior, at delimiters: [Range<Int>]) -> [AlignedText] {
    var pieces: [AlignedText] = []
    func add(_ range: Range<Int>) {
      if !range.isEmpty { pieces.append(self[range]) }
    }
    /// Where the piece begins that is not yet added.
    var start = indices.lowerBound
    for (number, delimiter) in delimiters.enumerated() {
      switch behavior {
      case .removed:
        add(start..<delimiter.lowerBound)
        start = delimiter.upperBound
      case .isolated:
        add(start..<delimiter.lowerBound)
        add(delimiter)
        start = delimiter.upperBound
      case .mergedWithPrevious:
        add(start..<delimiter.upperBound)
        start = delimiter.upperBound
      case .mergedWithNext:
        add(start..<delimiter.lowerBound)
        start = delimiter.lowerBound
      case .contiguous:
        let goesOn = number > 0 && delimiters[number - 1].upperBound == delimiter.lowerBound
        if !goesOn {
          add(start..<delimiter.lowerBound)
          start = delimiter.lowerBound
        }
        let isLast =
          number + 1 == delimiters.count
          || delimiters[number + 1].lowerBound > delimiter.upperBound
        if isLast {
          add(start..<delimiter.upperBound)
          start = delimiter.upperBound
        }
      }
    }
    add(start..<indices.upperBound)
    return pieces
  }
}
