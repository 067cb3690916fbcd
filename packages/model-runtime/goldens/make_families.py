"""Makes tiny random checkpoints of every model family and the values they must give.

    python make_families.py OUT_DIR [NAME ...] [--verify]

For each checkpoint OUT_DIR/NAME/ receives config.json (in the form in which the family is published),
model.safetensors, config.saved.json (the same configuration as `transformers` writes it today) and
expected.json, computed by `transformers`: float32, eager attention, the whole sequence at once, no KV cache.

expected.json:
  name, family, seed, transformers, torch     where the values come from
  dtype, attention                            of the computation ("float32", "eager")
  f64MaxDiff                                  largest difference of a recorded logit from the same model in float64
  prompts[]: length, ids[]                    random token ids, no BOS is added
             logits[]: position, values[256]  logits after the token at `position` (the last is always there)
             greedy?: ids[64], margins[64]    argmax continuation (end-of-sequence ids do not stop it) and the
                                              distance between the two largest logits at each step

--verify writes nothing: it recomputes from the files (also from config.saved.json and with the KV cache), and shows
that each special feature of the family moves the logits, so that a runtime which ignores it cannot pass.
"""

import argparse
import copy
import json
import pathlib

import numpy as np
import torch
import transformers
from safetensors.torch import save_file
from transformers import AutoConfig, AutoModelForCausalLM

VOCAB = 256
LENGTHS = (1, 2, 17, 64, 129, 600)
GREEDY_FROM = (17, 129)
GREEDY_TOKENS = 64
MIN_MARGIN = 1e-3
MIN_DISTINCT = 20
LONG_POSITIONS = 8

COMMON = {
    "attention_dropout": 0.0,
    "bos_token_id": 1,
    "eos_token_id": 2,
    "initializer_range": 0.02,
    "max_position_embeddings": 2048,
    "use_cache": True,
    "vocab_size": VOCAB,
}


def llama(**over):
    return {
        "architectures": ["LlamaForCausalLM"],
        "attention_bias": False,
        **COMMON,
        "hidden_act": "silu",
        "hidden_size": 64,
        "intermediate_size": 64,
        "mlp_bias": False,
        "model_type": "llama",
        "num_attention_heads": 4,
        "num_hidden_layers": 3,
        "num_key_value_heads": 2,
        "pretraining_tp": 1,
        "rms_norm_eps": 1e-05,
        "rope_scaling": None,
        "rope_theta": 10000.0,
        "tie_word_embeddings": True,
        "torch_dtype": "float32",
        **over,
    }


