import Files

extension FileBytes {
  /// Bytes made in a test, as a file's.
  public convenience init(name: String = "test", _ bytes: [UInt8]) {
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 16)
    copy.copyBytes(from: bytes)
    // Never freed: static bytes live as long as the program.
    self.init(name: name, static: UnsafeRawBufferPointer(copy))
  }
}
