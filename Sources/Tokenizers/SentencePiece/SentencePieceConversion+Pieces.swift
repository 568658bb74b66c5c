extension SentencePieceConversion {
  /// The vocabulary, its places being the ids, and the id of what is in no vocabulary.
  func pieces() throws(TokenizerError) -> (pieces: [ScoredPiece], unknownID: Int32) {
    func tokens(_ texts: [String], score: Double = 0) -> [ScoredPiece] {
      texts.map { ScoredPiece(text: $0, score: score) }
    }
    func pieces(from first: Int) -> [ScoredPiece] {
      file.pieces.dropFirst(first).map { ScoredPiece(text: $0.text, score: Double($0.score)) }
    }
    /// Fairseq has its own first four tokens, and one place more than sentencepiece.
    let fairseq = tokens(["<s>", "<pad>", "</s>", "<unk>"]) + pieces(from: 3)

    switch family {
    case .albert:
      // A comma after a digit shall be a piece of its own.
      let all = pieces(from: 0).map { piece in
        piece.text.endsInDigitAndComma
          ? ScoredPiece(text: piece.text, score: piece.score - 100) : piece
      }
      return (all, file.unknownID)
    case .debertaV2, .t5:
      return (pieces(from: 0) + tokens(extraTokens), file.unknownID)
    case .camembert:
      let first = tokens(["<s>NOTUSED", "<pad>", "</s>NOTUSED", "<unk>"])
      let unused = tokens(["<unk>NOTUSED"], score: -100)
      return (first + unused + pieces(from: 1) + tokens([special(.mask)]), 3)
    case .xlmRoberta:
      return (fairseq + tokens([special(.mask)]), 3)
    case .mbart:
      return (fairseq + tokens(LanguageTokens.mbartCodes + [special(.mask)]), 3)
    case .mbart50:
      return (fairseq + tokens(LanguageTokens.mbart50Codes + [special(.mask)]), 3)
    case .nllb:
      return (fairseq, 3)
    case .pegasus:
      let first = [special(.padding), special(.end)] + pegasusMasks
      let unused = tokens(pegasusUnused, score: -100)
      let offset = Int32(first.count + unused.count) - 2
      return (tokens(first) + unused + pieces(from: 2), file.unknownID + offset)
    case .llama:
      return (tokens(file.pieces.prefix(3).map(\.text)) + pieces(from: 3), 0)
    case .gemma:
      let first = [special(.padding), special(.end), special(.beginning)]
      var all = tokens(first) + pieces(from: 3)
      // Older files lack the tab, and have it as a byte only.
      if !all.contains(where: { $0.text == "\t" }),
        let index = all.firstIndex(where: { $0.text == "<0x09>" })
      {
        all[index] = ScoredPiece(text: "\t", score: 0)
      }
      return (all, 3)
    }
  }

  /// Special tokens of the family that no configuration needs to name.
  var extraTokens: [String] {
    switch family {
    case .t5:
      let count = (try? configuration?["extra_ids"].ifPresent?.natural()) ?? 100
      return (0..<min(count, 1000)).reversed().map { "<extra_id_\($0)>" }
    case .pegasus: return pegasusMasks + pegasusUnused
    case .mbart: return LanguageTokens.mbartCodes
    case .mbart50: return LanguageTokens.mbart50Codes
    default: return []
    }
  }

  /// For a whole sentence and for a word.
  private var pegasusMasks: [String] { ["<mask_1>", special(.mask)] }
  private var pegasusUnused: [String] { (2..<103).map { "<unk_\($0)>" } }
}

extension String {
  fileprivate var endsInDigitAndComma: Bool {
    let end = unicodeScalars.suffix(2)
    guard end.count == 2, end.last == ",", let digit = end.first?.properties.numericType else {
      return false
    }
    return digit == .decimal || digit == .digit
  }
}
