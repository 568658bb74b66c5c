/// Names that someone may have meant who typed another one.
enum SimilarName {
  /// Whether the names differ by a typing error or two, or by the organisation before the slash alone.
  static func isSimilar(_ name: String, to typed: String) -> Bool {
    let (name, typed) = (name.lowercased(), typed.lowercased())
    return last(name) == last(typed)
      || distance(Array(name.utf8), Array(typed.utf8)) <= max(1, min(3, typed.utf8.count / 4))
  }

  private static func last(_ name: String) -> Substring { name.split(separator: "/").last ?? "" }

  /// How many letters have to be put in, taken out or replaced to make one of the other (Levenshtein).
  private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var row = Array(0...right.count)
    for (i, letter) in left.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, other) in right.enumerated() {
        let replaced = diagonal + (letter == other ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[right.count]
  }
}
