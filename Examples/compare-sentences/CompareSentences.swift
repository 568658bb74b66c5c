// Compares a head across two sentences that differ in a word: which tokens look somewhere else now?
//
//   swift run compare-sentences LAYER HEAD SENTENCE SENTENCE [FOLDER]
//
// FOLDER holds a checkpoint in Hugging Face layout; without it, the built-in BERT is taken.
// Products used: Transformers, DemoModels.

import Attention
import DemoModels
import Files
import Runs

@main
struct CompareSentences {
  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst()
    guard arguments.count >= 4, let layer = Int(arguments[1]), let head = Int(arguments[2]) else {
      print("usage: compare-sentences LAYER HEAD SENTENCE SENTENCE [FOLDER]")
      return
    }
    let model = try LoadedModel(
      arguments.count > 4 ? ModelFiles(folder: arguments[5]) : DemoModel.bert.files)

    /// Each token with the one that it looks at most.
    func looks(_ sentence: String) throws -> [(token: String, key: String)] {
      let attention = try model.run(ModelRequest(text: sentence)).record.stacks[0]
      let weights = attention.layers[layer].weights(head: head)
      return attention.queries.indices.map { query in
        let key = weights.heaviestKeys(of: query)[0].key
        return (attention.queries[query].text, attention.keys[key].text)
      }
    }

    for (first, second) in try zip(looks(arguments[3]), looks(arguments[4]))
    where first != second {
      print("\(first.token) → \(first.key)   \(second.token) → \(second.key)")
    }
  }
}
