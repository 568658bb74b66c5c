// Finds the induction heads of a checkpoint: heads that look at what followed the same token before.
//
//   swift run find-induction-heads [FOLDER]
//
// The text is random tokens, twice: nothing but the repetition can be learned from it, so a head that finds
// its way in the second half does so by induction (Olsson et al., arXiv:2209.11895).
// FOLDER holds a decoder's checkpoint; without it, the built-in GPT-2 is taken.
// Products used: Transformers, DemoModels.

import Attention
import DemoModels
import Files
import Transformers

@main
struct FindInductionHeads {
  static func main() throws {
    let folder = CommandLine.arguments.dropFirst().first
    let files = try folder.map { try ModelFiles(folder: $0) } ?? DemoModel.gpt2.files
    let model = try ModelRegistry.loadModel(from: files)

    let ids = randomIDs(count: 24, below: model.summary.vocabularySize)
    let tokens = (ids + ids).map { Token(text: "#\($0)", display: "#\($0)", id: $0) }
    let output = try model.forward(ModelInput(tokens: tokens, ids: ids + ids))

    var heads: [(layer: Int, head: Int, score: Float)] = []
    for (layer, summaries) in zip(output.stacks[0].layers, output.stacks[0].summaries) {
      for (head, summary) in summaries.enumerated() {
        let score = HeadMeasure.score(.induction).value(of: summary) ?? 0
        heads.append((layer.index, head, score))
      }
    }
    // 0.4: what the program asks of a label, too.
    let found = heads.filter { $0.score >= 0.4 }.sorted { $0.score > $1.score }
    for head in found {
      print("layer \(head.layer) head \(head.head): \(Int((head.score * 100).rounded()))%")
    }
    if found.isEmpty { print("none of \(heads.count) heads") }
  }

  /// The same numbers in each run (a linear congruential generator, with Knuth's constants for MMIX).
  static func randomIDs(count: Int, below limit: Int) -> [Int] {
    var state: UInt64 = 1
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(limit))
    }
  }
}
