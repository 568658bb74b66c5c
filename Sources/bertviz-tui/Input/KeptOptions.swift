import ArgumentParser
import Attention
import Explorer

/// The layers and heads there are to look at; their numbers stay those of the model.
struct KeptOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Keep these layers only: 5,6 or 0-3.", valueName: "numbers"))
  var layers: NumberList?

  @Option(help: ArgumentHelp("Keep these heads of each layer only.", valueName: "numbers"))
  var onlyHeads: NumberList?

  var restriction: HeadRestriction {
    HeadRestriction(
      layers: layers.map { Set($0.numbers) }, heads: onlyHeads.map { Set($0.numbers) })
  }

  /// Every number has to be that of a layer or head of one of the stacks.
  func check(in stacks: [AttentionStack]) throws {
    if let layers {
      let all = Set(stacks.flatMap { $0.layerNumbers }).sorted()
      try Self.check(layers.numbers, "--layers", "layer", among: all)
    }
    if let onlyHeads {
      let all = Array(0..<(stacks.map(\.headCount).max() ?? 0))
      try Self.check(onlyHeads.numbers, "--only-heads", "head", among: all)
    }
  }

  static func check(
    _ numbers: [Int], _ option: String, _ what: String, among valid: [Int]
  ) throws {
    guard let wrong = numbers.first(where: { !valid.contains($0) }) else { return }
    throw ProgramError(
      "\(option): there is no \(what) \(wrong), there are \(NumberList.text(of: valid))")
  }
}
