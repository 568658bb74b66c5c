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

static const demo_file files[] = {
    {"demo-bert", "config.json", bert_config, sizeof bert_config},
    {"demo-bert", "model.safetensors", bert_weights, sizeof bert_weights},
    {"demo-bert", "tokenizer.json", bert_tokenizer, sizeof bert_tokenizer},
    {"demo-bert", "tokenizer_config.json", bert_tokenizer_config, sizeof bert_tokenizer_config},
};

const demo_file *demo_files(size_t *count) {
  *count = sizeof files / sizeof *files;
  return files;
}
