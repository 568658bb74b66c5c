import Czlib

@testable import Tensors

/// An `.npy` file made of its parts, each of which can be made wrong.
struct NPYBuilder {
  var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }\n"
  var version: UInt8 = 1
  var data = floats(6)

  var bytes: [UInt8] {
    let count = header.utf8.count
    let length = version == 1 ? littleEndian(UInt16(count)) : littleEndian(UInt32(count))
    return [0x93] + Array("NUMPY".utf8) + [version, 0] + length + Array(header.utf8) + data
  }

  init(_ type: String = "<f4", _ shape: String = "(2, 3)", isFortran: Bool = false, _ data: [UInt8])
  {
    let order = isFortran ? "True" : "False"
    header = "{'descr': '\(type)', 'fortran_order': \(order), 'shape': \(shape), }\n"
    self.data = data
  }

  init() {}
}

extension ZipBuilder.Record {
  /// A deflated record.
  static func packed(_ name: String, _ bytes: [UInt8]) -> ZipBuilder.Record {
    var record = ZipBuilder.Record(name, deflated(bytes))
    record.method = 8
    record.packedSize = UInt32(record.bytes.count)
    record.size = UInt32(bytes.count)
    record.checksum = UInt32(bytes.withUnsafeBytes { crc32_z(0, $0.baseAddress, $0.count) })
    return record
  }
}

/// Raw deflate.
func deflated(_ bytes: [UInt8]) -> [UInt8] {
  var stream = z_stream()
  deflateInit2_(
    &stream, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
    Int32(MemoryLayout<z_stream>.size))
  defer { deflateEnd(&stream) }
  var input = bytes
  var output = [UInt8](repeating: 0, count: bytes.count + 100)
  return input.withUnsafeMutableBufferPointer { input in
    output.withUnsafeMutableBufferPointer { output in
      stream.next_in = input.baseAddress
      stream.avail_in = UInt32(input.count)
      stream.next_out = output.baseAddress
      stream.avail_out = UInt32(output.count)
      deflate(&stream, Z_FINISH)
      return Array(output.prefix(output.count - Int(stream.avail_out)))
    }
  }
}
