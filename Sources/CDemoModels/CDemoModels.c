#include "CDemoModels.h"

// Read-only data of the program: mapped when it starts, read from the disk when first looked at.
// Aligned, so that the weights are, too.
#define EMBEDDED alignas(64) static constexpr unsigned char

EMBEDDED bert_config[] = {
#embed "demo-bert/config.json"
};
EMBEDDED bert_weights[] = {
#embed "demo-bert/model.safetensors"
};
EMBEDDED bert_tokenizer[] = {
#embed "demo-bert/tokenizer.json"
};
EMBEDDED bert_tokenizer_config[] = {
#embed "demo-bert/tokenizer_config.json"
};

EMBEDDED gpt2_config[] = {
#embed "demo-gpt2/config.json"
};
EMBEDDED gpt2_weights[] = {
#embed "demo-gpt2/model.safetensors"
};
EMBEDDED gpt2_tokenizer[] = {
#embed "demo-gpt2/tokenizer.json"
};
EMBEDDED gpt2_tokenizer_config[] = {
#embed "demo-gpt2/tokenizer_config.json"
};

EMBEDDED t5_config[] = {
#embed "demo-t5/config.json"
};
EMBEDDED t5_weights[] = {
#embed "demo-t5/model.safetensors"
};
EMBEDDED t5_tokenizer[] = {
#embed "demo-t5/tokenizer.json"
};
EMBEDDED t5_tokenizer_config[] = {
#embed "demo-t5/tokenizer_config.json"
};

static const demo_file files[] = {
    {"demo-bert", "config.json", bert_config, sizeof bert_config},
    {"demo-bert", "model.safetensors", bert_weights, sizeof bert_weights},
    {"demo-bert", "tokenizer.json", bert_tokenizer, sizeof bert_tokenizer},
    {"demo-bert", "tokenizer_config.json", bert_tokenizer_config, sizeof bert_tokenizer_config},
    {"demo-gpt2", "config.json", gpt2_config, sizeof gpt2_config},
    {"demo-gpt2", "model.safetensors", gpt2_weights, sizeof gpt2_weights},
    {"demo-gpt2", "tokenizer.json", gpt2_tokenizer, sizeof gpt2_tokenizer},
    {"demo-gpt2", "tokenizer_config.json", gpt2_tokenizer_config, sizeof gpt2_tokenizer_config},
    {"demo-t5", "config.json", t5_config, sizeof t5_config},
    {"demo-t5", "model.safetensors", t5_weights, sizeof t5_weights},
    {"demo-t5", "tokenizer.json", t5_tokenizer, sizeof t5_tokenizer},
    {"demo-t5", "tokenizer_config.json", t5_tokenizer_config, sizeof t5_tokenizer_config},
};

const demo_file *demo_files(size_t *count) {
  *count = sizeof files / sizeof *files;
  return files;
}
