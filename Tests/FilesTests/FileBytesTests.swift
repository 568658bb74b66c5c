import Files
import Testing

@Suite struct FileBytesTests {
  @Test func aDeviceWithoutAnEndIsGivenUp() {
    let error = #expect(throws: FileError.self) {
      try FileBytes.reading("/dev/zero", limit: 1 << 20)
    }
    #expect(
      error?.description == "/dev/zero: more than 1 MB; save it in a file, and give that")
  }

  @Test func aDeviceThatHasNothingIsEmpty() throws {
    #expect(try FileBytes.reading("/dev/null").bytes.isEmpty)
  }
}
