"""Makes retrieval items of 2,048 tokens for kvasir-tiny and records its greedy answers.

    python make_tiny.py OUT_FILE.json.gz MODEL_FOLDER [--items 100] [--seed 1]

A prompt is <|doc|>, a text of recombined sentences with facts strewn in, <|user|>, a question, <|end|>, <|assistant|>:
  needle  "One of the special magic numbers for KEY is: NUMBER.", 1 to 16 keys, one asked for
  kv      "Record KEY = VALUE.", 4 to 32 records of eight hexadecimal digits, one asked for

Answers: `transformers`, the Q8_0 weights of the GGUF file in float32, eager attention, argmax until <|end|> or 64 tokens.

OUT_FILE: { versions, dtype, attention, promptTokens,
  items: [{ kind, facts, ids: [prompt], answer: [greedy, with the end token], margins: [per token], gold: the right
            value, correct: whether the answer has it }] }
"""

import argparse
import gzip
import json
import pathlib
import random

import torch
import transformers
from tokenizers import Tokenizer
from transformers import AutoModelForCausalLM

PROMPT_TOKENS = 2048
ANSWER_TOKENS = 64

SUBJECTS = (
    "the miller,her brother,an old sailor,the postman,the teacher,a stranger from the coast,the younger sister,nobody in the "
    "village,the doctor,the night watchman,a boy with a lantern,the gardener,their neighbour,the captain,the woman at the "
    "window,the apprentice,my grandfather,the innkeeper,a travelling musician,the girl who kept the geese"
).split(",")
VERBS = (
    "walked slowly down to,looked for a long time at,had never cared much for,talked quietly about,remembered,could not find,"
    "was afraid of,painted a picture of,carried a basket past,asked everyone about,had forgotten,waited all morning beside,"
    "wrote a long letter about,came back at last to,dreamt every winter of,swept the leaves away from,sang a song about,"
    "wanted to repair,turned away from,told a story about"
).split(",")
OBJECTS = (
    "the bridge,the empty house,the orchard behind the church,the clock in the hall,the road to the north,the little harbour,the "
    "broken gate,the fields beyond the river,a chest of drawers,the well in the yard,the last train,the garden wall,the market "
    "square,the boat with the red sail,the stairs of the tower,the lamp on the corner,a row of tall trees,the kitchen door,the "
    "ruins on the hill,the school by the lake"
).split(",")
TAILS = (
    "before the rain began;when the bells had stopped;because it was too late to turn back;and said nothing more about it;as if "
    "nothing had happened;while the others were still asleep;in the grey light of the morning;although the wind was cold;and then "
    "went home to supper;without knowing why;until the lamps were lit;for the first time in many years;and laughed;as people did "
    "in those days;with a heavy heart;and so the day went by;which surprised us all;after a short rest;under a clear sky;to the "
    "sound of a distant drum"
).split(";")
OPENINGS = (
    ",,,,In the spring,Every evening,On the following day,That year,Much later,Once more,Towards noon,Now and then,In spite of "
    "everything,Long ago,At the same hour,Meanwhile"
).split(",")
ADJECTIVES = (
    "ancient,bitter,brave,bright,calm,clever,crimson,curious,distant,eager,early,empty,gentle,golden,hollow,humble,idle,jolly,"
    "lonely,loud,lucky,narrow,noble,odd,patient,plain,proud,quiet,rapid,rusty,secret,silent,simple,sleepy,smooth,solemn,sudden,"
    "sweet,tender,tidy,tiny,vast,wild,wise"
).split(",")
NOUNS = (
    "anchor,apple,arrow,badger,barrel,beacon,bottle,bridge,button,candle,castle,cloud,copper,cottage,dragon,drum,eagle,feather,"
    "fiddle,forest,garden,ghost,hammer,harbor,island,jacket,kettle,ladder,lantern,market,meadow,mirror,mountain,ocean,parrot,"
    "pepper,pocket,rabbit,ribbon,rocket,shadow,temple,tiger,valley,violin,whale,window,winter"
).split(",")


def sentence(rng):
    opening, subject = rng.choice(OPENINGS), rng.choice(SUBJECTS)
    start = f"{opening} {subject}" if opening else subject
    end = f" {rng.choice(TAILS)}" if rng.random() < 0.8 else ""
    text = f"{start} {rng.choice(VERBS)} {rng.choice(OBJECTS)}{end}."
    return f" {text[0].upper()}{text[1:]}"


