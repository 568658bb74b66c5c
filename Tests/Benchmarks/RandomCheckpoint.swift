import Files
import Glibc
import Tensors
import TestSupport

/// A checkpoint of a real model's shape with random weights: what it computes means nothing, how long that takes does.
struct RandomCheckpoint {
  let folder: String

  enum Shape: String, CaseIterable {
    case bertBase = "bert-base"
    case gpt2
    case bartBase = "bart-base"
    case llama16 = "llama-16x32"
    /// One layer of that.
    case llama1 = "llama-1x32"
  }

  static let vocabularySize = 30_522

  /// Writes the files unless they are there.
  init(_ shape: Shape, in parent: String) throws {
    folder = "\(parent)/\(shape.rawValue)"
    guard access("\(folder)/model.safetensors", F_OK) != 0 else { return }
    mkdir(parent, 0o755)
    mkdir(folder, 0o755)
    try Self.write(shape.configuration, to: "\(folder)/config.json")
    try Self.write(Self.vocabulary, to: "\(folder)/vocab.txt")
    try SafetensorsWriter.write(
      shape.tensors.map(Self.random), metadata: ["format": "pt"],
      toFile: "\(folder)/model.safetensors")
  }

  /// Takes the weights out of the page cache, so that the program itself is the first to read them, as on a machine that
  /// was just started: they stay in pages of the size that it asks for.
  func forgetPages() {
    let descriptor = open("\(folder)/model.safetensors", O_RDONLY)
    guard descriptor >= 0 else { return }
    fdatasync(descriptor)
    posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED)
    close(descriptor)
  }

  /// A text of so many tokens, the two special ones included.
  static func text(tokenCount: Int) -> String {
    (0..<max(0, tokenCount - 2)).map { "w\($0 * 7 % 20_000)" }.joined(separator: " ")
  }

  private static var vocabulary: String {
    let specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    let words = (0..<vocabularySize - specials.count).map { "w\($0)" }
    return (specials + words).joined(separator: "\n") + "\n"
  }

  private static func write(_ text: String, to path: String) throws {
    let file = try AtomicFile(path: path)
    try file.write(text)
    try file.commit()
  }

  /// Matrices are small numbers, gains 1.
  private static func random(_ name: String, _ shape: [Int]) -> TensorSource {
    let rowSize = shape.last ?? 1
    let rowCount = shape.dropLast().reduce(1, *)
    if shape.count == 1 {
      let isGain =
        name.hasSuffix("norm.weight") || name.hasSuffix("Norm.weight")
        || name.contains("ln_") && name.hasSuffix("weight")
      return TensorSource(
        name: name, shape: shape, values: Array(repeating: isGain ? 1 : 0, count: rowSize))
    }
    return TensorSource(name: name, shape: shape, pieceCount: rowCount) { row in
      var generator = SeededGenerator(seed: UInt64(row &* 31 &+ name.utf8.count))
      let one = generator.next()
      // Not random enough for a lottery, and fast enough for a billion weights.
      return (0..<rowSize).map { column in
        let mixed = (one &+ UInt64(column)) &* 0x9e37_79b9_7f4a_7c15
        return (Float(mixed >> 40) / 16_777_216 - 0.5) * 0.07
      }
    }
  }
}

extension RandomCheckpoint.Shape {
  typealias Tensors = [(name: String, shape: [Int])]

  fileprivate var configuration: String {
    let size = RandomCheckpoint.vocabularySize
    return switch self {
    case .bertBase:
      """
      {"model_type": "bert", "vocab_size": \(size), "hidden_size": 768, "num_hidden_layers": 12,
       "num_attention_heads": 12, "intermediate_size": 3072, "max_position_embeddings": 1024,
       "hidden_act": "gelu", "architectures": ["BertModel"]}
      """
    case .gpt2:
      """
      {"model_type": "gpt2", "vocab_size": \(size), "n_embd": 768, "n_layer": 12, "n_head": 12,
       "n_positions": 1024, "n_ctx": 1024, "architectures": ["GPT2LMHeadModel"]}
      """
    case .bartBase:
      """
      {"model_type": "bart", "vocab_size": \(size), "d_model": 768, "encoder_layers": 6,
       "decoder_layers": 6, "encoder_attention_heads": 12, "decoder_attention_heads": 12,
       "encoder_ffn_dim": 3072, "decoder_ffn_dim": 3072, "max_position_embeddings": 1024,
       "decoder_start_token_id": 3, "eos_token_id": 3, "pad_token_id": 0,
       "activation_function": "gelu", "architectures": ["BartModel"]}
      """
    case .llama16, .llama1:
      """
      {"model_type": "llama", "vocab_size": \(size), "hidden_size": 2048,
       "num_hidden_layers": \(self == .llama1 ? 1 : 16),
       "num_attention_heads": 32, "num_key_value_heads": 8, "intermediate_size": 8192,
       "max_position_embeddings": 32768, "rms_norm_eps": 1e-5, "rope_theta": 500000.0,
       "hidden_act": "silu", "tie_word_embeddings": true, "architectures": ["LlamaForCausalLM"]}
      """
    }
  }

