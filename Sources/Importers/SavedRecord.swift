import Attention
import Tensors

/// Makes a record of what a file holds.
struct SavedRecord {
  let contents: SavedContents
  let options: ImportOptions

  private var path: String { contents.path }
  private var fields: SavedFields { contents.fields }

  func record() throws -> AttentionRecord {
    if let format = fields["format"]?.string, format.hasPrefix("bertviz-tui/"), !fields.isOwn {
      throw ImportError.newerFormat(path: path, format: format)
    }
    var saved = try contents.stacks(options)
    var notes = contents.notes
    if let own = saved.firstIndex(where: { $0.kind == .own }), saved.count == 1,
      let layer = saved[own].layers.first, layer.queryCount != layer.keyCount
    {
      saved[own].kind = .cross
      notes.append("queries and keys differ in number: shown as cross attention")
    }
    if let guess = saved.compactMap(\.guess).first {
      let axes = guess.axes.map(\.rawValue).joined(separator: ", ")
      notes.append("\(guess.name) \(guess.shape) is read as \(axes); --axes says otherwise")
    }

    if options.decoderTokens != nil,
      !saved.contains(where: { [.decoder, .cross].contains($0.kind) })
    {
      throw ImportError.noDecoder(path: path)
    }
    let sides = try SavedSides(fields, options)
    let tokenTypeIDs = try fields.integers("token_type_ids", batch: options.batch)
    let interventions = try fields.interventions
    var check = WeightCheck(mask: .bidirectional)
    var stacks: [AttentionStack] = []
    var leftOutLayers: [Int] = []
    for stack in saved {
      let tokens = try sides.tokens(of: stack, isWithCross: saved.contains { $0.kind == .cross })
      let made = try SavedLayers(
        path: path, fields: fields, stack: stack, tokens: tokens, cuts: interventions.cuts
      ).make()
      stacks.append(made.stack)
      leftOutLayers += made.layersWithoutVectors
      check.add(made.check)
    }
    if let count = saved.compactMap(\.stepCount).max() {
      notes.append(
        "\(count) steps of a generation, put together: a row for each token that the model read")
    }
    if check.wrongCount > 0, let scores = saved.first(where: \.isNamedScores) {
      throw ImportError.scores(path: path, name: scores.layers[0].name)
    }
    if check.wrongCount > 0 {
      notes.insert(
        "\(check.wrongCount) of \(check.rowCount) rows do not sum to 1: one sums to "
          + "\(check.farthestSum)", at: 0)
    }
    if !leftOutLayers.isEmpty {
      let layers = Set(leftOutLayers).sorted().map(String.init).joined(separator: ", ")
      notes.append("queries and keys left out that do not give the attention, in layers \(layers)")
    }
    if sides.areAnyMissing(stacks.map(\.kind)) {
      notes.append("no tokens in the file: their positions stand for them, --tokens names them")
    }
    if fields.isOwn {
      if let heads = try fields.integers("heads", batch: nil), heads != Array(heads.indices) {
        notes.append(SavedContents.note(ofHeads: heads))
      }
      notes += try fields.texts("notes", batch: nil) ?? []
    }
    return AttentionRecord(
      model: name, stacks: stacks,
      tokenTypeIDs: tokenTypeIDs?.count == stacks[0].keys.count ? tokenTypeIDs : nil,
      predictions: try predictions(tokenCount: stacks.map(\.queries.count).max() ?? 0),
      notes: notes, rowsSumToOne: check.wrongCount == 0,
      interventions: interventions)
  }

  /// The model, or the file without its ending.
  private var name: String {
    for key in ["model", "model_name"] {
      if let name = fields[key]?.string, !name.isEmpty { return name }
    }
    let file = path.split(separator: "/").last.map(String.init) ?? path
    let stem = file.split(separator: ".").dropLast().joined(separator: ".")
    return stem.isEmpty ? file : stem
  }

  /// - Parameter tokenCount: Predictions for other positions are left out.
  private func predictions(tokenCount: Int) throws -> [Prediction] {
    guard fields.isOwn else { return [] }
    let expected = "a list of objects with position, token and probability"
    return try fields.list("predictions", expected, batch: nil) { value -> Prediction? in
      guard let position = value["position"]?.integer, position >= 0,
        let text = value["token"]?.string, let probability = value["probability"]?.number,
        (0...1).contains(probability)
      else { return nil }
      let token = Token(
        text: text, display: value["display"]?.string ?? text, id: value["id"]?.integer)
      return Prediction(position: position, token: token, probability: Float(probability))
    }?.filter { $0.position < tokenCount } ?? []
  }
}