CHECKPOINTS = {
    "llama-tied": llama(),
    # The wavelengths of the eight rotary pairs lie in all three bands: kept, blended, divided by the factor.
    "llama3-rope": llama(
        head_dim=16,
        intermediate_size=48,
        rope_scaling={
            "factor": 8.0,
            "high_freq_factor": 4.0,
            "low_freq_factor": 1.0,
            "original_max_position_embeddings": 128,
            "rope_type": "llama3",
        },
        rope_theta=10000.0,
        tie_word_embeddings=False,
    ),
    "mistral-window": {
        "architectures": ["MistralForCausalLM"],
        **COMMON,
        "hidden_act": "silu",
        "hidden_size": 64,
        "intermediate_size": 96,
        "model_type": "mistral",
        "num_attention_heads": 4,
        "num_hidden_layers": 4,
        "num_key_value_heads": 2,
        "rms_norm_eps": 1e-05,
        "rope_theta": 10000.0,
        "sliding_window": 32,
        "tie_word_embeddings": False,
        "torch_dtype": "float16",
    },
    # As in the published files, a window is named and switched off.
    "qwen2": {
        "architectures": ["Qwen2ForCausalLM"],
        **COMMON,
        "hidden_act": "silu",
        "hidden_size": 64,
        "intermediate_size": 64,
        "max_window_layers": 3,
        "model_type": "qwen2",
        "num_attention_heads": 4,
        "num_hidden_layers": 3,
        "num_key_value_heads": 2,
        "rms_norm_eps": 1e-06,
        "rope_theta": 1000000.0,
        "sliding_window": 32,
        "tie_word_embeddings": True,
        "torch_dtype": "float32",
        "use_sliding_window": False,
    },
    "qwen3": {
        "architectures": ["Qwen3ForCausalLM"],
        "attention_bias": False,
        **COMMON,
        "head_dim": 32,
        "hidden_act": "silu",
        "hidden_size": 64,
        "intermediate_size": 64,
        "max_window_layers": 4,
        "model_type": "qwen3",
        "num_attention_heads": 4,
        "num_hidden_layers": 4,
        "num_key_value_heads": 2,
        "rms_norm_eps": 1e-06,
        "rope_scaling": None,
        "rope_theta": 1000000,
        "sliding_window": None,
        "tie_word_embeddings": True,
        "torch_dtype": "bfloat16",
        "use_sliding_window": False,
    },
    "gemma3-text": {
        "_sliding_window_pattern": 2,
        "architectures": ["Gemma3ForCausalLM"],
        "attention_bias": False,
        "attn_logit_softcapping": None,
        **COMMON,
        "bos_token_id": 2,
        "eos_token_id": 1,
        "final_logit_softcapping": None,
        "head_dim": 32,
        "hidden_activation": "gelu_pytorch_tanh",
        "hidden_size": 64,
        "intermediate_size": 64,
        "layer_types": [
            "sliding_attention",
            "full_attention",
            "sliding_attention",
            "full_attention",
            "sliding_attention",
        ],
        "model_type": "gemma3_text",
        "num_attention_heads": 4,
        "num_hidden_layers": 5,
        "num_key_value_heads": 1,
        "pad_token_id": 0,
        "query_pre_attn_scalar": 24,
        "rms_norm_eps": 1e-06,
        "rope_local_base_freq": 10000.0,
        "rope_scaling": None,
        "rope_theta": 1000000.0,
        "sliding_window": 32,
        "torch_dtype": "bfloat16",
        "use_bidirectional_attention": False,
    },
}


def random_weights(model, gemma, generator):
    """Weights wide enough that attention is uneven, positions matter and greedy text wanders."""

    def normal(parameter, mean, std):
        return torch.empty_like(parameter).normal_(mean, std, generator=generator)

    for name, parameter in sorted(model.named_parameters()):
        leaf = ".".join(name.split(".")[-2:])
        if leaf.endswith("norm.weight"):
            scale = 1.5 if leaf.startswith(("q_norm", "k_norm")) else 1.0
            if gemma and leaf == "norm.weight":
                scale = 4.0  # makes up for the small embedding, which is the output matrix too
            value = normal(parameter, scale - (1.0 if gemma else 0.0), 0.25)
        elif leaf.endswith(".bias"):
            value = normal(parameter, 0.0, 0.4)
        elif leaf.startswith(("q_proj", "k_proj")):
            value = normal(parameter, 0.0, 0.18)
        elif leaf.startswith("embed_tokens"):
            value = normal(parameter, 0.0, 0.05 if gemma else 0.12)  # gemma multiplies it by sqrt(hidden_size)
        else:
            value = normal(parameter, 0.0, 0.15)
        parameter.data.copy_(value)


def positions_of(length):
    if length < 64:
        return [length - 1]
    steps = [round(i * (length - 1) / (LONG_POSITIONS - 1)) for i in range(LONG_POSITIONS)]
    return sorted(set(steps))


def prompts_of(seed):
    generator = np.random.default_rng(seed)
    return [generator.integers(3, VOCAB, size=length).tolist() for length in LENGTHS]


@torch.no_grad()
def logits_of(model, ids):
    return model(input_ids=torch.tensor([ids]), use_cache=False).logits[0]


def greedy(model, ids):
    ids = list(ids)
    chosen, margins = [], []
    for _ in range(GREEDY_TOKENS):
        top = torch.topk(logits_of(model, ids)[-1], 2)
        chosen.append(int(top.indices[0]))
        margins.append(float(top.values[0] - top.values[1]))
        if margins[-1] < MIN_MARGIN:
            break
        ids.append(chosen[-1])
    return chosen, margins