  fileprivate var tensors: Tensors {
    let size = RandomCheckpoint.vocabularySize
    func linear(_ name: String, _ output: Int, _ input: Int) -> Tensors {
      [("\(name).weight", [output, input]), ("\(name).bias", [output])]
    }
    func norm(_ name: String, _ size: Int) -> Tensors {
      [("\(name).weight", [size]), ("\(name).bias", [size])]
    }
    switch self {
    case .bertBase:
      var tensors: Tensors = [
        ("embeddings.word_embeddings.weight", [size, 768]),
        ("embeddings.position_embeddings.weight", [1024, 768]),
        ("embeddings.token_type_embeddings.weight", [2, 768]),
      ]
      tensors += norm("embeddings.LayerNorm", 768)
      for layer in (0..<12).map({ "encoder.layer.\($0)" }) {
        for part in ["self.query", "self.key", "self.value", "output.dense"] {
          tensors += linear("\(layer).attention.\(part)", 768, 768)
        }
        tensors += norm("\(layer).attention.output.LayerNorm", 768)
        tensors += linear("\(layer).intermediate.dense", 3072, 768)
        tensors += linear("\(layer).output.dense", 768, 3072)
        tensors += norm("\(layer).output.LayerNorm", 768)
      }
      return tensors
    case .gpt2:
      var tensors: Tensors = [("wte.weight", [size, 768]), ("wpe.weight", [1024, 768])]
      for layer in (0..<12).map({ "h.\($0)" }) {
        tensors += norm("\(layer).ln_1", 768) + norm("\(layer).ln_2", 768)
        // GPT-2 keeps its matrices the other way round.
        for (name, input, output) in [
          ("attn.c_attn", 768, 2304), ("attn.c_proj", 768, 768), ("mlp.c_fc", 768, 3072),
          ("mlp.c_proj", 3072, 768),
        ] {
          tensors += [
            ("\(layer).\(name).weight", [input, output]), ("\(layer).\(name).bias", [output]),
          ]
        }
      }
      return tensors + norm("ln_f", 768)
    case .bartBase:
      var tensors: Tensors = [("shared.weight", [size, 768])]
      for side in ["encoder", "decoder"] {
        tensors.append(("\(side).embed_positions.weight", [1026, 768]))
        tensors += norm("\(side).layernorm_embedding", 768)
        for layer in (0..<6).map({ "\(side).layers.\($0)" }) {
          for attention in ["self_attn", "encoder_attn"]
          where attention == "self_attn" || side == "decoder" {
            for part in ["q_proj", "k_proj", "v_proj", "out_proj"] {
              tensors += linear("\(layer).\(attention).\(part)", 768, 768)
            }
            tensors += norm("\(layer).\(attention)_layer_norm", 768)
          }
          tensors += linear("\(layer).fc1", 3072, 768) + linear("\(layer).fc2", 768, 3072)
          tensors += norm("\(layer).final_layer_norm", 768)
        }
      }
      return tensors
    case .llama16, .llama1:
      var tensors: Tensors = [("model.embed_tokens.weight", [size, 2048])]
      for layer in (0..<(self == .llama1 ? 1 : 16)).map({ "model.layers.\($0)" }) {
        tensors += [
          ("\(layer).input_layernorm.weight", [2048]),
          ("\(layer).post_attention_layernorm.weight", [2048]),
          ("\(layer).self_attn.q_proj.weight", [2048, 2048]),
          ("\(layer).self_attn.k_proj.weight", [512, 2048]),
          ("\(layer).self_attn.v_proj.weight", [512, 2048]),
          ("\(layer).self_attn.o_proj.weight", [2048, 2048]),
          ("\(layer).mlp.gate_proj.weight", [8192, 2048]),
          ("\(layer).mlp.up_proj.weight", [8192, 2048]),
          ("\(layer).mlp.down_proj.weight", [2048, 8192]),
        ]
      }
      return tensors + [("model.norm.weight", [2048])]
    }
  }
}
