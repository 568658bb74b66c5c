// Finds the induction heads of a checkpoint: heads that look at what followed the same token before.
//
//   swift run find-induction-heads [FOLDER]
//
// The text is scattered tokens, twice: nothing but the repetition can be learned from it, so a head that finds
// its way in the second half does so by induction (Olsson et al., arXiv:2209.11895).
// FOLDER holds a decoder's checkpoint; without it, the built-in GPT-2 is taken.
// Products used: Transformers, DemoModels.

import Attention
import DemoModels
import Files
import Runs

@main
struct FindInductionHeads {
  static func main() throws {
    let folder = CommandLine.arguments.dropFirst().first
    let model = try LoadedModel(
      folder.map { try ModelFiles(folder: $0) } ?? DemoModel.gpt2.files)
    let ids = (1...24).map { $0 * 7_919 % model.summary.vocabularySize }
    let record = try model.run(ModelRequest(inputIDs: ids + ids)).record

    var scores: [(name: String, score: Float)] = []
    for (layer, heads) in record.stacks[0].summaries.enumerated() {
      for (head, summary) in heads.enumerated() {
        let score = HeadMeasure.score(.induction).value(of: summary) ?? 0
        scores.append(("layer \(layer) head \(head)", score))
      }
    }
    // 0.4: what the program asks of a label, too.
    let found = scores.filter { $0.score >= 0.4 }.sorted { $0.score > $1.score }
    for (name, score) in found { print("\(name): \(Int((score * 100).rounded()))%") }
    if found.isEmpty { print("none of \(scores.count) heads") }
  }
}
