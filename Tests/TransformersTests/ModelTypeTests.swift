import Files
import TestSupport
import Testing

@testable import Transformers

/// What kind of model a configuration describes that does not say so.
@Suite struct ModelTypeTests {
  @Test(arguments: [
    ("BertForMaskedLM", "bert"), ("BertModel", "bert"), ("BertLMHeadModel", "bert"),
    ("RobertaForSequenceClassification", "roberta"), ("XLMRobertaModel", "xlm-roberta"),
    ("CamembertForMaskedLM", "camembert"), ("DistilBertModel", "distilbert"),
    ("ModernBertModel", "modernbert"), ("DebertaV2ForMaskedLM", "deberta-v2"),
    ("MPNetModel", "mpnet"), ("GPT2LMHeadModel", "gpt2"), ("GPT2DoubleHeadsModel", "gpt2"),
    ("GPTNeoForCausalLM", "gpt_neo"), ("GPTNeoXForCausalLM", "gpt_neox"),
    ("GPTJForCausalLM", "gptj"), ("OPTForCausalLM", "opt"), ("LlamaForCausalLM", "llama"),
    ("Qwen2ForCausalLM", "qwen2"), ("Gemma2ForCausalLM", "gemma2"),
    ("Gemma3ForCausalLM", "gemma3_text"), ("Gemma3TextModel", "gemma3_text"),
    ("StableLmForCausalLM", "stablelm"), ("Starcoder2Model", "starcoder2"),
    ("T5ForConditionalGeneration", "t5"), ("T5EncoderModel", "t5"), ("MT5EncoderModel", "mt5"),
    ("UMT5EncoderModel", "umt5"), ("MarianMTModel", "marian"), ("M2M100Model", "m2m_100"),
    ("MBartForConditionalGeneration", "mbart"), ("PegasusModel", "pegasus"),
    ("Qwen2MoeForCausalLM", "qwen2_moe"), ("GPTBigCodeForCausalLM", "gpt_bigcode"),
    ("OpenAIGPTLMHeadModel", "openai-gpt"), ("GptOssForCausalLM", "gpt_oss"),
    ("Gemma3ForConditionalGeneration", "gemma3"), ("EsmForMaskedLM", "esm"),
  ])
  func classes(name: String, type: String) {
    #expect(ModelRegistry.modelType(ofClass: name) == type)
  }

  @Test(arguments: [
    "Qwen2AudioForConditionalGeneration", "BertGenerationEncoder",
    "PegasusXForConditionalGeneration", "Phi3VForCausalLM", "Model", "",
  ])
  func otherClasses(name: String) {
    #expect(ModelRegistry.modelType(ofClass: name) == nil)
  }

  private func files(_ configuration: String) -> ModelFiles {
    let file = FileBytes(name: "config.json", Array(configuration.utf8))
    return ModelFiles(builtIn: "m", files: ["config.json": file])
  }

  /// As published in 2019.
  @Test(arguments: [
    (
      #"{"attention_probs_dropout_prob": 0.1, "hidden_act": "gelu", "hidden_size": 768, "intermediate_size": 3072, "max_position_embeddings": 512, "num_attention_heads": 12, "num_hidden_layers": 12, "type_vocab_size": 2, "vocab_size": 30522}"#,
      "bert"
    ),
    (
      #"{"n_ctx": 1024, "n_embd": 768, "n_head": 12, "n_layer": 12, "n_positions": 1024, "vocab_size": 50257}"#,
      "gpt2"
    ),
    (#"{"dim": 768, "hidden_dim": 3072, "n_heads": 12, "n_layers": 6}"#, "distilbert"),
    (#"{"num_hidden_groups": 1, "inner_group_num": 1, "type_vocab_size": 2}"#, "albert"),
    (#"{"d_ff": 2048, "d_kv": 64, "d_model": 512, "num_heads": 8}"#, "t5"),
  ])
  func keys(configuration: String, type: String) throws {
    let configuration = try ModelConfiguration(files(configuration))
    #expect(configuration.modelType == type)
    #expect(
      configuration.notes()
        == ["the model is taken for \"\(type)\" by the keys of its configuration"])
  }

  @Test func architectures() throws {
    let configuration = try ModelConfiguration(files(#"{"architectures": ["BertModel"]}"#))
    #expect(configuration.modelType == "bert")
    #expect(
      configuration.notes()
        == ["the model is taken for \"bert\" by the architectures of its configuration"])
  }

  /// RoBERTa has the keys of BERT, and GPT the keys of GPT-2.
  @Test(arguments: [
    #"{"hidden_size": 768, "intermediate_size": 3072, "max_position_embeddings": 514, "type_vocab_size": 1, "vocab_size": 50265}"#,
    #"{"afn": "gelu", "n_embd": 768, "n_head": 12, "n_layer": 12, "n_positions": 512}"#,
    #"{"architectures": ["JinaBertModel"], "dim": 1, "hidden_dim": 1, "n_heads": 1, "n_layers": 1}"#,
    #"{"model_type": null}"#, "{}",
  ])
  func unknown(configuration: String) throws {
    let error = #expect(throws: TransformerError.self) {
      try ModelConfiguration(files(configuration))
    }
    #expect(
      error?.description
        == #"config.json: "model_type" is missing, and neither "architectures" nor the other keys tell it: give --model-type"#
    )
    // What is given counts.
    #expect(
      try ModelConfiguration(files(configuration), modelType: "roberta").modelType == "roberta")
  }

  @Test func wrongKind() {
    let error = #expect(throws: TransformerError.self) {
      try ModelConfiguration(files(#"{"model_type": 1}"#))
    }
    #expect(
      error?.description == #"config.json: "model_type" is a whole number instead of a string"#)
  }

  /// A model without `model_type` is the same as with.
  @Test func opens() throws {
    let files = try ModelFiles.edited("corrupt/ok_control", #""model_type": "bert","#, "")
    #expect(try ModelRegistry.loadModel(from: files).summary.family == "BERT")
  }
}
