import Files

/// A model in GGUF, in one file or in several: `model-00001-of-00003.gguf` and so on.
public struct GGUFParts: Sendable {
  /// The first file, for messages.
  public let path: String
  /// That of the first file.
  public let metadata: [String: GGUFValue]
  public let tensors: [String: Tensor]

  /// - Parameter path: Any one of the files.
  public init(path: String) throws(TensorError) {
    let names = SplitName(path)
    let first = try Self.read(names?.path(of: 1) ?? path)
    self.path = first.path
    metadata = first.metadata
    let count = first.metadata["split.count"]?.integer ?? 1
    guard count > 1 else {
      tensors = first.tensors
      return
    }
    guard let names, names.count == count else {
      throw .unnamedPart(path: first.path, count: count)
    }
    var tensors = first.tensors
    for number in 2...count {
      let partPath = names.path(of: number)
      let part: GGUFFile
      do throws(TensorError) {
        part = try Self.read(partPath)
      } catch .file(.missing) {
        throw .missingShard(path: partPath, index: first.path)
      }
      for (name, tensor) in part.tensors {
        guard tensors.updateValue(tensor, forKey: name) == nil else {
          throw .duplicateTensor(path: partPath, tensor: name)
        }
      }
    }
    self.tensors = tensors
  }

  /// The number of a file among several parts, by its name; nil for a whole one.
  package static func number(of name: String) -> Int? { SplitName(name)?.number }

  /// The ending of a part's name.
  static func ending(_ number: Int, of count: Int) -> String {
    let digits = [number, count].map { number in
      String(repeating: "0", count: max(0, 5 - String(number).count)) + String(number)
    }
    return "-\(digits[0])-of-\(digits[1]).gguf"
  }

  private static func read(_ path: String) throws(TensorError) -> GGUFFile {
    try GGUFFile(TensorError.wrapping { () throws(FileError) in try FileBytes(mapping: path) })
  }
}

/// The name of a part: `STEM-00001-of-00003.gguf`.
private struct SplitName {
  private let stem: Substring
  let number: Int
  let count: Int

  init?(_ path: String) {
    guard path.hasSuffix(".gguf") else { return nil }
    let parts = path.dropLast(".gguf".count).split(
      separator: "-", omittingEmptySubsequences: false)
    guard parts.count >= 4, parts[parts.count - 2] == "of",
      let number = Self.number(parts[parts.count - 3]), let count = Self.number(parts.last!),
      1...max(1, count) ~= number
    else { return nil }
    stem = path.dropLast("-00001-of-00001.gguf".count)
    self.number = number
    self.count = count
  }

  private static func number(_ digits: Substring) -> Int? {
    digits.utf8.count == 5 && digits.allSatisfy { "0"..."9" ~= $0 } ? Int(digits) : nil
  }

  func path(of number: Int) -> String { "\(stem)\(GGUFParts.ending(number, of: count))" }
}
