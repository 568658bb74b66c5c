"""Makes Tests/Fixtures/saved: attention as other programs save it, and `expected.json` with what is in it.

    python3 saved_attention.py MODELS ../saved
        (torch, transformers, safetensors, numpy, bertviz 1.4, circuitsvis 1.43)

MODELS is a folder with small checkpoints bert_base, t5 and gpt2. The numbers of `expected.json` are read from the models'
output, not from the files. Of the pages only what carries data is kept, not the scripts that draw it.
"""

import json
import re
import sys
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from transformers import AutoModel, AutoTokenizer

models, folder = Path(sys.argv[1]), Path(sys.argv[2])
folder.mkdir(exist_ok=True)
expected = {}


def load(name):
    model = AutoModel.from_pretrained(models / name, attn_implementation="eager").eval()
    return model, AutoTokenizer.from_pretrained(models / name)


def rows(attention):
    """A row of each head."""
    return [
        [
            {"query": query, "weights": [float(f"{w:.7g}") for w in head[query].tolist()]}
            for index, head in enumerate(layer.squeeze(0))
            for query in [(number + index) % head.shape[0]]
        ]
        for number, layer in enumerate(attention)
    ]


def write_page(name, html):
    """Keeps a page's data, between other scripts."""
    parts = re.findall(
        r"^.*(?:params = |AttentionHeads,|AttentionPatterns,)\s*\{.*\}\s*;?\)?", html, re.M
    )
    data = [part for part in parts if '"attention"' in part]
    assert len(data) == 1, (name, len(data))
    (folder / name).write_text(
        "<!DOCTYPE html>\n<div id=\"vis\"></div>\n"
        "<script>const empty = {\"attention\": undefined, a: `{`}; if (1 < 2) { run({'tokens': []}) }</script>\n"
        f"<script type=\"text/javascript\">\nrequire([], function () {{\n{data[0]}\n}});\n</script>\n"
    )


def expect(file, tokens, attention, kind="self", keys=None, **more):
    case = expected.setdefault(file, {"kinds": {}} | more)
    case["kinds"][kind] = {
        "queries": tokens,
        "keys": tokens if keys is None else keys,
        "rows": rows(attention),
    }


# A pair of sentences through an encoder.
model, tokenizer = load("bert_base")
inputs = tokenizer("the cat sat", "the dog", return_tensors="pt")
with torch.no_grad():
    attentions = model(**inputs, output_attentions=True).attentions
tokens = tokenizer.convert_ids_to_tokens(inputs.input_ids[0])
start = inputs.token_type_ids[0].tolist().index(1)
pair = {"segments": inputs.token_type_ids[0].tolist()}
stacked = torch.cat(attentions)
plain = [layer.squeeze(0) for layer in attentions]

# safetensors: a tensor for each layer, named as a dump; one for all; in half precision.
save_file(
    {f"attention.self.{i}": a.squeeze(0).contiguous() for i, a in enumerate(attentions)},
    folder / "layers.safetensors",
    {"tokens": json.dumps(tokens), "sentence_b_start": str(start), "model": "bert_base"},
)
expect("layers.safetensors", tokens, attentions, **pair)
save_file(
    {f"attentions.{i + 3}": a.bfloat16() for i, a in enumerate(attentions)},
    folder / "bfloat16.safetensors",
    {"tokens": json.dumps(tokens)},
)
expect("bfloat16.safetensors", tokens, [a.bfloat16().float() for a in attentions], layers=[3, 4, 5])

# NumPy: stored, deflated, double precision, column by column.
np.savez(folder / "stored.npz", attention=stacked.numpy(), tokens=np.array(tokens))
expect("stored.npz", tokens, attentions)
np.savez_compressed(
    folder / "deflated.npz",
    **{f"layer_{i}": a.numpy().astype(np.float64) for i, a in enumerate(attentions)},
    tokens=np.array([tokens]),
    token_type_ids=inputs.token_type_ids.numpy(),
    input_ids=inputs.input_ids.numpy(),
)
expect("deflated.npz", tokens, attentions, ids=inputs.input_ids[0].tolist(), **pair)
np.save(folder / "fortran.npy", np.asfortranarray(stacked.numpy().astype(np.float16)))
expect(
    "fortran.npy", [str(i) for i in range(len(tokens))], [a.half().float() for a in attentions]
)

# torch.save: what the model returns, a list of layers, a dictionary with tokens, a batch.
torch.save(attentions, folder / "tuple.pt")
expect("tuple.pt", [str(i) for i in range(len(tokens))], attentions)
torch.save({"attentions": list(plain), "tokens": tokens}, folder / "dictionary.pt")
expect("dictionary.pt", tokens, attentions)
torch.save(attentions, folder / "stack.pth", _use_new_zipfile_serialization=False)
expect("stack.pth", [str(i) for i in range(len(tokens))], attentions)
two = tokenizer(["the cat sat", "the dog ran"], return_tensors="pt")
with torch.no_grad():
    batch = model(**two, output_attentions=True).attentions
torch.save(batch, folder / "batch.pt")
expect(
    "batch.pt",
    [str(i) for i in range(two.input_ids.shape[1])],
    [a[1:] for a in batch],
    batch=1,
)

# JSON: lists in lists.
json.dump(
    {"tokens": tokens, "attention": stacked.tolist()}, open(folder / "lists.json", "w")
)
expect("lists.json", tokens, attentions)

