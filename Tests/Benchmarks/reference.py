"""Times transformers and BertViz doing what the benchmarks measure; prints one JSON object a line.

usage: reference.py start|load|pass|page|effects|llama FOLDER [TOKENS]
"""
import json
import resource
import sys
import time


def say(**values):
    print(json.dumps(values), flush=True)


def peak_megabytes():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def load(folder):
    import torch
    import transformers

    transformers.logging.set_verbosity_error()
    torch.set_num_threads(2)
    start = time.perf_counter()
    model = transformers.AutoModel.from_pretrained(folder, attn_implementation="eager")
    return model.eval(), time.perf_counter() - start


def ids(count):
    import torch

    return torch.tensor([[5 + i * 7 % 20000 for i in range(count)]])


def attend(model, tokens):
    import torch

    with torch.no_grad():
        return model(tokens, output_attentions=True)


def effects(folder, count):
    """Seconds for the logits of GPT-2 without each head at the last row, by a hook before the output projection."""
    import torch
    import transformers

    transformers.logging.set_verbosity_error()
    torch.set_num_threads(2)
    model = transformers.AutoModelForCausalLM.from_pretrained(folder, attn_implementation="eager").eval()
    tokens, size = ids(count), model.config.n_embd // model.config.n_head

    def without(head):
        def hook(_, inputs):
            z = inputs[0].clone()
            z[:, -1, head * size:(head + 1) * size] = 0
            return (z,)
        return hook

    with torch.no_grad():
        model(tokens)
        start = time.perf_counter()
        for block in model.transformer.h:
            for head in range(model.config.n_head):
                handle = block.attn.c_proj.register_forward_pre_hook(without(head))
                model(tokens).logits[0, -1]
                handle.remove()
        return time.perf_counter() - start


def llama(path, count):
    """Seconds in which llama.cpp evaluates a prompt; nothing where its package is not installed."""
    try:
        import xllamacpp
    except ImportError:
        return
    parameters = xllamacpp.CommonParams()
    parameters.model.path = path
    parameters.n_ctx, parameters.n_parallel = 512, 1
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = 2
    server = xllamacpp.Server(parameters)
    times = []
    for run in range(8):
        prompt = [5 + (i * 7 + run) % 20000 for i in range(count)]
        answer = server.handle_completions({"prompt": prompt, "n_predict": 1, "cache_prompt": False})
        times.append(answer["timings"]["prompt_ms"] / 1000)
    say(tokens=count, seconds=min(times[1:]))


def main():
    what, folder = sys.argv[1:3]
    if what == "start":
        start = time.perf_counter()
        import transformers  # noqa: F401
        say(seconds=time.perf_counter() - start)
    elif what == "load":
        say(seconds=load(folder)[1])
    elif what == "pass":
        model, _ = load(folder)
        for count in map(int, sys.argv[3].split(",")):
            tokens = ids(count)
            attend(model, tokens)
            times = []
            for _ in range(9 if count <= 128 else 5):
                start = time.perf_counter()
                attend(model, tokens)
                times.append(time.perf_counter() - start)
            say(tokens=count, seconds=min(times), megabytes=peak_megabytes())
    elif what == "effects":
        say(seconds=effects(folder, int(sys.argv[3])))
    elif what == "llama":
        llama(folder, int(sys.argv[3]))
    elif what == "page":
        # From the command to BertViz's page of the model view: what a person waits for.
        import bertviz

        model, _ = load(folder)
        count = int(sys.argv[3])
        attention = attend(model, ids(count)).attentions
        page = bertviz.model_view(attention, [f"w{i}" for i in range(count)], html_action="return")
        say(tokens=count, bytes=len(page.data), megabytes=peak_megabytes())


main()
