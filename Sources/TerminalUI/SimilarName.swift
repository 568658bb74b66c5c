/// Names that someone may have meant who typed another one.
public enum SimilarName {
  /// Those of `names` that differ from `typed` by a typing error or two, that it begins with, or that differ by the
  /// organisation before the slash alone: the nearest first, three at most.
  public static func nearest(to typed: String, among names: [String]) -> [String] {
    let lowered = typed.lowercased()
    let limit = max(1, min(3, lowered.utf8.count / 4))
    let near = names.compactMap { name -> (name: String, distance: Int)? in
      let other = name.lowercased()
      if last(other) == last(lowered) { return (name, 0) }
      if other.utf8.count > 2, lowered.hasPrefix(other) { return (name, 1) }
      let distance = distance(Array(other.utf8), Array(lowered.utf8))
      return distance <= limit ? (name, distance) : nil
    }
    // Of equally near ones the first stays first.
    return Array(
      near.enumerated().sorted {
        ($0.element.distance, $0.offset) < ($1.element.distance, $1.offset)
      }.prefix(3).map(\.element.name))
  }

  /// The end of a message about an unknown name, such as `; did you mean head?`; empty where nothing is near.
  public static func question(_ typed: String, among names: [String]) -> String {
    let near = nearest(to: typed, among: names)
    return near.isEmpty ? "" : "; did you mean \(near.joined(separator: " or "))?"
  }

  private static func last(_ name: String) -> Substring { name.split(separator: "/").last ?? "" }

  /// The number of letters to insert, delete, replace or swap with their neighbour to turn one text into the other
  /// (optimal string alignment).
  private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    // Longer texts are no names.
    guard max(left.count, right.count) <= 256 else { return .max }
    var before: [Int] = []
    var row = Array(0...right.count)
    for i in left.indices {
      var next = [i + 1]
      for j in right.indices {
        var best = min(row[j] + (left[i] == right[j] ? 0 : 1), row[j + 1] + 1, next[j] + 1)
        if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
          best = min(best, before[j - 1] + 1)
        }
        next.append(best)
      }
      (before, row) = (row, next)
    }
    return row[right.count]
  }
}
