/// An error in a file of saved attention.
public enum ImportError: Error, Equatable, Sendable, CustomStringConvertible {
  case emptyFile(path: String)
  case packedFile(path: String)
  case unknownFormat(path: String)
  case notText(path: String)
  case newerFormat(path: String, format: String)
  /// The tensors are those of a model.
  case modelWeights(path: String)
  /// `names` are those of the tensors that are there.
  case noAttention(path: String, names: [String])
  /// A web page or notebook that shows something else, or nothing.
  case noAttentionInPage(path: String)
  /// Queries and keys alone, without what a query sees.
  case noWeights(path: String, name: String)

  /// Tokens of a decoder were given where there is none.
  case noDecoder(path: String)
  case noTokens(path: String)
  /// An array of tokens that is no text; `type` is NumPy's.
  case notTexts(path: String, key: String, type: String)
  /// The object that a model returns, of a class called `name`.
  case wholeOutput(path: String, name: String)
  case malformedField(path: String, key: String, expected: String)
  case malformedTensor(path: String, name: String)
  case emptyTensor(path: String, name: String, shape: [Int])
  case valueCount(path: String, key: String, count: Int, tokenCount: Int)
  case tokenCount(
    path: String, tokenCount: Int, name: String, queryCount: Int, keyCount: Int, option: String)
  case pairStart(path: String, start: Int, tokenCount: Int)

  case unclearLayer(path: String, name: String)
  /// Lists in a list that are no steps of a generation with the layers of each.
  case listsOfLayers(path: String, name: String)
  /// A step of a generation that does not follow those before it.
  case stepsDiffer(path: String, name: String, queryCount: Int, keyCount: Int)
  case beamSteps(path: String)
  /// The scores, as they go into the softmax.
  case scores(path: String, name: String)
  case layerTwice(path: String, layer: Int, name: String)
  case unclearAxes(path: String, name: String, shape: [Int])
  case tooLarge(path: String, name: String, layerCount: Int, headCount: Int, tokenCount: Int)
  case axisCount(path: String, name: String, shape: [Int], axes: [Axis])
  case batchNotChosen(path: String, name: String, count: Int)
  case batchOutOfRange(path: String, batch: Int, name: String, count: Int)
  /// An example was asked for where there is only one thing.
  case noBatch(path: String, batch: Int, name: String, shape: [Int])
  /// Queries and keys of self-attention differ in number.
  case notSquare(path: String, name: String, queryCount: Int, keyCount: Int)
  case layersDiffer(path: String, name: String, queryCount: Int, keyCount: Int, other: String)

  case vectorShapes(path: String, layer: Int, queries: [Int], keys: [Int])
  case biasShape(path: String, layer: Int, expected: [Int], found: [Int])
  case notFinite(path: String, name: String)
  case wrongWeights(path: String, name: String, head: Int, failure: WeightFailure)

