"""Records what two public checkpoints must compute from their quantised files.

    python make_public.py OUT_DIR [--smollm2 FILE.gguf] [--gemma FILE.gguf] [--gemma-tokenizer TOKENIZER.json]
        [--full FOLDER --long-text FILE] [--check]

The oracle: every tensor of the GGUF file dequantised to float32, `transformers` with eager attention in float32.
So activations are never rounded. The dequantised model is put together twice, by `transformers` from the GGUF
file and here from `gguf.dequantize` with the tensor mapping spelled out, and both must agree bit for bit.

OUT_DIR/public-smollm2.json.gz and public-gemma.json.gz:
  model, sha256 (of the GGUF file), versions, dtype, attention
  prompts[]: kind, text (null where the prompt is not plain text), ids[] (with BOS where the model wants it)
             logsumexp        of the logits after the last prompt token
             top              { ids[200], logprobs[200] }, most likely first
             random           { ids[100], logprobs[100] }
             greedy           { ids[48], margins[48] }: argmax continuation, end-of-sequence ids do not stop it, and the
                              distance between the two largest logits at each step: text is only comparable up to the
                              first margin which the other side's error can bridge

--full writes f32 log-probs of all positions of five texts of 256 tokens, cut from the UTF-8 text in --long-text, to
FOLDER/{smollm2,gemma}/NN.npy, with ids.json beside them: too big to commit, for mean-KL measurements.
--check adds a comparison with float64.
"""

import argparse
import gzip
import hashlib
import json
import pathlib

import gguf
import numpy as np
import torch
import transformers
from make_tokenizations import gemma_tokenizer, smollm2_tokenizer
from tokenizers import Tokenizer
from transformers import AutoModelForCausalLM

TOP, RANDOM, GREEDY = 200, 100, 48
FULL_TEXTS, FULL_TOKENS = 5, 256

RIVER = (
    "The river had been rising since Tuesday. By the weekend it stood level with the lowest step of the landing, "
    "brown and quick and carrying whole branches, and the ferryman tied his boat to the second post instead of the "
    "first. He had worked this crossing for thirty-one years. People asked him whether he was not afraid of the water, "
    "and he always gave the same answer: that he was afraid of it every morning, for about as long as it took to drink "
    "a cup of tea, and after that there was too much to do. On Sunday a woman came down the path with a wooden case "
    "under one arm. She wanted to be on the other side before dark, she said, and she would pay double. He looked at "
    "the sky, then at the case. \"What is in there?\" he asked."
)

