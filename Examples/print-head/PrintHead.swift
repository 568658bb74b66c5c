// Prints one head as text: for each token of a sentence, the three that it looks at most.
//
//   swift run print-head LAYER HEAD TEXT [FOLDER]
//
// FOLDER holds a checkpoint in Hugging Face layout; without it, the built-in BERT is taken.
// Products used: Transformers, DemoModels.

import Attention
import DemoModels
import Files
import Runs

@main
struct PrintHead {
  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst()
    guard arguments.count >= 3, let layer = Int(arguments[1]), let head = Int(arguments[2]) else {
      print("usage: print-head LAYER HEAD TEXT [FOLDER]")
      return
    }
    let model = try LoadedModel(
      arguments.count > 3 ? ModelFiles(folder: arguments[4]) : DemoModel.bert.files)
    // One stack, unless the model has an encoder and a decoder.
    let attention = try model.run(ModelRequest(text: arguments[3])).record.stacks[0]
    guard attention.layers.indices.contains(layer),
      (0..<attention.layers[layer].headCount).contains(head)
    else {
      print("the model has \(attention.layers.count) layers of \(attention.headCount) heads")
      return
    }

    let weights = attention.layers[layer].weights(head: head)
    for (query, token) in attention.queries.enumerated() {
      let keys = weights.heaviestKeys(of: query, limit: 3).map { key, weight in
        "\(attention.keys[key].text) \(Int((weight * 100).rounded()))%"
      }
      print("\(token.text) → \(keys.joined(separator: ", "))")
    }
  }
}
