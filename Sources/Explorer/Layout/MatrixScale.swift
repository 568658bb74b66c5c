/// The scale at which the matrix view shows a head.
struct MatrixScale: Equatable {
  /// Cells with numbers, one for each pair, instead of pixels.
  var showsNumbers: Bool
  /// Neighbours that share a pixel.
  var queriesPerBin: Int
  var keysPerBin: Int

  static let numbers = MatrixScale(showsNumbers: true, queriesPerBin: 1, keysPerBin: 1)

  /// Whether a pixel is the largest of several weights.
  var isPooled: Bool { queriesPerBin > 1 || keysPerBin > 1 }

  /// Queries in a row of the screen: a row of pixels is half as high as a character.
  var queriesPerRow: Int { showsNumbers ? 1 : 2 * queriesPerBin }

  /// One picture looks at no more pairs than this, each of which may have to be weighed.
  static let pairLimit = 1 << 24
  /// Columns of a cell with a number, at most and at least.
  static let widestNumber = 13
  static let narrowestNumber = 3

  /// The scales for a head, from far to near, and which of them shows as much as fits.
  static func all(
    queryCount: Int, keyCount: Int, columns: Int, rows: Int
  ) -> (scales: [MatrixScale], fitting: Int) {
    if columns / max(1, keyCount) >= narrowestNumber, queryCount <= rows {
      let pixels = MatrixScale(showsNumbers: false, queriesPerBin: 1, keysPerBin: 1)
      return ([pixels, numbers], 1)
    }
    let queriesAtMost = max(1, pairLimit / max(1, keyCount) / (2 * rows))
    var scale = MatrixScale(
      showsNumbers: false,
      queriesPerBin: min(queriesAtMost, divide(max(1, queryCount), by: 2 * rows)),
      keysPerBin: divide(max(1, keyCount), by: columns))
    var scales = [scale]
    while scale.queriesPerBin > 1 || scale.keysPerBin > 1 {
      scale.queriesPerBin = divide(scale.queriesPerBin, by: 2)
      scale.keysPerBin = divide(scale.keysPerBin, by: 2)
      scales.append(scale)
    }
    return (scales + [numbers], 0)
  }

  /// Rounded up.
  static func divide(_ count: Int, by size: Int) -> Int { (count + size - 1) / size }
}
