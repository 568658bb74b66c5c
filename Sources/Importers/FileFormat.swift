import Files
import Tensors

/// The format of a file by its first bytes: its ending may say anything.
enum FileFormat {
  case safetensors, npz, npy, torch, json, html

  /// - Throws: `ImportError` with what the file is, if that is known.
  init(_ file: FileBytes) throws(ImportError) {
    let bytes = file.bytes
    guard !bytes.isEmpty else { throw .emptyFile(path: file.path) }
    let text = bytes.prefix(1 << 12).drop { " \t\r\n".utf8.contains($0) }
    // A byte order mark may come before JSON and HTML.
    let first = text.starts(with: [0xEF, 0xBB, 0xBF]) ? text.dropFirst(3).first : text.first
    if bytes.count > 8, bytes[6] == 0, bytes[7] == 0, bytes[8] == UInt8(ascii: "{") {
      // A length that fits comes first, and its lower bytes may be any.
      self = .safetensors
    } else if bytes.starts(with: [0x93] + "NUMPY".utf8) {
      self = .npy
    } else if bytes.starts(with: [0x50, 0x4B, 3, 4]) {
      self = Self.isTorch(file) ? .torch : .npz
    } else if bytes.starts(with: [0x80]) {
      self = .torch
    } else if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
      self = .json
    } else if first == UInt8(ascii: "<") {
      self = .html
    } else if bytes.starts(with: [0x1F, 0x8B]) {
      throw .packedFile(path: file.path)
    } else {
      throw .unknownFormat(path: file.path)
    }
  }

  /// The first record of an archive of torch.save has the description of the tensors: its name stands at byte 30.
  private static func isTorch(_ file: FileBytes) -> Bool {
    let name = file.bytes.dropFirst(30).prefix(1 << 10)
    guard file.bytes.count > 28 else { return false }
    let count = Int(file.bytes[26]) | Int(file.bytes[27]) << 8
    return name.prefix(count).reversed().starts(with: "data.pkl".utf8.reversed())
  }
}
