/// The instructions of a pickle that a checkpoint may contain, by their bytes.
///
/// Protocols 1 to 5, without what looks up extensions, shares buffers, or makes objects with keyword
/// arguments. Reference: Lib/pickletools.py of CPython.
enum PickleOpcode: UInt8 {
  // The course of the program.
  case proto = 0x80
  case frame = 0x95
  case stop = 0x2e  // .
  case mark = 0x28  // (
  case pop = 0x30  // 0
  case popMark = 0x31  // 1
  case duplicate = 0x32  // 2

  // Plain values.
  case none = 0x4e  // N
  case newTrue = 0x88
  case newFalse = 0x89
  case int = 0x49  // I
  case long = 0x4c  // L
  case float = 0x46  // F
  case binInt = 0x4a  // J
  case binInt1 = 0x4b  // K
  case binInt2 = 0x4d  // M
  case long1 = 0x8a
  case long4 = 0x8b
  case binFloat = 0x47  // G

  // Text; strings without encoding are the text of Python 2.
  case shortBinString = 0x55  // U
  case binString = 0x54  // T
  case shortBinUnicode = 0x8c
  case binUnicode = 0x58  // X
  case binUnicode8 = 0x8d
  case shortBinBytes = 0x43  // C
  case binBytes = 0x42  // B
  case binBytes8 = 0x8e
  case byteArray8 = 0x96

  // Collections.
  case emptyTuple = 0x29  // )
  case tuple = 0x74  // t
  case tuple1 = 0x85
  case tuple2 = 0x86
  case tuple3 = 0x87
  case emptyList = 0x5d  // ]
  case list = 0x6c  // l
  case append = 0x61  // a
  case appends = 0x65  // e
  case emptyDictionary = 0x7d  // }
  case dictionary = 0x64  // d
  case setItem = 0x73  // s
  case setItems = 0x75  // u
  case emptySet = 0x8f
  case addItems = 0x90
  case frozenSet = 0x91

  // Memory.
  case binPut = 0x71  // q
  case longBinPut = 0x72  // r
  case memoize = 0x94
  case binGet = 0x68  // h
  case longBinGet = 0x6a  // j

  // Objects.
  case global = 0x63  // c
  case stackGlobal = 0x93
  case reduce = 0x52  // R
  case newObject = 0x81
  case build = 0x62  // b
  case binPersistentId = 0x51  // Q
}
