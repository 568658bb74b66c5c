import Attention
import Files
import Tensors

/// An error in a model's configuration and weights, or in an input for it.
public enum TransformerError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The configuration is JSON, but no object.
  case notAnObject(path: String)
  case missingKey(String, path: String)
  /// The value of `key` is of another kind than `expected`, such as "a whole number".
  case wrongKind(key: String, expected: String, found: JSONValue.Kind, path: String)
  /// A size is zero, negative or beyond what any model has, or an id outside its table.
  case integerOutOfRange(key: String, value: Int, range: ClosedRange<Int>, path: String)
  case numberOutOfRange(key: String, value: Double, path: String)
  case numberNotPositive(key: String, value: Double, path: String)
  /// A list of another length than the sizes ask for.
  case wrongCount(key: String, expected: Int, found: Int, path: String)
  case headsDoNotDivide(headCount: Int, hiddenSize: Int, path: String)
  case keyHeadsDoNotDivide(keyHeadCount: Int, headCount: Int, path: String)
  /// So many features of each head cannot be rotated in pairs.
  case rotarySize(Int, headSize: Int, path: String)
  case unknownActivation(String, key: String, path: String)
  /// `reason` completes "this value is not supported: ".
  case unsupportedValue(key: String, value: String, reason: String, path: String)

  /// Nothing says what kind of model it is.
  case noModelType(path: String)
  case unknownModelType(String, path: String)
  /// A known kind of model that cannot be shown; `reason` completes "it ".
  case refusedModelType(String, reason: String, path: String)
  /// A file, or a folder of files, for another program.
  case foreignWeights(ForeignFormat, path: String)
  /// A LoRA adapter by itself; `base` is the model that it adapts.
  case adapter(base: String?, path: String)
  /// An adapter that is not read, is broken or belongs to another model; `reason` completes "PATH: ".
  case refusedAdapter(String, path: String)
  /// `tensor` is one of an adapter's beside those of its model.
  case unmergedAdapter(tensor: String, path: String)
  case quantised(method: String, path: String)
  /// A GGUF file that is not read, or whose metadata makes no sense; `reason` completes "PATH: ".
  case refusedGGUF(String, path: String)
  /// A folder with several models in GGUF.
  case severalGGUF([String], path: String)
  /// A tensor of a layer that the model, as it is known here, has no use for.
  case strangeTensor(String, path: String)
  /// `name` is the class, with its file.
  case ownCode(String, path: String)

  /// The checkpoint has a model of the type behind each of these prefixes.
  case severalModels(prefixes: [String], path: String)
  case missingTensor(String, path: String)
  case wrongShape(tensor: String, expected: [Int], found: [Int], path: String)
  case wrongElementType(tensor: String, found: ElementType, path: String)

  case noTokens
  case tooManyTokens(count: Int, limit: Int)
  /// The decoder has nothing to read.
  case noTargetTokens
  case tooManyTargetTokens(count: Int, limit: Int)
  /// The files do not say with which id the decoder starts.
  case noStartID
  /// The checkpoint has no layer that tells tokens.
  case cannotWrite
  /// `table` is the embedding's tensor.
  case idOutsideTable(id: Int, table: String, rowCount: Int)

  /// A score of this head is NaN or infinite.
  case nonFiniteScores(kind: AttentionKind, layer: Int, head: Int)
  case nonFiniteLogits(position: Int)
  /// A question that is answered from scores of tokens, and there are none.
  case predictsNothing
  /// The scores are no linear function of the last states.
  case noShares(family: String)
  /// Something besides blocks changes the states between them.
  case noPath(family: String)

  public var description: String {
    switch self {
    case .notAnObject(let path):
      "\(path): not a JSON object"
    case .missingKey(let key, let path):
      "\(path): \"\(key)\" is missing"
    case .wrongKind(let key, let expected, let found, let path):
      "\(path): \"\(key)\" is \(found.phrase) instead of \(expected)"
    case .integerOutOfRange(let key, let value, let range, let path):
      "\(path): \"\(key)\" is \(value), outside \(range.lowerBound) … \(range.upperBound)"
    case .numberOutOfRange(let key, let value, let path):
      "\(path): \"\(key)\" is \(value), outside 0 … 1"
    case .numberNotPositive(let key, let value, let path):
      "\(path): \"\(key)\" is \(value), which is not above 0"
    case .wrongCount(let key, let expected, let found, let path):
      "\(path): \"\(key)\" has \(found) entries instead of \(expected)"
    case .headsDoNotDivide(let headCount, let hiddenSize, let path):
      "\(path): \(headCount) heads cannot share the hidden size \(hiddenSize) evenly"
    case .keyHeadsDoNotDivide(let keyHeadCount, let headCount, let path):
      "\(path): \(headCount) heads cannot share \(keyHeadCount) key heads evenly"
    case .rotarySize(let size, let headSize, let path):
      "\(path): the rotary position embedding has \(size) features; they must be even and 2 … \(headSize)"
    case .unknownActivation(let name, let key, let path):
      "\(path): \"\(key)\": unknown activation \"\(name)\""
    case .unsupportedValue(let key, let value, let reason, let path):
      "\(path): \"\(key)\" is \(value), which is not supported: \(reason)"
    case .noModelType(let path):
      "\(path): \"model_type\" is missing, and neither \"architectures\" nor the other keys tell it: give --model-type"
    case .foreignWeights(let format, let path):
      "\(path): \(format.meaning), which is not read: \(format.wayOut)"
    case .adapter(let base, let path):
      "\(path): a LoRA adapter\(base.map { " of \($0)" } ?? ""), not a model by itself: give its base as MODEL, and this folder with --adapter"
    case .unmergedAdapter(let tensor, let path):
      "\(path): an adapter (LoRA or another of PEFT's) is not merged into the weights (tensor \(tensor)): merge it first, in Python with merge_and_unload(), and save that"
    case .quantised(let method, let path):
      "\(path): the weights are quantised (\(method)), which is not supported: give the model that they were made from, or save it dequantised, in Python with dequantize()"
    case .refusedGGUF(let reason, let path), .refusedAdapter(let reason, let path):
      "\(path): \(reason)"
    case .severalGGUF(let names, let path):
      "\(path): several models in GGUF: \(names.joined(separator: ", ")): give the file"
    case .strangeTensor(let name, let path):
      "\(path): tensor \(name) has no place in a model of this architecture as it is known here: without it the numbers would be wrong"
    case .ownCode(let name, let path):
      "\(path): the model brings code of its own (\"auto_map\": \(name)), which is not run: let Python run it and save its attention, and open the file"
    case .unknownModelType(let type, let path):
      "\(path): unknown model_type \"\(type)\""
    case .refusedModelType(let type, let reason, let path):
      "\(path): a model of type \"\(type)\" cannot be shown: it \(reason)"
    case .severalModels(let prefixes, let path):
      "\(path): has several models of this type, behind the prefixes \(prefixes.joined(separator: ", "))"
    case .missingTensor(let name, let path):
      "\(path): tensor \(name) is missing"
    case .wrongShape(let tensor, let expected, let found, let path):
      "\(path): tensor \(tensor): the shape is \(found), by the configuration it should be \(expected)"
    case .wrongElementType(let tensor, let found, let path):
      "\(path): tensor \(tensor): dtype \(found.rawValue) where F32, F16, BF16 or F64 is needed"
    case .noTokens:
      "the input has no tokens"
    case .tooManyTokens(let count, let limit):
      "the input has \(count) tokens, the model has positions for \(limit)"
    case .noTargetTokens:
      "the target has no tokens"
    case .tooManyTargetTokens(let count, let limit):
      "the target has \(count) tokens, the decoder has positions for \(limit)"
    case .noStartID:
      "the model's files do not say with which token its decoder starts: give it a target, "
        + "or its language with --target-lang"
    case .cannotWrite:
      "the checkpoint has no output layer, so the model cannot generate: give it a target"
    case .idOutsideTable(let id, let table, let rowCount):
      "id \(id) has no row in \(table), which has \(rowCount)"
    case .nonFiniteScores(let kind, let layer, let head):
      "layer \(layer), head \(head)\(kind.phrase): attention scores are NaN or infinite; are the weights damaged?"
    case .predictsNothing:
      "the checkpoint has no head that predicts tokens, so nothing can be said of their scores"
    case .noShares(let family):
      "the head with which \(family) predicts is not linear, so parts of a state have no shares of a score: ask for removal, the score without each head's write"
    case .noPath(let family):
      "\(family) changes the states between its blocks, so what a head adds cannot be followed to the end"
    case .nonFiniteLogits(let position):
      "the logits at position \(position) are NaN or infinite; are the weights damaged?"
    }
  }
}

extension JSONValue.Kind {
  fileprivate var phrase: String {
    switch self {
    case .null: "null"
    case .bool: "true or false"
    case .integer: "a whole number"
    case .number: "a number with a fraction, or too large"
    case .string: "a string"
    case .array: "a list"
    case .object: "an object"
    case .notFinite: "NaN or infinite"
    }
  }
}

extension AttentionKind {
  /// Names the stack where a model has several.
  fileprivate var phrase: String { self == .own ? "" : " (\(rawValue))" }
}