PROMPTS = [
    ("prose", "The capital of France is a city on the river Seine. Every year millions of people come to see its"),
    ("prose", "Once upon a time, in a small village at the foot of a mountain, there lived an old clockmaker who"),
    ("prose", RIVER),
    (
        "science",
        "Photosynthesis is the process by which plants, algae and some bacteria turn light into chemical energy. In the "
        "light-dependent reactions, which take place in the thylakoid membranes, water is split, oxygen is released, and "
        "the energy of the light is stored in ATP and NADPH. In the Calvin cycle, which takes place in the stroma, this "
        "energy is used to",
    ),
    (
        "history",
        "In 1804 a steam locomotive drew a train along the tramway of an ironworks in Wales. It pulled ten tons of iron "
        "and seventy men over nine miles, in a little more than four hours. The rails, which had been made for horses, "
        "broke under its weight, and so the engine was soon",
    ),
    ("list", "Ingredients for pancakes:\n- 200 g flour\n- 2 eggs\n- 300 ml milk\n- a pinch of salt\n\nMethod:\n1."),
    (
        "letter",
        "Dear Ms. Hartley,\n\nThank you for your letter of 12 March. We are sorry to hear that the lamp arrived with a "
        "broken shade. A new one was sent today by parcel post and should reach you within five working days.\n\nYours",
    ),
    ("dialogue", "\"Where were you last night?\" asked the inspector.\n\"At home,\" said Tom. \"Asleep.\"\n\"Can anyone"),
    ("arithmetic", "2 + 3 = 5\n4 + 4 = 8\n7 + 6 = 13\n9 + 8 = 17\n12 + 15 = 27\n20 + 22 ="),
    ("table", "| country | capital |\n|---|---|\n| Italy | Rome |\n| Japan | Tokyo |\n| Egypt | Cairo |\n| Spain |"),
    (
        "python",
        "def is_prime(n):\n    \"\"\"Return True when n is a prime number.\"\"\"\n    if n < 2:\n        return False\n"
        "    for i in range(2, int(n ** 0.5) + 1):\n        if n % i == 0:\n            return False\n    return True\n\n\n"
        "def primes_below(limit):\n    \"\"\"Return the list of all primes smaller than limit.\"\"\"\n   ",
    ),
    (
        "javascript",
        "// Counts how often each word occurs in a text.\nfunction countWords(text) {\n  const counts = new Map();\n"
        "  for (const word of text.toLowerCase().split(/\\s+/)) {\n    counts.set(word, (counts.get(word) ??",
    ),
    ("json", "{\n  \"name\": \"example\",\n  \"version\": \"1.0.0\",\n  \"private\": true,\n  \"scripts\": {\n    \"build\":"),
    (
        "german",
        "Der Bahnhof lag still im Morgenlicht. Auf dem zweiten Gleis stand ein Güterzug, dessen Wagen noch naß vom Regen "
        "waren, und vor der Wartehalle fegte ein Mann die Blätter zusammen. Als die Uhr sieben schlug, kam der erste",
    ),
    (
        "french",
        "Il était une fois un boulanger qui ne dormait jamais. Chaque nuit, pendant que la ville rêvait, il pétrissait la "
        "pâte, chantait à voix basse et regardait par la fenêtre. Un soir d’hiver, on frappa à la porte : c’était",
    ),
    ("spanish", "La biblioteca abre a las nueve de la mañana y cierra a las ocho de la tarde. Los domingos, sin embargo,"),
    ("russian", "Москва — столица России. В городе живёт более двенадцати миллионов человек. Самая длинная река"),
    ("chinese", "从前有一个渔夫,他每天早上都去河边打鱼。有一天,他在网里发现了一个"),
    (
        "instructions",
        "How to plant a tree.\n\nFirst, choose a place with enough light and room for the roots. Dig a hole twice as wide "
        "as the root ball and just as deep. Loosen the soil at the sides so that the roots can spread. Set the tree in "
        "the middle, straight, and fill the hole with the same soil; press it down gently, but do not stamp on it. Make a "
        "low ring of earth around the trunk, so that the water stays where it is needed. Water well on the first day and "
        "twice a week in the first summer. A layer of leaves or bark keeps the ground moist, but it must not touch the "
        "trunk. If the place is windy, tie the tree loosely to a stake on the side from which the wind comes, and take the "
        "stake away after a year, because a tree that never moves does not grow strong. Do not feed it in the first "
        "year. In the second spring, look for branches that cross or rub against one another and cut the weaker of the "
        "two, close to the trunk but without hurting the bark. In the following years the only thing that is left to do is",
    ),
    # More tokens than the sliding window of the Gemma checkpoint (512).
    (
        "long",
        "\n\n".join(
            [
                RIVER,
                "She set the case down on the planks before she answered, and he saw that the corners were bound with brass. "
                "\"A clock,\" she said. \"It belonged to the school at Marrow Hill. They are pulling the school down on "
                "Monday, and nobody thought of the clock until I did.\" He nodded, as if this were the most usual cargo in "
                "the world, and brought the boat round. They did not speak until they were past the middle, where the "
                "current is strongest and where it is best to leave a man to his work. Then she asked how deep it was. "
                "\"Deep enough,\" he said, \"and no deeper than last year.\"",
                "On the far bank the path went up between two rows of poplars. The house at the top had a light in every "
                "window, although there was still an hour of day left, and someone was playing the piano badly and with "
                "great cheerfulness. The woman paid him double, as she had promised, and then stood there without picking "
                "up the case. \"There is one thing more,\" she said. \"It has not gone for eleven years. My father always "
                "said that it wanted only a drop of oil, and my uncle always said that it wanted a new spring, and so "
                "nothing was ever done. Do you know anything about clocks?\" The ferryman thought about it. He knew a "
                "great deal about rope, and about weather, and about how to tell from the sound of a motor whether it "
                "would start; he had once taken a watch apart and had even put most of it back. \"A little,\" he said.",
                "They carried it up together. In the kitchen a space had been cleared on the table, and there were already "
                "four people standing round it: a boy of about nine with a torch, two sisters who looked so alike that he "
                "never afterwards knew which one he had been speaking to, and a very old man in a chair, who held a small "
                "tin of oil in both hands as though it might be taken from him. \"At last,\" said the old man. He opened "
                "the case himself. The clock was larger than the ferryman had expected, with a white face, and on the "
                "glass door somebody had written in chalk, a long time ago,",
            ]
        ),
    ),
]

