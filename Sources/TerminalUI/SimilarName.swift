/// Names that someone may have meant who typed another one.
package enum SimilarName {
  /// The one of `names` that was most likely meant: a typing error or two away, or begun alike; nil where none is.
  package static func nearest(to typed: String, among names: some Sequence<String>) -> String? {
    let wanted = Array(typed.lowercased().utf8)
    guard wanted.count > 1 else { return nil }
    var best: (name: String, distance: Int)?
    for name in names {
      let letters = Array(name.lowercased().utf8)
      let continues = letters.count > 2 && wanted.starts(with: letters)
      let distance = continues ? 1 : distance(letters, wanted)
      guard distance <= max(1, min(3, wanted.count / 3)), distance < best?.distance ?? .max else {
        continue
      }
      best = (name, distance)
    }
    return best?.name
  }

  /// Whether the names differ by a typing error or two, or by the organisation before the slash alone.
  package static func isSimilar(_ name: String, to typed: String) -> Bool {
    let (name, typed) = (name.lowercased(), typed.lowercased())
    return last(name) == last(typed)
      || distance(Array(name.utf8), Array(typed.utf8)) <= max(1, min(3, typed.utf8.count / 4))
  }

  private static func last(_ name: String) -> Substring { name.split(separator: "/").last ?? "" }

  /// How many letters have to be put in, taken out, replaced, or changed over with the next one, to make one of the
  /// other (optimal string alignment).
  private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var before: [Int] = []
    var row = Array(0...right.count)
    for (i, letter) in left.enumerated() {
      var next = [i + 1]
      for (j, other) in right.enumerated() {
        var least = min(row[j] + (letter == other ? 0 : 1), row[j + 1] + 1, next[j] + 1)
        if i > 0, j > 0, letter == right[j - 1], left[i - 1] == other {
          least = min(least, before[j - 1] + 1)
        }
        next.append(least)
      }
      before = row
      row = next
    }
    return row[right.count]
  }
}
