import Files
import TestSupport

@testable import Tensors

/// A safetensors file made of its parts, each of which can be made wrong.
struct SafetensorsBuilder {
  struct Entry {
    var name: String
    var json: String

    init(_ name: String, _ type: String, _ shape: String, _ begin: Int, _ end: Int) {
      self.init(
        name,
        json: #"{"dtype":"\#(type)","shape":\#(shape),"data_offsets":[\#(begin),\#(end)]}"#)
    }

    init(_ name: String, json: String) {
      self.name = name
      self.json = json
    }
  }

  /// A matrix of 1, 2, 3, 4 and a vector of 5, 6.
  var entries = [
    Entry("matrix", "F32", "[2,2]", 0, 16),
    Entry("vector", "F32", "[2]", 16, 24),
  ]
  var metadata = #"{"format":"pt"}"#
  var data: [UInt8] = [1, 2, 3, 4, 5, 6].flatMap { (value: Float) in
    withUnsafeBytes(of: value.bitPattern.littleEndian, Array.init)
  }
  /// Announced instead of the header's length.
  var announcedLength: UInt64?

  var header: String {
    let members =
      [#""__metadata__":\#(metadata)"#] + entries.map { #""\#($0.name)":\#($0.json)"# }
    return "{\(members.joined(separator: ","))}"
  }

  var bytes: [UInt8] { bytes(header: Array(header.utf8)) }

  func bytes(header: [UInt8]) -> [UInt8] {
    let length = announcedLength ?? UInt64(header.count)
    return withUnsafeBytes(of: length.littleEndian, Array.init) + header + data
  }
}

/// What reading `bytes` throws; nil where it succeeds.
func failure(reading bytes: [UInt8]) -> TensorError? {
  do throws(TensorError) {
    _ = try SafetensorsFile(FileBytes(bytes))
    return nil
  } catch {
    return error
  }
}