def load(folder, config=None, dtype=torch.float32):
    kwargs = {} if config is None else {"config": config}
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=dtype, attn_implementation="eager", **kwargs)
    return model.eval()


def short(values, digits=6):
    return [float(f"{value:.{digits}g}") for value in values]


def write_json(path, value, indent=None):
    separators = None if indent else (",", ":")
    path.write_text(json.dumps(value, indent=indent, separators=separators) + "\n")


def checkpoint(folder, config, seed):
    """Writes configuration and weights."""
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / "config.json", config, indent=2)
    parsed = AutoConfig.from_pretrained(folder)
    model = AutoModelForCausalLM.from_config(parsed, dtype=torch.float32)
    random_weights(model, config["model_type"] == "gemma3_text", torch.Generator().manual_seed(seed))
    dtype = getattr(torch, config["torch_dtype"])
    tied = config.get("tie_word_embeddings", True)
    tensors = {
        name: value.to(dtype).contiguous()
        for name, value in model.state_dict().items()
        if not (tied and name == "lm_head.weight")
    }
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "model.safetensors").chmod(0o644)


def expected(folder, name, config, seed):
    """The values to meet, or None when this seed gives dull or undecided text."""
    model = load(folder)
    double = load(folder, dtype=torch.float64)
    prompts = []
    worst = 0.0
    for ids in prompts_of(seed):
        entry = {"length": len(ids), "ids": ids, "logits": []}
        if len(ids) in GREEDY_FROM:
            chosen, margins = greedy(model, ids)
            if min(margins) < MIN_MARGIN or len(set(chosen)) < MIN_DISTINCT:
                return None
            entry["greedy"] = {"ids": chosen, "margins": short(margins, 3)}
        logits = logits_of(model, ids)
        exact = logits_of(double, ids)
        for position in positions_of(len(ids)):
            worst = max(worst, float((logits[position] - exact[position]).abs().max()))
            entry["logits"].append({"position": position, "values": short(logits[position].tolist())})
        prompts.append(entry)
    return {
        "name": name,
        "family": config["model_type"].removesuffix("_text"),
        "seed": seed,
        "transformers": transformers.__version__,
        "torch": torch.__version__.split("+")[0],
        "dtype": "float32",
        "attention": "eager",
        "f64MaxDiff": float(f"{worst:.2g}"),
        "prompts": prompts,
    }


def make(out, name):
    folder = out / name
    config = CHECKPOINTS[name]
    for seed in range(1, 200):
        checkpoint(folder, config, seed)
        result = expected(folder, name, config, seed)
        if result is not None:
            break
    else:
        raise SystemExit(f"{name}: no seed gives decided text")
    write_json(folder / "expected.json", result)
    saved = AutoConfig.from_pretrained(folder)
    saved.architectures = config["architectures"]
    saved.dtype = config["torch_dtype"]
    written = json.loads(saved.to_json_string(use_diff=True))
    written.pop("_name_or_path", None)
    write_json(folder / "config.saved.json", written, indent=2)
    distinct = [len(set(p["greedy"]["ids"])) for p in result["prompts"] if "greedy" in p]
    margins = [min(p["greedy"]["margins"]) for p in result["prompts"] if "greedy" in p]
    size = (folder / "model.safetensors").stat().st_size
    print(f"{name}: seed {seed}, {size} bytes, distinct tokens {distinct}, least margins {margins}, f64 {result['f64MaxDiff']}")


def broken_configs(config):
    """The configuration with one feature of the family taken away or read wrongly."""

    def change(**values):
        other = copy.deepcopy(config)
        other.update(values)
        return other

    if config.get("rope_scaling"):
        yield "no rope scaling", change(rope_scaling=None)
        yield "factor 4", change(rope_scaling={**config["rope_scaling"], "factor": 4.0})
        yield "no blended band", change(rope_scaling={**config["rope_scaling"], "high_freq_factor": 1.001})
    if config["model_type"] == "mistral":
        yield "no window", change(sliding_window=None)
        yield "window 31", change(sliding_window=31)
    if config["model_type"] == "qwen2":
        yield "window on", change(use_sliding_window=True, max_window_layers=0)
    if config["model_type"] == "gemma3_text":
        full = ["full_attention"] * config["num_hidden_layers"]
        yield "no window", change(sliding_window=100000)
        yield "window 31", change(sliding_window=31)
        yield "all layers full", change(layer_types=full)
        yield "one rope base", change(rope_local_base_freq=config["rope_theta"])
        yield "scale by head_dim", change(query_pre_attn_scalar=config["head_dim"])
        yield "plain SiLU", change(hidden_activation="silu")
    yield "rope base + 1 %", change(rope_theta=config["rope_theta"] * 1.01)
    yield "norm epsilon 1e-3", change(rms_norm_eps=1e-3)