CHAT = [
    {"role": "system", "content": "You are a helpful assistant. Answer in one sentence."},
    {"role": "user", "content": "Why is the sky blue?"},
]


def chat_ids(tokenizer):
    text = "".join(f"<|im_start|>{m['role']}\n{m['content']}<|im_end|>\n" for m in CHAT) + "<|im_start|>assistant\n"
    return text, tokenizer.encode(text, add_special_tokens=False).ids


def dequantised(path, family):
    """The tensors of the GGUF file in float32 under their names in `transformers`."""
    reader = gguf.GGUFReader(path)
    fields = {name: field.contents() for name, field in reader.fields.items() if "tokenizer" not in name}
    prefix = fields["general.architecture"]
    heads = {"attn_q": fields[f"{prefix}.attention.head_count"], "attn_k": fields[f"{prefix}.attention.head_count_kv"]}
    names = {
        "attn_norm": "input_layernorm",
        "attn_q": "self_attn.q_proj",
        "attn_k": "self_attn.k_proj",
        "attn_v": "self_attn.v_proj",
        "attn_output": "self_attn.o_proj",
        "attn_q_norm": "self_attn.q_norm",
        "attn_k_norm": "self_attn.k_norm",
        "post_attention_norm": "post_attention_layernorm",
        "ffn_norm": "pre_feedforward_layernorm" if family == "gemma" else "post_attention_layernorm",
        "ffn_gate": "mlp.gate_proj",
        "ffn_up": "mlp.up_proj",
        "ffn_down": "mlp.down_proj",
        "post_ffw_norm": "post_feedforward_layernorm",
    }
    state = {}
    for tensor in reader.tensors:
        value = torch.from_numpy(np.array(gguf.dequantize(tensor.data, tensor.tensor_type), dtype=np.float32))
        parts = tensor.name.split(".")
        if parts[0] == "token_embd":
            name = "model.embed_tokens.weight"
        elif parts[0] == "output_norm":
            name = "model.norm.weight"
        else:
            name = f"model.layers.{parts[1]}.{names[parts[2]]}.weight"
        if family == "gemma" and name.endswith("norm.weight"):
            value = value - 1  # the file holds 1 + weight
        if family == "smollm2" and parts[-2] in heads:
            # The file interleaves the two halves of each head, for rotation of neighbouring pairs.
            count = heads[parts[-2]]
            value = value.reshape(count, value.shape[0] // count // 2, 2, -1).transpose(1, 2).reshape(value.shape)
        state[name] = value
    return state


def load(path, family):
    path = pathlib.Path(path)
    model = AutoModelForCausalLM.from_pretrained(
        path.parent, gguf_file=path.name, dtype=torch.float32, attn_implementation="eager"
    ).eval()
    own = dequantised(path, family)
    state = dict(model.state_dict())
    state.pop("lm_head.weight", None)
    assert model.lm_head.weight.data_ptr() == model.model.embed_tokens.weight.data_ptr(), "embeddings are not tied"
    assert set(own) == set(state), set(own) ^ set(state)
    for name, value in own.items():
        assert torch.equal(value, state[name]), name
    config = model.config
    if family == "gemma":
        layers = ["full_attention" if (i + 1) % 6 == 0 else "sliding_attention" for i in range(config.num_hidden_layers)]
        assert config.layer_types == layers, config.layer_types
        assert config.sliding_window == 512 and config.query_pre_attn_scalar == 256 and config.head_dim == 256
        assert config.rope_parameters["sliding_attention"]["rope_theta"] == 10000.0
        assert config.rope_parameters["full_attention"]["rope_theta"] == 1000000.0
        assert config.hidden_activation == "gelu_pytorch_tanh" and config.final_logit_softcapping is None
    else:
        assert config.rope_parameters["rope_theta"] == 100000.0 and config.rms_norm_eps < 1.01e-5
    return model


@torch.no_grad()
def record(model, ids, random):
    out = model(input_ids=torch.tensor([ids]), use_cache=True, logits_to_keep=1)
    logits = out.logits[0, -1]
    total = torch.logsumexp(logits.double(), 0)
    logprobs = logits.double() - total
    top = torch.topk(logprobs, TOP)
    others = torch.from_numpy(random.choice(len(logits), RANDOM, replace=False))
    chosen, margins = [], []
    cache = out.past_key_values
    for step in range(GREEDY):
        best = torch.topk(logits, 2)
        chosen.append(int(best.indices[0]))
        margins.append(float(best.values[0] - best.values[1]))
        if step + 1 < GREEDY:
            out = model(input_ids=best.indices[:1][None], past_key_values=cache, use_cache=True)
            logits = out.logits[0, -1]
    return {
        "logsumexp": short([float(total)])[0],
        "top": {"ids": top.indices.tolist(), "logprobs": short(top.values.tolist())},
        "random": {"ids": others.tolist(), "logprobs": short(logprobs[others].tolist())},
        "greedy": {"ids": chosen, "margins": short(margins, 3)},
    }


def short(values, digits=6):
    return [float(f"{value:.{digits}g}") for value in values]


@torch.no_grad()
def full(model, ids, path):
    logits = model(input_ids=torch.tensor([ids]), use_cache=False).logits[0]
    np.save(path, torch.log_softmax(logits.double(), -1).float().numpy())


@torch.no_grad()
def check(model, exact, ids):
    """How far float64 is from the recorded log-probs."""

    def last(other):
        logits = other(input_ids=torch.tensor([ids]), use_cache=False, logits_to_keep=1).logits[0, -1]
        return torch.log_softmax(logits.double(), -1)

    print(f"  float64 differs by {float((last(model) - last(exact)).abs().max()):.2g}")


def make(out, name, path, tokenizer, bos, full_folder, long_text, checking):
    model = load(path, name)
    exact = None
    if checking:
        exact = AutoModelForCausalLM.from_config(model.config, dtype=torch.float64, attn_implementation="eager").eval()
        exact.load_state_dict(model.state_dict())
    random = np.random.default_rng(7)
    prompts = []
    items = [(kind, text, bos + tokenizer.encode(text, add_special_tokens=False).ids) for kind, text in PROMPTS]
    if name == "smollm2":
        items.append(("chat", *chat_ids(tokenizer)))
    for kind, text, ids in items:
        prompts.append({"kind": kind, "text": text, "ids": ids, **record(model, ids, random)})
        print(f"{name} {kind} {len(ids)}: {tokenizer.decode(prompts[-1]['greedy']['ids'])!r}", flush=True)
        if checking:
            check(model, exact, ids)
    result = {
        "model": pathlib.Path(path).name,
        "sha256": hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest(),
        "versions": {"transformers": transformers.__version__, "torch": torch.__version__.split("+")[0]},
        "dtype": "float32",
        "attention": "eager",
        "prompts": prompts,
    }
    data = json.dumps(result, separators=(",", ":"), ensure_ascii=False).encode()
    target = out / f"public-{name}.json.gz"
    target.write_bytes(gzip.compress(data, 9, mtime=0))
    print(name, len(prompts), "prompts,", target.stat().st_size, "bytes")
    if full_folder:
        write_full(model, tokenizer, bos, full_folder, long_text)


def write_full(model, tokenizer, bos, folder, long_text):
    folder.mkdir(parents=True, exist_ok=True)
    text = long_text.read_text()
    texts = []
    for index in range(FULL_TEXTS):
        start = text.index("\n", len(text) * (index + 1) // (FULL_TEXTS + 2)) + 1
        ids = (bos + tokenizer.encode(text[start : start + 8 * FULL_TOKENS], add_special_tokens=False).ids)[:FULL_TOKENS]
        texts.append({"file": f"{index:02d}.npy", "ids": ids})
        full(model, ids, folder / f"{index:02d}.npy")
    (folder / "ids.json").write_text(json.dumps({"texts": texts}) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--smollm2")
    parser.add_argument("--gemma")
    parser.add_argument("--gemma-tokenizer")
    parser.add_argument("--full", type=pathlib.Path)
    parser.add_argument("--long-text", type=pathlib.Path)
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    transformers.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    for name, path, bos in (("smollm2", args.smollm2, []), ("gemma", args.gemma, [2])):
        if path:
            if name == "smollm2":
                tokenizer = smollm2_tokenizer(path)
            else:
                tokenizer = Tokenizer.from_file(args.gemma_tokenizer) if args.gemma_tokenizer else gemma_tokenizer(path)
            make(args.out, name, path, tokenizer, bos, args.full and args.full / name, args.long_text, args.check)


if __name__ == "__main__":
    main()
