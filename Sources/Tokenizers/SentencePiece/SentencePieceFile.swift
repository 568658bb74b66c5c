import Files

/// The contents of a sentencepiece model file: its pieces, and how texts are prepared for them.
///
/// Format: the message ModelProto of sentencepiece_model.proto. Its settings for training are left aside.
struct SentencePieceFile {
  let path: String
  private(set) var pieces: [Piece] = []
  private(set) var algorithm = Algorithm.unigram
  private(set) var unknownID: Int32 = 0
  /// Text that is no piece is spelled by its bytes.
  private(set) var fallsBackToBytes = false
  private(set) var charsmap: Charsmap?
  /// Puts a space before each text.
  private(set) var addsDummyPrefix = true
  /// Takes spaces off the ends, and makes one of several.
  private(set) var removesExtraSpaces = true

  struct Piece {
    var text = ""
    var score: Float = 0
    var kind = Kind.normal

    enum Kind: UInt64 {
      case normal = 1
      case unknown
      case control
      /// Taken as it is wherever it stands.
      case userDefined
      case unused
      /// Stands for one byte of what is no piece.
      case byte
    }
  }

  enum Algorithm: UInt64 {
    case unigram = 1
    case bpe
    case word
    case character
  }

  init(_ file: FileBytes) throws(TokenizerError) {
    path = file.path
    defer { withExtendedLifetime(file) {} }
    var reader = ProtobufReader(file.bytes, file: path)
    while let field = try reader.next() {
      switch (field.number, field.value) {
      case (1, .bytes(let bytes)): pieces.append(try Piece(bytes, file: path))
      case (2, .bytes(let bytes)): try readTrainer(bytes)
      case (3, .bytes(let bytes)): try readNormalizer(bytes)
      default: break
      }
    }
    guard !pieces.isEmpty else { throw .emptyVocabulary(file: path) }
    guard pieces.count <= Vocabulary.maximumCount else {
      throw .vocabularyTooLarge(file: path, maximum: Vocabulary.maximumCount)
    }
    guard pieces.allSatisfy({ $0.text.utf8.count <= PieceTable.maximumLength }) else {
      throw .tokenTooLong(file: path, maximum: PieceTable.maximumLength)
    }
    guard 0..<pieces.count ~= Int(unknownID) else { throw reader.malformed }
  }

  private mutating func readTrainer(_ bytes: UnsafeRawBufferPointer) throws(TokenizerError) {
    var reader = ProtobufReader(bytes, file: path)
    while let field = try reader.next() {
      switch (field.number, field.value) {
      case (3, .varint(let value)): algorithm = Algorithm(rawValue: value) ?? algorithm
      case (24, .varint(1...)): throw unsupported("treat_whitespace_as_suffix")
      case (35, .varint(let value)): fallsBackToBytes = value != 0
      case (40, .varint(let value)): unknownID = Int32(exactly: value) ?? -1
      default: break
      }
    }
  }

  private mutating func readNormalizer(_ bytes: UnsafeRawBufferPointer) throws(TokenizerError) {
    var reader = ProtobufReader(bytes, file: path)
    while let field = try reader.next() {
      switch (field.number, field.value) {
      case (2, .bytes(let bytes)) where !bytes.isEmpty:
        guard let charsmap = Charsmap(bytes) else { throw reader.malformed }
        self.charsmap = charsmap
      case (3, .varint(let value)): addsDummyPrefix = value != 0
      case (4, .varint(let value)): removesExtraSpaces = value != 0
      case (5, .varint(0)): throw unsupported("escape_whitespaces = false")
      default: break
      }
    }
  }

  func unsupported(_ type: String) -> TokenizerError {
    .unsupported(file: path, stage: "sentencepiece model", type: type)
  }
}

extension SentencePieceFile.Piece {
  fileprivate init(_ bytes: UnsafeRawBufferPointer, file: String) throws(TokenizerError) {
    var reader = ProtobufReader(bytes, file: file)
    while let field = try reader.next() {
      switch (field.number, field.value) {
      case (1, .bytes(let bytes)):
        guard let text = String(validating: bytes, as: UTF8.self) else { throw reader.malformed }
        self.text = text
      case (2, .fixed32(let bits)): score = Float(bitPattern: bits)
      case (3, .varint(let value)): kind = Kind(rawValue: value) ?? kind
      default: break
      }
    }
    // Scores are compared and added up.
    guard score.isFinite else { throw reader.malformed }
  }
}
