extension [UInt8] {
  /// What stands behind a byte order mark, with which files of Windows begin: it is no part of their text.
  public var withoutByteOrderMark: ArraySlice<UInt8> {
    starts(with: [0xEF, 0xBB, 0xBF]) ? dropFirst(3) : self[...]
  }
}
