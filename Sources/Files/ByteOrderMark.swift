extension [UInt8] {
  /// The bytes behind a byte order mark, with which files from Windows begin: it is no part of their text.
  public var withoutByteOrderMark: ArraySlice<UInt8> {
    starts(with: [0xEF, 0xBB, 0xBF]) ? dropFirst(3) : self[...]
  }
}