  public var description: String {
    switch self {
    case .emptyFile(let path):
      return "\(path): the file is empty"
    case .packedFile(let path):
      return "\(path): packed with gzip; unpack it first with gunzip"
    case .unknownFormat(let path):
      return
        "\(path): no saved attention: neither safetensors nor .npz, .npy, .pt, JSON, or a web page of BertViz"
    case .notText(let path):
      return "\(path): not UTF-8 text; convert it first, for example with iconv"
    case .newerFormat(let path, let format):
      return "\(path): written by another version of this program, as \(format)"
    case .modelWeights(let path):
      return "\(path): the weights of a model, not attention; to run it, give its folder and a text"
    case .noAttention(let path, []):
      return "\(path): no attention in it, which is a tensor of two to five dimensions"
    case .noAttention(let path, let names):
      return
        "\(path): no tensor is called attention; there is \(names.prefix(6).joined(separator: ", "))"
    case .noAttentionInPage(let path):
      return "\(path): no attention of BertViz, Tensor2Tensor or CircuitsVis in the page"
    case .noWeights(let path, let name):
      return
        "\(path): \(name) without attention, or else mask: which keys a query sees is not known"
    case .noDecoder(let path):
      return "\(path): no attention of a decoder in it; --tokens gives the tokens"
    case .noTokens(let path):
      return "\(path): no tokens in it"
    case .notTexts(let path, let key, let type):
      return "\(path): \(key) is no text but \(type); save it as numpy.array(\(key), dtype=str)"
    case .wholeOutput(let path, let name):
      return
        "\(path): a whole \(name.split(separator: ".").last ?? ""), of which nothing is run; save \(name.hasPrefix("transformer_lens.") ? "cache.cache_dict" : "output.attentions") alone"
    case .malformedField(let path, let key, let expected):
      return "\(path): \"\(key)\" is not \(expected)"
    case .malformedTensor(let path, let name):
      return
        "\(path): \(name) is no tensor: lists of numbers of equal length, or they do not fit its shape"
    case .emptyTensor(let path, let name, let shape):
      return "\(path): \(name) \(shape) is empty"
    case .valueCount(let path, let key, let count, let tokenCount):
      return "\(path): \(count) values of \"\(key)\" for \(tokenCount) tokens"
    case .tokenCount(let path, let tokenCount, let name, let queryCount, let keyCount, let option):
      return
        "\(path): \(tokenCount) tokens, but \(name) has \(queryCount) queries and \(keyCount) keys; \(option) gives others"
    case .pairStart(let path, let start, let tokenCount):
      return
        "\(path): sentence B cannot begin at token \(start): there are \(tokenCount), valid is 1 … \(tokenCount - 1)"
    case .unclearLayer(let path, let name):
      return "\(path): which layer is \(name)? Call it attention.self.N, N from 0"
    case .listsOfLayers(let path, let name):
      return
        "\(path): \(name) is in lists in a list, and what they are is not known; save the attention of one pass over the whole text"
    case .stepsDiffer(let path, let name, let queryCount, let keyCount):
      return
        "\(path): \(name) has \(queryCount) queries and \(keyCount) keys, and does not follow the steps before it; save the attention of one pass over the whole text"
    case .beamSteps(let path):
      return
        "\(path): steps of a beam search, whose rows are of different texts; generate with num_beams=1, or save the attention of one pass over the whole text"
    case .scores(let path, let name):
      return
        "\(path): \(name) holds scores, of which the weights are the softmax; save these, in TransformerLens hook_pattern"
    case .layerTwice(let path, let layer, let name):
      return "\(path): \(name) is layer \(layer) once more"
    case .unclearAxes(let path, let name, let shape):
      return
        "\(path): what are the axes of \(name) \(shape)? Name them: --axes layers,batch,heads,queries,keys"
    case .tooLarge(let path, let name, let layerCount, let headCount, let tokenCount):
      return
        "\(path): \(layerCount) layers with \(headCount) heads in all, for \(tokenCount) tokens? If the axes of \(name) are in another order, --axes says so"
    case .axisCount(let path, let name, let shape, let axes):
      return
        "\(path): \(name) \(shape) has \(shape.count) axes, --axes names \(axes.count): \(axes.map(\.rawValue).joined(separator: ", ")); name those of one tensor"
    case .batchNotChosen(let path, let name, let count):
      return
        "\(path): \(count) examples in \(name)? --batch 0 … \(count - 1) chooses one; if these are no batch, --axes says what they are"
    case .batchOutOfRange(let path, let batch, let name, let count):
      return
        "\(path): no example \(batch) in \(name): there are \(count), from 0 on"
    case .noBatch(let path, let batch, let name, let shape):
      return "\(path): no example \(batch): \(name) \(shape) has no batch; leave out --batch"
    case .notSquare(let path, let name, let queryCount, let keyCount):
      return
        "\(path): \(name) has \(queryCount) queries and \(keyCount) keys, as from steps of a generation; save the attention of one pass over the whole text"
    case .layersDiffer(let path, let name, let queryCount, let keyCount, let other):
      return
        "\(path): \(name) has \(queryCount) queries and \(keyCount) keys, unlike \(other): save the attention of one pass"
    case .vectorShapes(let path, let layer, let queries, let keys):
      return
        "\(path): queries \(queries) and keys \(keys) of layer \(layer) do not go together; [heads, tokens, size] is needed"
    case .biasShape(let path, let layer, let expected, let found):
      return "\(path): the bias of layer \(layer) is \(found) instead of \(expected)"
    case .notFinite(let path, let name):
      return "\(path): \(name) holds NaN; torch.nan_to_num makes it 0"
    case .wrongWeights(let path, let name, let head, let failure):
      return "\(path): \(name), head \(head), query \(failure)"
    }
  }
}

/// A defect that no attention weight can have.
public enum WeightFailure: Error, Equatable, Sendable, CustomStringConvertible {
  case negative(query: Int)
  case notFinite(query: Int)
  case tooLarge(query: Int)

  public var description: String {
    switch self {
    case .negative(let query):
      "\(query): a negative weight: are these scores? The weights are their softmax"
    case .notFinite(let query):
      "\(query): NaN or infinity; torch.nan_to_num makes NaN 0, where padding sees nothing"
    case .tooLarge(let query):
      "\(query): weights that sum to more than \(Int(WeightCheck.limit)): are these scores?"
    }
  }
}
