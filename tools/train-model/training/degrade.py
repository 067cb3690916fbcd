"""
How a model's answers suffer from compression of its cache, to choose an attention shape: `python degrade.py DATA WEIGHTS.pt ...`

After an exact pass over context and question, answers are scored (teacher-forced, whole answers) while they read a cache in which
keys and values are rotated to their principal axes and keep only the largest elements of every vector (MosaicKV, section 4.2), or of
which only blocks of 8 tokens with the best mean keys are read (section 5.3). The last 32 tokens of the prompt stay exact.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from model import Model, finish, project, rms_norm
from rows import SPECIAL, Exercises, Rows
from shape import SHAPES

EXACT_TOKENS = 32
BLOCK = 8


def keep_largest(x, share: float):
    """x: [heads, tokens, dim] in rotated form and back, with the largest `share` of every vector's elements."""
    exact = x[:, -EXACT_TOKENS:]
    _, axes = torch.linalg.eigh(x.mT @ x)
    turned = x @ axes
    count = round(share * x.shape[-1])
    least = turned.abs().topk(count, -1).values[..., -1:]
    kept = torch.where(turned.abs() >= least, turned, 0) @ axes.mT
    return torch.cat([kept[:, :-EXACT_TOKENS], exact], 1)


def selected(q, k, share: float):
    """Mask [kv heads, tokens] of the blocks whose mean key fits the queries q [heads, tokens, dim] of the KV head's group best."""
    heads, tokens, dim = k.shape
    blocks = (tokens - EXACT_TOKENS) // BLOCK
    means = k[:, : blocks * BLOCK].reshape(heads, blocks, BLOCK, dim).mean(2)
    group = q.reshape(heads, -1, q.shape[1], dim)
    scores = torch.einsum("hgtd,hbd->htb", group, means)
    best = scores.topk(max(1, int(share * blocks)), -1).indices
    chosen = torch.zeros_like(scores, dtype=torch.bool).scatter_(-1, best, True).repeat_interleave(BLOCK, -1)
    rest = torch.ones(*chosen.shape[:2], tokens - blocks * BLOCK, dtype=torch.bool)
    return torch.cat([chosen, rest], -1)


@torch.no_grad()
def run(model, ids, past, compress):
    """Logits of `ids` after `past`, a list of (keys, values) [kv heads, tokens, dim] per layer, and the cache they leave."""
    shape = model.shape
    before = 0 if past is None else past[0][0].shape[1]
    cos, sin = model.angles(before + len(ids), 1, ids.device)
    x = F.embedding(ids, model.embed_tokens)
    cache = []
    for index, layer in enumerate(model.layers):
        parts = project(x, cos[before:], sin[before:], layer.input_layernorm, layer.q_proj, layer.k_proj, layer.v_proj, shape.norm_eps, shape.head_dim)
        q, k, v = (part.transpose(0, 1) for part in parts)
        cache.append((k, v))
        mask = torch.ones(len(ids), before + len(ids), dtype=torch.bool).tril(before)[None].expand(shape.query_heads, -1, -1)
        if past is not None:
            old_k, old_v = past[index]
            if compress[0] == "channels":
                old_k, old_v = keep_largest(old_k, compress[1]), keep_largest(old_v, compress[1])
            elif compress[0] == "blocks":
                chosen = selected(q, old_k, compress[1]).repeat_interleave(shape.query_heads // shape.kv_heads, 0)
                mask = torch.cat([chosen, mask[..., before:]], -1)
            k, v = torch.cat([old_k, k], 1), torch.cat([old_v, v], 1)
        attended = F.scaled_dot_product_attention(q[None], k[None], v[None], attn_mask=mask[None], enable_gqa=True)[0]
        mlp = (layer.gate_proj, layer.up_proj, layer.down_proj)
        x = finish(x, attended.transpose(0, 1).reshape(len(ids), -1), layer.post_attention_layernorm, layer.o_proj, *mlp, shape.norm_eps)
    return model.logits(rms_norm(x, model.norm, shape.norm_eps)), cache


WAYS = [("full", 1.0), ("channels", 0.5), ("channels", 0.375), ("channels", 0.25), ("blocks", 0.2), ("blocks", 0.1)]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("weights", type=Path, nargs="+")
    parser.add_argument("--generators", default="../dist/serve-exercises.js")
    parser.add_argument("--node", default="node")
    parser.add_argument("--length", type=int, default=2048)
    parser.add_argument("--examples", type=int, default=120)
    args = parser.parse_args()
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(args.data / "tokenizer.json"))
    exercises = Exercises(args.node, args.generators, str(args.data), 11)
    rows = Rows(tokenizer, np.zeros(4096, np.uint16), exercises, 11)
    examples = exercises.draw([args.length] * args.examples)
    assistant, end = tokenizer.token_to_id(SPECIAL[3]), tokenizer.token_to_id(SPECIAL[4])
    for path in args.weights:
        saved = torch.load(path, map_location="cpu")
        model = Model(SHAPES[saved["shape"]], torch.float32)
        model.load_state_dict({name: tensor.float() for name, tensor in saved["model"].items()})
        counts = {}
        for example in examples:
            ids, weights = rows.example(example["parts"])
            if len(ids) > args.length + 64 or assistant not in ids:
                continue
            first = next((i for i in range(ids.index(assistant) + 1, len(ids)) if weights[i] == 100), None)
            if first is None or first < 8 * EXACT_TOKENS or end not in ids[first:]:
                continue
            stop = ids.index(end, first) + 1
            tokens = torch.tensor(ids[:stop])
            _, cache = run(model, tokens[: first - 1], None, None)
            kind = example["task"].split("_")[0]
            for way in WAYS:
                logits, _ = run(model, tokens[first - 1 : stop - 1], cache, way)
                right = bool((logits.argmax(-1) == tokens[first:stop]).all())
                count = counts.setdefault(kind, {}).setdefault(way, [0, 0])
                count[0] += right
                count[1] += 1
        print(path, saved["shape"])
        for kind, ways in sorted(counts.items()):
            print(f"  {kind:10}", " ".join(f"{name} {share:g}: {good}/{n}" for (name, share), (good, n) in ways.items()), flush=True)
    exercises.process.kill()


if __name__ == "__main__":
    main()
