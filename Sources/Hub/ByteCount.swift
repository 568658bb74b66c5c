/// A number of bytes for people, in powers of 1000 as the hub shows them: `0 B`, `532 B`, `1.2 MB`, `440 MB`.
public struct ByteCount: CustomStringConvertible {
  public let description: String

  public init(_ count: Int) {
    var unit = 0
    var divisor = 1
    // 999.5 of a unit is rounded to one of the next.
    while unit < Self.units.count - 1, count >= divisor * 1000 - divisor / 2 {
      unit += 1
      divisor *= 1000
    }
    let tenths = (count + divisor / 20) / max(1, divisor / 10)
    let number =
      unit > 0 && tenths < 100
      ? "\(tenths / 10).\(tenths % 10)" : "\((count + divisor / 2) / divisor)"
    description = "\(number) \(Self.units[unit])"
  }

  private static let units = ["B", "kB", "MB", "GB", "TB"]
}