def distinct(rng, make, count):
    found = {}
    while len(found) < count:
        found[make()] = True
    return list(found)


def needle_task(rng):
    keys = distinct(rng, lambda: f"{rng.choice(ADJECTIVES)} {rng.choice(NOUNS)}", rng.choice([1, 2, 4, 8, 16]))
    values = [str(rng.randint(1000000, 9999999)) for _ in keys]
    facts = [f" One of the special magic numbers for {k} is: {v}." for k, v in zip(keys, values)]
    key, value = rng.choice(list(zip(keys, values)))
    question = f"What is the special magic number for {key} mentioned in the provided text?"
    return facts, question, value


def kv_task(rng):
    words = distinct(rng, lambda: "".join(rng.choice("0123456789abcdef") for _ in range(8)), 2 * rng.choice([4, 8, 16, 32]))
    pairs = list(zip(words[::2], words[1::2]))
    facts = [f" Record {key} = {value}." for key, value in pairs]
    key, value = rng.choice(pairs)
    return facts, f"What is the value of record {key}?", value


def item(kind, rng, tokenizer):
    def encode(text):
        return tokenizer.encode(text, add_special_tokens=False).ids

    doc, user, assistant, end = (tokenizer.token_to_id(f"<|{name}|>") for name in ("doc", "user", "assistant", "end"))
    facts, question, answer = (needle_task if kind == "needle" else kv_task)(rng)
    tail = [user, *encode(question), end, assistant]
    encoded = [encode(fact) for fact in facts]
    room = PROMPT_TOKENS - 1 - len(tail) - sum(map(len, encoded))
    sentences = []
    while sum(map(len, sentences)) < room:
        sentences.append(encode(sentence(rng)))
    # The last sentence may be cut, as a page is.
    surplus = sum(map(len, sentences)) - room
    if surplus:
        sentences[-1] = sentences[-1][:-surplus]
    places = sorted(rng.randrange(len(sentences)) for _ in encoded)
    text = []
    for index, words in enumerate(sentences):
        for place, fact in zip(places, encoded):
            if place == index:
                text += fact
        text += words
    ids = [doc, *text, *tail]
    assert len(ids) == PROMPT_TOKENS
    return {"kind": kind, "facts": len(facts), "ids": ids}, answer


@torch.no_grad()
def greedy(model, ids, end):
    out = model(input_ids=torch.tensor([ids]), use_cache=True, logits_to_keep=1)
    answer, margins = [], []
    while True:
        top = torch.topk(out.logits[0, -1], 2)
        answer.append(int(top.indices[0]))
        margins.append(float(f"{float(top.values[0] - top.values[1]):.3g}"))
        if answer[-1] == end or len(answer) == ANSWER_TOKENS:
            return answer, margins
        out = model(input_ids=top.indices[:1][None], past_key_values=out.past_key_values, use_cache=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("--items", type=int, default=100, help="of each kind")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    transformers.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    tokenizer = Tokenizer.from_file(str(args.model / "tokenizer.json"))
    [gguf] = args.model.glob("*.gguf")
    model = AutoModelForCausalLM.from_pretrained(args.model, gguf_file=gguf.name, dtype=torch.float32, attn_implementation="eager").eval()
    rng = random.Random(args.seed)
    items = []
    for kind in ("needle", "kv"):
        for _ in range(args.items):
            entry, gold = item(kind, rng, tokenizer)
            answer, margins = greedy(model, entry["ids"], tokenizer.token_to_id("<|end|>"))
            items.append({**entry, "answer": answer, "margins": margins, "gold": gold, "correct": gold in tokenizer.decode(answer)})
        own = [entry for entry in items if entry["kind"] == kind]
        least = min(min(entry["margins"]) for entry in own)
        print(f"{kind}: {sum(entry['correct'] for entry in own)} of {len(own)} right, least margin {least}", flush=True)
    result = {
        "versions": {"transformers": transformers.__version__, "torch": torch.__version__.split("+")[0]},
        "dtype": "float32",
        "attention": "eager",
        "promptTokens": PROMPT_TOKENS,
        "items": items,
    }
    data = json.dumps(result, separators=(",", ":")).encode()
    args.out.write_bytes(gzip.compress(data, 9, mtime=0))
    print(args.out.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