def broken_weights(config, state):
    def without(part, value):
        return {k: (torch.full_like(v, value) if part in k else v) for k, v in state.items()}

    if config["model_type"] == "qwen2":
        yield "no QKV bias", without(".bias", 0.0)
    if config["model_type"] in ("qwen3", "gemma3_text"):
        neutral = 0.0 if config["model_type"] == "gemma3_text" else 1.0
        yield "q_norm weight ignored", without("q_norm", neutral)
        yield "k_norm weight ignored", without("k_norm", neutral)
    heads, kv = config["num_attention_heads"], config["num_key_value_heads"]
    if kv > 1:
        dim = config.get("head_dim") or config["hidden_size"] // heads
        order = torch.arange(heads).view(kv, heads // kv).t().reshape(-1)

        def shuffled(key, value):
            if "q_proj" in key:
                return value.view(heads, dim, *value.shape[1:])[order].reshape(value.shape)
            if "o_proj" in key:
                return value.view(value.shape[0], heads, dim)[:, order].reshape(value.shape)
            return value

        yield "query heads interleaved over KV heads", {k: shuffled(k, v) for k, v in state.items()}


def verify(out, name):
    folder = out / name
    config = json.loads((folder / "config.json").read_text())
    result = json.loads((folder / "expected.json").read_text())

    def worst(model):
        largest, last = 0.0, 0.0
        for prompt in result["prompts"]:
            logits = logits_of(model, prompt["ids"])
            for entry in prompt["logits"]:
                difference = float((logits[entry["position"]] - torch.tensor(entry["values"])).abs().max())
                largest = max(largest, difference)
            last = difference
        return largest, last

    model = load(folder)
    spread = float(np.std([v for p in result["prompts"] for e in p["logits"] for v in e["values"]]))
    reloaded = worst(model)[0]
    print(f"{name}: reloaded {reloaded:.2g}, logit std {spread:.2f}")
    if reloaded > 1e-4:
        raise SystemExit(f"{name}: expected.json does not belong to model.safetensors")
    saved = AutoConfig.for_model(**json.loads((folder / "config.saved.json").read_text()))
    print(f"  config.saved.json {worst(load(folder, saved))[0]:.2g}")
    for prompt in result["prompts"]:
        if "greedy" in prompt:
            ids = torch.tensor([prompt["ids"]])
            text = model.generate(
                ids, attention_mask=torch.ones_like(ids), max_new_tokens=GREEDY_TOKENS, do_sample=False, eos_token_id=None
            )
            same = text[0, ids.shape[1] :].tolist() == prompt["greedy"]["ids"]
            print(f"  greedy from {prompt['length']} with KV cache: {'same' if same else 'DIFFERENT'}")
    for label, other in broken_configs(config):
        print("  %-40s moves logits by %.3g (last of 600: %.3g)" % (label, *worst(load(folder, AutoConfig.for_model(**other)))))
    for label, state in broken_weights(config, model.state_dict()):
        other = copy.deepcopy(model)
        other.load_state_dict(state)
        print("  %-40s moves logits by %.3g (last of 600: %.3g)" % (label, *worst(other)))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("names", nargs="*", help=f"of {', '.join(CHECKPOINTS)}; all by default")
    parser.add_argument("--verify", action="store_true")
    args = parser.parse_intermixed_args()
    transformers.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    for name in args.names or CHECKPOINTS:
        (verify if args.verify else make)(args.out, name)


if __name__ == "__main__":
    main()