# Text takes room: the pages get two heads.
attentions = [layer[:, :2] for layer in attentions]
plain = [layer.squeeze(0) for layer in attentions]
stacked = torch.cat(attentions)

# BertViz: both views as pages, with a pair and with chosen layers; the neuron view's data.
import bertviz

page = bertviz.head_view(
    attentions, tokens, start, include_layers=[0, 2], html_action="return"
).data
write_page("head_view.html", page)
expect("head_view.html", tokens, attentions[::2], layers=[0, 2], **pair)
page = bertviz.model_view(attentions, tokens, include_layers=[1], html_action="return").data
write_page("model_view.html", page)
expect("model_view.html", tokens, attentions[1:2], layers=[1])

# A decoder with the neuron view's model classes: queries and keys come with the weights.
from bertviz.neuron_view import show
from bertviz.transformers_neuron_view import BertConfig, BertModel

torch.manual_seed(1)
small = BertModel(
    BertConfig(
        vocab_size_or_config_json_file=len(tokenizer), hidden_size=8, num_hidden_layers=2,
        num_attention_heads=2, intermediate_size=16, initializer_range=0.5,
    )
)
neuron_page = show(
    small, "bert", tokenizer, "the cat sat", "the dog", html_action="return"
).data
write_page("neuron_view.html", neuron_page)
with torch.no_grad():
    small_attention = [
        layer["attn"] for layer in small(inputs.input_ids, token_type_ids=inputs.token_type_ids)[-1]
    ]
expect("neuron_view.html", tokens, small_attention, vectors=True, **pair)

# BertViz 1.0: an object instead of a list.
json.dump(
    {
        "attention": {
            "all": {"attn": stacked[:2].tolist(), "left_text": tokens, "right_text": tokens},
            "aa": {
                "attn": stacked[:2, :, :start, :start].tolist(),
                "left_text": tokens[:start], "right_text": tokens[:start],
            },
        },
        "default_filter": "all",
    },
    open(folder / "bertviz_1_0.json", "w"),
)
expect("bertviz_1_0.json", tokens, attentions[:2], **pair)

# CircuitsVis: one layer.
from circuitsvis.attention import attention_heads, attention_patterns

write_page("attention_heads.html", str(attention_heads(attention=plain[0], tokens=tokens)))
expect("attention_heads.html", tokens, attentions[:1])
write_page("attention_patterns.html", str(attention_patterns(tokens=tokens, attention=plain[1])))
expect("attention_patterns.html", tokens, attentions[1:2])

# An encoder-decoder.
model, tokenizer = load("t5")
source = tokenizer("the cat sat", return_tensors="pt")
target = tokenizer("the dog", return_tensors="pt").input_ids
with torch.no_grad():
    output = model(**source, decoder_input_ids=target, output_attentions=True)
encoder_tokens = tokenizer.convert_ids_to_tokens(source.input_ids[0])
decoder_tokens = tokenizer.convert_ids_to_tokens(target[0])
kinds = {
    "encoder": (output.encoder_attentions, encoder_tokens, encoder_tokens),
    "decoder": (output.decoder_attentions, decoder_tokens, decoder_tokens),
    "cross": (output.cross_attentions, decoder_tokens, encoder_tokens),
}
np.savez(
    folder / "encoder_decoder.npz",
    **{f"{kind}_attentions": torch.cat(a).numpy() for kind, (a, _, _) in kinds.items()},
    encoder_tokens=np.array(encoder_tokens),
    decoder_tokens=np.array(decoder_tokens),
)
torch.save(
    {f"{kind}_attentions": a for kind, (a, _, _) in kinds.items()}
    | {"tokens": encoder_tokens, "decoder_tokens": decoder_tokens},
    folder / "encoder_decoder.pt",
)
page = bertviz.head_view(
    encoder_attention=output.encoder_attentions,
    decoder_attention=output.decoder_attentions,
    cross_attention=output.cross_attentions,
    encoder_tokens=encoder_tokens,
    decoder_tokens=decoder_tokens,
    prettify_tokens=False,
    html_action="return",
).data
write_page("encoder_decoder.html", page)


def heads_for_tensor2tensor(attention):
    return [layer.squeeze(0).tolist() for layer in attention]


# Tensor2Tensor's `window.attention`: "top" are the keys, "bot" the queries.
json.dump(
    {
        name: {
            "att": heads_for_tensor2tensor(kinds[kind][0]),
            "top_text": kinds[kind][2],
            "bot_text": kinds[kind][1],
        }
        for name, kind in {"inp_inp": "encoder", "inp_out": "cross", "out_out": "decoder"}.items()
    },
    open(folder / "tensor2tensor.json", "w"),
)
for file in [
    "encoder_decoder.npz", "encoder_decoder.pt", "encoder_decoder.html", "tensor2tensor.json",
]:
    for kind, (a, queries, keys) in kinds.items():
        expect(file, queries, a, kind, keys)

# A decoder alone: causal.
model, tokenizer = load("gpt2")
inputs = tokenizer("the cat sat on the mat", return_tensors="pt")
with torch.no_grad():
    attentions = model(**inputs, output_attentions=True).attentions
tokens = tokenizer.convert_ids_to_tokens(inputs.input_ids[0])
save_file(
    {"attention": torch.stack(attentions)},
    folder / "causal.safetensors",
    {"tokens": json.dumps(tokens)},
)
expect("causal.safetensors", tokens, attentions, mask="causal")

json.dump(expected, open(folder / "expected.json", "w"), ensure_ascii=False)
