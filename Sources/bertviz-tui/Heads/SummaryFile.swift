import Attention
import Files
import Runs

/// A file that `heads --summary --json` wrote.
struct SummaryFile {
  let path: String
  private let root: JSONValue

  /// - Throws: `FileError`; `ProgramError` for JSON that is something else.
  init(path: String) throws {
    self.path = path
    root = try JSONDocument(FileBytes.reading(path)).root
    guard root["summary"]?.string == TextSummary.mark else {
      throw ProgramError("\(path): not what \"bertviz-tui heads --summary --json\" wrote")
    }
  }

  private func problem(_ place: String, _ expected: String) -> ProgramError {
    ProgramError("\(path): not as heads --summary wrote it: \(place) has to be \(expected)")
  }

  private func member(_ name: String, of value: JSONValue, _ place: String) throws -> JSONValue {
    guard let member = value[name] else { throw problem("\(place)\(name)", "there") }
    return member
  }

  private func members(
    _ name: String, of value: JSONValue, _ place: String
  ) throws -> [(name: String, value: JSONValue)] {
    guard let object = value[name]?.object else { throw problem("\(place)\(name)", "an object") }
    return object.map { ($0.name, $0.value) }
  }

  private func text(_ name: String, of value: JSONValue, _ place: String = "") throws -> String {
    guard let text = value[name]?.string else { throw problem("\(place)\(name)", "a text") }
    return text
  }

