import Attention
import Files
import TestSupport
import Testing

@testable import Importers

/// What a file leaves open is asked for, what is wrong is named, what is odd is said.
@Suite struct ImportErrorTests {
  private func read(_ json: String, _ options: ImportOptions = .init()) throws -> AttentionRecord {
    try AttentionFile.read(FileBytes(name: "f", Array(json.utf8)), options)
  }

  /// The error's text; the record's notes where there is none.
  private func outcome(_ json: String, _ options: ImportOptions = .init()) -> String {
    do {
      return "notes: \(try read(json, options).notes.joined(separator: "; "))"
    } catch let error as ImportError {
      return error.description
    } catch {
      return "other: \(error)"
    }
  }

  /// Lists in lists of `number`.
  private func array(_ shape: [Int], _ number: String = "0.5") -> String {
    guard let first = shape.first else { return number }
    let element = array(Array(shape.dropFirst()), number)
    return "[\(Array(repeating: element, count: first).joined(separator: ","))]"
  }

  private let missing =
    "no tokens in the file: their positions stand for them, --tokens names them"

  // MARK: Formats

  @Test func filesThatAreSomethingElse() {
    func failure(_ bytes: [UInt8]) -> String {
      do {
        _ = try AttentionFile.read(FileBytes(name: "f", bytes), .init())
        return ""
      } catch { return "\(error)" }
    }
    #expect(failure([]) == "f: the file is empty")
    #expect(failure([0x1F, 0x8B, 8, 0]) == "f: packed with gzip; unpack it first with gunzip")
    #expect(
      failure(Array("some text".utf8))
        == "f: no saved attention: neither safetensors nor .npz, .npy, .pt, JSON, or a web page of BertViz"
    )
    #expect(
      failure(Array("<html>{\"attention\": 1".utf8))
        == "f: no attention of BertViz, Tensor2Tensor or CircuitsVis in the page")
    #expect(
      failure(Array("{\"a\": ".utf8)).hasPrefix("f: not valid JSON at line 1, column 7"))
    #expect(failure([0x93] + Array("NUMPY".utf8)).hasPrefix("f: the array is no array of NumPy's"))
  }

  @Test func wordingOfTheRest() {
    let errors: [(ImportError, String)] = [
      (.notText(path: "f"), "f: not UTF-8 text; convert it first, for example with iconv"),
      (.noTokens(path: "f"), "f: no tokens in it"),
      (.emptyTensor(path: "f", name: "a", shape: [0, 2]), "f: a [0, 2] is empty"),
    ]
    for (error, text) in errors { #expect(error.description == text) }
  }

  @Test func aNotebookHoldsPages() throws {
    let page =
      #"<script>\nconst params = {\"attention\": [{\"attn\": [[[[1]]]], "#
      + #"\"left_text\": [\"a\"], \"right_text\": [\"a\"]}]};\n</script>"#
    func notebook(_ outputs: String) -> String {
      #"{"cells": [{"cell_type": "markdown"}, {"outputs": [\#(outputs)]}], "nbformat": 4}"#
    }
    let html = #"{"data": {"text/html": ["\#(page)"]}}"#
    let script = #"{"data": {"application/javascript": "\#(page)", "text/plain": "x"}}"#
    #expect(try read(notebook(html)).stacks[0].keys.map(\.text) == ["a"])
    #expect(
      try read(notebook("\(script), \(html)")).notes == [
        "the page has 2 views: this is the first"
      ])
    #expect(
      outcome(notebook(#"{"name": "stdout"}"#))
        == "f: no attention of BertViz, Tensor2Tensor or CircuitsVis in the page")
  }

  @Test func filesWithoutAttention() {
    #expect(
      outcome(#"{"logits": \#(array([2, 3])), "hidden": \#(array([2, 2, 3]))}"#)
        == "f: no tensor is called attention; there is hidden [2, 2, 3], logits [2, 3]")
    #expect(
      outcome(#"{"a": 1}"#)
        == "f: no attention in it, which is a tensor of two to five dimensions")
    #expect(
      outcome(#"{"bert.pooler.dense.weight": \#(array([2, 2]))}"#)
        == "f: the weights of a model, not attention; to run it, give its folder and a text")
    #expect(
      outcome(#"{"metadata": {"format": "bertviz-tui/2"}, "tensors": {}}"#)
        == "f: written by another version of this program, as bertviz-tui/2")
  }

  @Test func masksAndHiddenStatesAreLeftOut() throws {
    let record = try read(
      """
      {"attention_mask": \(array([1, 2], "1")), "hidden_states": \(array([3, 2, 5])),
       "attentions": [\(array([1, 3, 2, 2]))], "tokens": ["a", "b"]}
      """)
    #expect(record.stacks[0].layers.map(\.headCount) == [3])
    #expect(record.notes == [])
  }

  // MARK: Axes

  @Test func oneTensor() throws {
    #expect(outcome(array([2, 2])) == "notes: \(missing)")
    #expect(outcome(array([1, 2, 2])) == "notes: \(missing)")
    // Layers with a head each would look the same.
    #expect(
      outcome(array([3, 2, 2]))
        == "notes: the array [3, 2, 2] is read as heads, queries, keys; --axes says otherwise; "
        + missing)
    #expect(
      try read(array([3, 2, 2]), ImportOptions(axes: [.layers, .queries, .keys])).notes == [missing]
    )
    #expect(outcome(array([1, 3, 2, 2])) == "notes: \(missing)")
    #expect(
      outcome(array([4, 3, 2, 2]))
        == "notes: the array [4, 3, 2, 2] is read as layers, heads, queries, keys; --axes says otherwise; "
        + missing)
    #expect(try read(array([4, 3, 2, 2])).stacks[0].layers.count == 4)
    #expect(try read(array([4, 1, 3, 2, 2])).stacks[0].layers.count == 4)
    #expect(try read(array([1, 4, 3, 2, 2])).stacks[0].layers.count == 4)
    #expect(
      outcome(array([4, 5, 3, 2, 2]))
        == "f: what are the axes of the array [4, 5, 3, 2, 2]? Name them: --axes layers,batch,heads,queries,keys"
    )
    #expect(outcome(#"{"attention": [[[]]]}"#).hasPrefix("f: no attention in it"))
  }

  @Test func axesAreNamed() throws {
    let named = ImportOptions(axes: [.heads, .layers, .queries, .keys])
    let record = try read(array([4, 3, 2, 2]), named)
    #expect(record.stacks[0].layers.map(\.headCount) == [4, 4, 4])
    #expect(record.notes == [missing])
    #expect(
      outcome(array([4, 3, 2, 2]), ImportOptions(axes: [.heads, .queries, .keys]))
        == "f: the array [4, 3, 2, 2] has 4 axes, --axes names 3: heads, queries, keys; name those of one tensor"
    )
  }

  @Test func axesInAnyOrderGiveTheSameNumbers() throws {
    // [keys, queries, heads]: numbers by place.
    let text = "[[[0.1, 0.2], [0.3, 0.4]], [[0.9, 0.8], [0.7, 0.6]]]"
    let layer = try read(text, ImportOptions(axes: [.keys, .queries, .heads])).stacks[0].layers[0]
    #expect(layer.weights(head: 0).values == [0.1, 0.9, 0.3, 0.7])
    #expect(layer.weights(head: 1).values == [0.2, 0.8, 0.4, 0.6])
    #expect(layer.row(head: 1, query: 1) == [0.4, 0.6])
  }

  @Test func aBatchIsChosen() throws {
    let batch = #"{"layer_0": \#(array([2, 3, 2, 2])), "layer_1": \#(array([2, 3, 2, 2]))}"#
    #expect(
      outcome(batch)
        == "f: 2 examples in layer_0? --batch 0 … 1 chooses one; if these are no batch, --axes says what they are"
    )
    #expect(outcome(batch, ImportOptions(batch: 1)) == "notes: \(missing)")
    #expect(
      outcome(batch, ImportOptions(batch: 2))
        == "f: no example 2 in layer_0: there are 2, from 0 on")
    // A list of examples, each with all layers.
    let layers = ImportOptions(batch: 1, axes: [.layers, .heads, .queries, .keys])
    #expect(try read(batch, layers).stacks[0].layers.count == 2)
    // One layer with a batch, since a batch is asked for.
    let one = try read(array([4, 3, 2, 2]), ImportOptions(batch: 3))
    #expect(one.stacks[0].layers.map(\.headCount) == [3])
    #expect(
      one.notes.first
        == "the array [4, 3, 2, 2] is read as batch, heads, queries, keys; --axes says otherwise")
  }

  @Test func whatHasNoBatchHasNoExamples() {
    let layer = #"{"layer_0": \#(array([3, 2, 2]))}"#
    #expect(
      outcome(layer, ImportOptions(batch: 7))
        == "f: no example 7: layer_0 [3, 2, 2] has no batch; leave out --batch")
    #expect(
      outcome(
        array([4, 3, 2, 2]), ImportOptions(batch: 1, axes: [.layers, .heads, .queries, .keys]))
        == "f: no example 1: the array [4, 3, 2, 2] has no batch; leave out --batch")
    #expect(outcome(layer, ImportOptions(batch: 0)) == "notes: \(missing)")
  }

  @Test func tokensOfABatchAreChosenToo() throws {
    let json = #"{"layer_0": \#(array([2, 3, 2, 2])), "tokens": [["a", "b"], ["c", "d"]]}"#
    #expect(try read(json, ImportOptions(batch: 1)).stacks[0].keys.map(\.text) == ["c", "d"])
  }

  @Test func notTheAxesThatPeopleHave() {
    #expect(
      outcome(array([70_000, 1, 1]))
        == "f: 1 layers with 70000 heads in all, for 1 tokens? If the axes of the array are in another order, --axes says so"
    )
    #expect(
      outcome(array([1, 1, 1, 1_048_577]))
        == "f: 1 layers with 1 heads in all, for 1048577 tokens? If the axes of the array are in another order, --axes says so"
    )
  }

  // MARK: Layers

  @Test func numbersAreTheLayers() throws {
    func layers(_ names: String...) throws -> [Int] {
      let members = names.map { #""\#($0)": \#(array([1, 2, 2]))"# }
      return try read("{\(members.joined(separator: ","))}").stacks[0].layers.map(\.index)
    }
    #expect(try layers("attention.self.7", "attention.self.2") == [2, 7])
    #expect(try layers("attentions_10", "attentions_9") == [9, 10])
    #expect(try layers("layer_7") == [7])
    #expect(try layers("arr_0", "arr_1") == [0, 1])
    #expect(try layers("blocks.3.attn.hook_pattern") == [3])
    #expect(try layers("model.layers.5.self_attn", "v2.model.layers.6.self_attn") == [5, 6])
  }

  @Test func layersThatAreUnclear() {
    let matrix = array([1, 2, 2])
    #expect(
      outcome(#"{"attn_v2_for_bert3": \#(matrix), "attn_1": \#(matrix)}"#)
        == "f: which layer is attn_v2_for_bert3? Call it attention.self.N, N from 0")
    #expect(
      outcome(#"{"attention_a": \#(matrix), "attention_b": \#(matrix)}"#)
        == "f: which layer is attention_a? Call it attention.self.N, N from 0")
    #expect(
      outcome(#"{"attention.99999999": \#(matrix), "attention.1": \#(matrix)}"#)
        == "f: which layer is attention.99999999? Call it attention.self.N, N from 0")
    #expect(
      outcome(#"{"attention_1": \#(matrix), "attention.1": \#(matrix)}"#)
        == "f: attention.1 is layer 1 once more")
  }

  @Test func layersMayDifferInHeads() throws {
    let record = try read(#"{"attention": [\#(array([2, 2, 2])), \#(array([3, 2, 2]))]}"#)
    #expect(record.stacks[0].layers.map(\.headCount) == [2, 3])
    #expect(
      outcome(#"{"attention": [\#(array([2, 2, 2])), \#(array([2, 3, 3]))]}"#)
        == "f: attention.1 has 3 queries and 3 keys, unlike attention.0: save the attention of one pass"
    )
  }

  // MARK: Sides

  @Test func namesTellTheSide() throws {
    let json = """
      {"encoder_attentions": \(array([1, 2, 3, 3])), "decoder_attentions": \(array([1, 2, 2, 2])),
       "cross_attentions": \(array([1, 2, 2, 3])), "encoder_tokens": ["a", "b", "c"],
       "decoder_tokens": ["x", "y"]}
      """
    let record = try read(json)
    #expect(record.stacks.map(\.kind) == [.encoder, .decoder, .cross])
    #expect(record.stacks[2].queries.map(\.text) == ["x", "y"])
    #expect(record.stacks[2].keys.map(\.text) == ["a", "b", "c"])
    for name in ["decoder.layers.0.encoder_attn", "EncDecAttention.0", "crossattention.0"] {
      #expect(TensorName([name]).kind == .cross)
    }
  }

  @Test func queriesAndKeysThatDiffer() throws {
    let record = try read(array([3, 2, 4], "0.25"))
    #expect(record.stacks.map(\.kind) == [.cross])
    #expect(
      record.notes == [
        "queries and keys differ in number: shown as cross attention",
        "the array [3, 2, 4] is read as heads, queries, keys; --axes says otherwise", missing,
      ])
    #expect(
      outcome(#"{"decoder_attentions": [\#(array([1, 2, 1, 4]))]}"#)
        == "f: decoder_attentions has 1 queries and 4 keys, as from steps of a generation; save the attention of one pass over the whole text"
    )
  }

  // MARK: Tokens

  @Test func tokensHaveToFit() throws {
    let json = #"{"attention": \#(array([1, 2, 2])), "tokens": ["a", "b", "c"]}"#
    #expect(
      outcome(json)
        == "f: 3 tokens, but attention has 2 queries and 2 keys; --tokens gives others")
    #expect(outcome(json, ImportOptions(tokens: ["x", "y"])) == "notes: ")
    #expect(
      outcome(#"{"attention": \#(array([1, 2, 2])), "tokens": "a b"}"#)
        == "f: \"tokens\" is not a list of texts")
    #expect(
      outcome(#"{"attention": \#(array([1, 2, 2])), "tokens": ["a", "b"], "input_ids": [1]}"#)
        == "f: 1 values of \"input_ids\" for 2 tokens")
  }

  @Test func whatOthersCallLikewiseIsNotRead() throws {
    let record = try read(
      """
      {"attention": \(array([1, 2, 2])), "tokens": ["a", "b"], "predictions": [3, 4],
       "mask": [[1, 1]], "notes": 7, "scale": 2, "segments": "x", "model": {"name": "m"}}
      """)
    #expect(record.model == "f")
    #expect(record.notes == [])
    #expect(record.predictions == [])
  }

  @Test func wholeNumbersAreNoWeights() {
    let header = "{'descr': '<i8', 'fortran_order': False, 'shape': (1, 1, 1), }\n"
    let bytes =
      [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8)
      + [1, 0, 0, 0, 0, 0, 0, 0]
    let error = #expect(throws: (any Error).self) {
      try AttentionFile.read(FileBytes(name: "f", bytes), .init())
    }
    #expect(
      error.map { "\($0)" }
        == "f: tensor the array: dtype I64 where F32, F16, BF16 or F64 is needed")
  }

  @Test func idsStandForTokens() throws {
    let record = try read(#"{"attention": \#(array([1, 2, 2])), "input_ids": [[101, 7]]}"#)
    #expect(record.stacks[0].keys.map(\.text) == ["#101", "#7"])
    #expect(record.stacks[0].keys.map(\.id) == [101, 7])
  }

  @Test func theSecondSentenceBegins() throws {
    let json = #"{"attention": \#(array([1, 3, 3], "0.3333")), "tokens": ["a", "b", "c"]}"#
    let record = try read(json, ImportOptions(pairStart: 2))
    #expect(record.stacks[0].keys.map(\.segment) == [0, 0, 1])
    #expect(
      outcome(json, ImportOptions(pairStart: 3))
        == "f: sentence B cannot begin at token 3: there are 3, valid is 1 … 2")
    let positions = try read(array([1, 3, 3], "0.3333"), ImportOptions(pairStart: 1))
    #expect(positions.stacks[0].keys.map(\.segment) == [0, 1, 1])
    #expect(outcome(#"{"tokens": [], "attention": [[1]]}"#, ImportOptions(pairStart: 1)) != "")
  }

  // MARK: Weights

  @Test func weightsThatAreNone() {
    func weights(_ values: String) -> String {
      outcome(#"{"attention": [[[0.5, 0.5], [\#(values)]]], "tokens": ["a", "b"]}"#)
    }
    #expect(
      weights("1.5, -0.5")
        == "f: attention, head 0, query 1: a negative weight: are these scores? The weights are their softmax"
    )
    #expect(
      weights("null, 1")
        == "f: attention, head 0, query 1: NaN or infinity; torch.nan_to_num makes NaN 0, where padding sees nothing"
    )
    #expect(
      weights("1e30, 1")
        == "f: attention, head 0, query 1: weights that sum to more than 1000: are these scores?")
    #expect(weights("0.25, 0.5") == "notes: 1 of 2 rows do not sum to 1: one sums to 0.75")
    #expect(weights("0.505, 0.5") == "notes: ")
    #expect(weights("0, 0") == "notes: 1 of 2 rows do not sum to 1: one sums to 0.0")
    for page in ["<html><script>x = {\"attention\": [[NaN]]}</script>", "[[0.5, NaN]]"] {
      #expect(outcome(page).hasSuffix(" holds NaN; torch.nan_to_num makes it 0"))
    }
  }

  @Test func whatIsNoTensor() {
    #expect(
      outcome(#"{"tensors": {"attention.self.0": {"shape": [1, 2, 3], "data": [1, 2, 3, 4]}}}"#)
        == "f: attention.self.0 is no tensor: lists of numbers of equal length, or they do not fit its shape"
    )
    #expect(
      outcome(#"{"attention": [{"attn": [[[1, 0], [1]]], "left_text": [], "right_text": []}]}"#)
        == "f: attention.self.0 is no tensor: lists of numbers of equal length, or they do not fit its shape"
    )
  }

  @Test func queriesAndKeysHaveToFit() {
    func dump(_ tensors: String, _ metadata: String = "") -> String {
      outcome(
        #"{"metadata": {"tokens": ["a", "b"]\#(metadata)}, "tensors": {\#(tensors)}}"#)
    }
    func tensor(_ name: String, _ shape: [Int]) -> String {
      #""\#(name)": {"data": \#(array(shape))}"#
    }
    let weights = tensor("attention.self.0", [2, 2, 2])
    let vectors = tensor("query.self.0", [2, 2, 3]) + "," + tensor("key.self.0", [1, 2, 3])
    #expect(dump("\(weights),\(vectors)") == "notes: ")
    #expect(
      dump("\(weights),\(tensor("query.self.0", [2, 2, 3])),\(tensor("key.self.0", [2, 2, 4]))")
        == "f: queries [2, 2, 3] and keys [2, 2, 4] of layer 0 do not go together; [heads, tokens, size] is needed"
    )
    #expect(
      dump("\(weights),\(vectors),\(tensor("bias.self.0", [2, 2, 3]))")
        == "f: the bias of layer 0 is [2, 2, 3] instead of [2, 2, 2]")
    #expect(
      dump(vectors)
        == "f: query.self.0 without attention, or else mask: which keys a query sees is not known")
    #expect(dump(vectors, #", "mask": {"self": ["causal"]}"#) == "notes: ")
    #expect(
      dump(vectors, #", "mask": {"self": ["sideways"]}"#)
        == "f: \"mask\" is not an object of lists of bidirectional, causal, causal_window:w or band:w"
    )
    #expect(
      dump("\(weights),\(vectors)", #", "scale": {"self": [0]}"#)
        == "f: \"scale\" is not an object of lists of numbers")
    #expect(
      dump("\(weights),\(vectors)", #", "mask": {"self": ["causal"]}"#)
        == "notes: queries and keys left out that do not give the attention, in layers 0")
  }

  // MARK: What people save

  @Test func raggedLists() {
    #expect(
      outcome(#"{"attention": [[[[1, 0], [0.5]]]]}"#).hasPrefix("f: attention is no tensor: lists"))
    // Layers may differ in heads.
    #expect(
      outcome(#"{"attention": [\#(array([1, 2, 2])), \#(array([3, 2, 2]))]}"#)
        == "notes: \(missing)")
  }

  @Test func stepsOfAGeneration() {
    let step = "[\(array([1, 2, 2, 2])), \(array([1, 3, 2, 2]))]"
    #expect(
      outcome("[\(step), \(step)]")
        == "f: tensor 1.0 has 2 queries and 2 keys, and does not follow the steps before it; save the attention of one pass over the whole text"
    )
  }

  @Test func theTokensOfADecoderThatIsNotThere() {
    #expect(
      outcome(array([1, 2, 2]), ImportOptions(decoderTokens: ["a", "b"]))
        == "f: no attention of a decoder in it; --tokens gives the tokens")
  }

  @Test func wordingOfWhatNoTestWrites() {
    #expect(
      ImportError.notTexts(path: "f", key: "tokens", type: "|S5").description
        == "f: tokens is no text but |S5; save it as numpy.array(tokens, dtype=str)")
    #expect(
      ImportError.wholeOutput(path: "f", name: "transformers.a.BertOutput").description
        == "f: a whole BertOutput, of which nothing is run; save output.attentions alone")
  }
}