  private func integer(
    _ name: String, of value: JSONValue, _ place: String = "", in range: ClosedRange<Int>
  ) throws -> Int {
    guard let number = value[name]?.integer, range.contains(number) else {
      throw problem(
        "\(place)\(name)", "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// nil for null, and for what is not there.
  private func number(_ name: String, of value: JSONValue, _ place: String) throws -> Float? {
    guard let number = value[name], !number.isNull else { return nil }
    return try float(number, "\(place)\(name)")
  }

  private func float(_ value: JSONValue, _ place: String) throws -> Float {
    guard let number = value.number.map({ Float($0) }), number.isFinite else {
      throw problem(place, "a number")
    }
    return number
  }

  private func list(
    _ name: String, of value: JSONValue, _ place: String = "", count: Int? = nil
  ) throws -> JSONValue.Elements {
    guard let list = value[name]?.array, count.map({ $0 == list.count }) ?? true else {
      throw problem("\(place)\(name)", "a list" + (count.map { " of \($0), one for a text" } ?? ""))
    }
    return list
  }

  /// No model has as many layers, heads or tokens, and no file as many lines.
  private static let numbers = 0...1 << 40

  /// The heads with what the file says of each, and what messages call its place.
  private var heads: [(address: HeadAddress, value: JSONValue, place: String)] {
    get throws {
      var seen: Set<HeadAddress> = []
      return try list("heads", of: root).enumerated().map { index, value in
        let place = "heads[\(index)]."
        guard let kind = AttentionKind(rawValue: try text("kind", of: value, place)) else {
          throw problem("\(place)kind", "a kind of attention")
        }
        let address = HeadAddress(
          kind, layer: try integer("layer", of: value, place, in: Self.numbers),
          head: try integer("head", of: value, place, in: Self.numbers))
        guard seen.insert(address).inserted else {
          throw problem("\(place)head", "there once, and \(address) is there twice")
        }
        return (address, value, place)
      }
    }
  }

  private var textCount: Int { get throws { try list("texts", of: root).count } }

  private func label(_ name: String, _ place: String) throws -> PatternLabel {
    guard let label = PatternLabel(rawValue: name) else { throw problem(place, "a label") }
    return label
  }

  private func measure(_ name: String, _ place: String) throws -> HeadMeasure {
    guard let measure = HeadMeasure(name) else {
      throw problem("\(place).\(name)", "a measure that this version knows")
    }
    return measure
  }

  // MARK: Figures

  /// The figures, as they stand there.
  ///
  /// - Throws: `ProgramError`.
  func evidence() throws -> TextEvidence {
    let count = try textCount
    var evidence: [HeadAddress: HeadEvidence] = [:]
    for (address, value, place) in try heads {
      var head = HeadEvidence()
      for (name, figures) in try members("measures", of: value, place) {
        head.measures[try measure(name, "\(place)measures")] = try self.figures(
          figures, "\(place)measures.\(name).", textCount: count)
      }
      for (name, first) in try members("firsts", of: value, place) {
        let label = try label(name, "\(place)firsts.\(name)")
        let measured = head.measures[HeadMeasure(label)]?.textCount ?? count
        guard let first = first.integer, (0...measured).contains(first) else {
          throw problem("\(place)firsts.\(name)", "a whole number from 0 to \(measured)")
        }
        head.firsts[label] = first
      }
      if let exemplars = value["exemplars"] {
        head.exemplars = try list("top", of: exemplars, "\(place)exemplars.").enumerated().map {
          try exemplar($1, "\(place)exemplars.top[\($0)].")
        }
      }
      evidence[address] = head
    }
    return TextEvidence(model: try text("model", of: root), textCount: count, heads: evidence)
  }

  private func figures(
    _ value: JSONValue, _ place: String, textCount: Int
  ) throws -> HeadEvidence.Measure {
    let (low, high) = (try number("low", of: value, place), try number("high", of: value, place))
    return HeadEvidence.Measure(
      textCount: try integer("texts", of: value, place, in: 1...max(1, textCount)),
      mean: try float(member("mean", of: value, place), "\(place)mean"),
      deviation: try number("sd", of: value, place),
      interval: low.flatMap { low in high.map { HeadEvidence.Interval(low: low, high: $0) } },
      chance: try number("chance", of: value, place), p: try number("p", of: value, place),
      q: try number("q", of: value, place))
  }

  // MARK: Values of single texts

  /// What was measured of each text, to be put together with other parts.
  ///
  /// - Throws: `ProgramError`.
  func summary() throws -> TextSummary {
    let texts = try list("texts", of: root).enumerated().map { index, value in
      let place = "texts[\(index)]."
      return TextMeasures.Text(
        line: try integer("line", of: value, place, in: Self.numbers),
        fingerprint: UInt64(
          bitPattern: Int64(try integer("fingerprint", of: value, place, in: .min ... .max))))
    }
    let limit =
      try member("exemplars", of: root, "").isNull
      ? nil : integer("exemplars", of: root, in: Heads.exemplarLimits)
    var heads: [HeadAddress: TextMeasures.Head] = [:]
    var exemplars: [HeadAddress: HeadExemplars] = [:]
    for (address, value, place) in try self.heads {
      guard value["values"] != nil else {
        throw ProgramError(
          "\(path): it has figures, and no values of single texts, since --top, --only, --layers or --only-heads left some out: make it without"
        )
      }
      heads[address] = try head(value, place, texts.count)
      if let limit {
        exemplars[address] = try self.exemplars(
          member("exemplars", of: value, place), "\(place)exemplars.", limit: limit)
      }
    }
    guard let shard = Shard(argument: try text("shard", of: root)) else {
      throw problem("shard", "a part such as 1/4")
    }
    return TextSummary(
      model: try text("model", of: root),
      changes: try list("changes", of: root).enumerated().map { index, value in
        guard let text = value.string else { throw problem("changes[\(index)]", "a text") }
        return text
      },
      seed: try integer("seed", of: root, in: .min ... .max), exemplarLimit: limit, shard: shard,
      measures: TextMeasures(texts: texts, heads: heads), exemplars: exemplars)
  }

  private func head(
    _ value: JSONValue, _ place: String, _ textCount: Int
  ) throws -> TextMeasures.Head {
    var head = TextMeasures.Head()
    head.labels = try list("labels", of: value, place, count: textCount).map { value in
      try value.isNull ? nil : label(value.string ?? "", "\(place)labels")
    }
    func numbers(_ name: String) throws -> [[Float]] {
      let object = try member(name, of: value, place)
      for (name:other, value:_) in try members(name, of: value, place) {
        _ = try measure(other, "\(place)\(name)")
      }
      return try HeadMeasure.allCases.map { measure in
        // One that could be taken in no text is left out.
        guard object["\(measure)"] != nil else { return Array(repeating: .nan, count: textCount) }
        let place = "\(place)\(name)."
        return try list("\(measure)", of: object, place, count: textCount).map { value in
          try value.isNull ? .nan : float(value, "\(place)\(measure)")
        }
      }
    }
    head.values = try numbers("values")
    head.chances = try numbers("chances")
    return head
  }

  private func exemplars(
    _ value: JSONValue, _ place: String, limit: Int
  ) throws -> HeadExemplars {
    func list<Element>(
      _ name: String, _ element: (JSONValue, String) throws -> Element
    ) throws -> [Element] {
      try self.list(name, of: value, place).enumerated().map {
        try element($1, "\(place)\(name)[\($0)].")
      }
    }
    return HeadExemplars(
      limit: limit, top: try list("top", exemplar),
      sample: try list("sample") { value, place in
        HeadExemplars.Sampled(
          order: UInt64(
            bitPattern: Int64(try integer("order", of: value, place, in: .min ... .max))),
          try exemplar(value, place))
      })
  }

  private func exemplar(_ value: JSONValue, _ place: String) throws -> HeadExemplar {
    HeadExemplar(
      line: try integer("line", of: value, place, in: Self.numbers),
      query: try integer("query", of: value, place, in: Self.numbers),
      queryToken: try text("query_token", of: value, place),
      key: try integer("key", of: value, place, in: Self.numbers),
      keyToken: try text("key_token", of: value, place),
      weight: try float(member("weight", of: value, place), "\(place)weight"),
      size: try float(member("write", of: value, place), "\(place)write"))
  }
}
