"""Rows of training tokens: examples from the TypeScript generators, packed with running text."""

import json
import subprocess
from pathlib import Path

import numpy as np

# Loss weights, in hundredths, by what a token is part of.
WEIGHTS = {"document": 5, "user": 3, "prefix": 3, "assistant": 100, "emphasis": 100, "text": 15}
SPECIAL = ["<|pad|>", "<|doc|>", "<|user|>", "<|assistant|>", "<|end|>", "<|system|>"]
LEAST_ROOM = 160
# Share of a row's pieces that are running text.
TEXT_SHARE = 0.08


class Exercises:
    """A process of the built generators: a length in, an example out, one JSON line each."""

    def __init__(self, node: str, script: str, data: str, seed: int, practice: float = 1.0):
        command = [node, script, "--seed", str(seed), "--data", data, "--practice", str(practice)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1 << 16)

    def draw(self, lengths):
        self.process.stdin.write("".join(f"{length}\n" for length in lengths))
        self.process.stdin.flush()
        lines = [self.process.stdout.readline() for _ in lengths]
        if not all(lines):
            raise RuntimeError("The process that makes exercises ended.")
        return [json.loads(line) for line in lines]


class Rows:
    """Makes rows of one length at a time."""

    def __init__(self, tokenizer, text: np.ndarray, exercises: Exercises, seed: int):
        self.tokenizer, self.text, self.exercises = tokenizer, text, exercises
        self.random = np.random.default_rng(seed)
        self.special = {name: tokenizer.token_to_id(name) for name in SPECIAL}

    def example(self, parts):
        """Token ids and weights of an example's parts."""
        texts = [part["text"] + "\n" if part["kind"] == "document" else part["text"] for part in parts]
        encodings = self.tokenizer.encode_batch(texts, add_special_tokens=False)
        ids, weights = [], []
        begin = {"document": ["<|doc|>"], "user": ["<|user|>"], "assistant": ["<|assistant|>"], "prefix": ["<|assistant|>"]}
        previous = None
        for part, encoding in zip(parts, encodings):
            kind, weight = part["kind"], WEIGHTS[part["kind"]]
            # An answer that follows its given beginning is in the same turn.
            for name in [] if kind == "assistant" and previous == "prefix" else begin.get(kind, []):
                ids.append(self.special[name])
                weights.append(5)
            ids += encoding.ids
            weights += self.emphasized(encoding, part.get("emphasis", []), weight)
            if kind in ("user", "assistant"):
                ids.append(self.special["<|end|>"])
                weights.append(weight)
            previous = kind
        return ids, weights

    def emphasized(self, encoding, spans, weight):
        weights = [weight] * len(encoding.ids)
        for start, end in spans:
            for i, (a, b) in enumerate(encoding.offsets):
                if a < end and b > start:
                    weights[i] = WEIGHTS["emphasis"]
        return weights

    def running_text(self, count: int):
        start = self.random.integers(0, len(self.text) - count)
        return self.text[start : start + count].tolist(), [WEIGHTS["text"]] * count

    def row(self, length: int):
        ids, weights = [], []
        while len(ids) < length:
            room = length - len(ids)
            if room < LEAST_ROOM or self.random.random() < TEXT_SHARE:
                count = room if room < LEAST_ROOM else int(self.random.integers(LEAST_ROOM, min(room, 2048) + 1))
                more, w = self.running_text(count)
            else:
                wanted = room if self.random.random() < 0.5 else int(self.random.integers(LEAST_ROOM, room + 1))
                [example] = self.exercises.draw([wanted])
                more, w = self.example(example["parts"])
            ids += more
            weights += w
        return ids[:length], weights[:length]

    def batch(self, rows: int, length: int):
        drawn = [self.row(length) for _ in range(rows)]
        return np.array([ids for ids, _ in drawn], np.uint16), np.array([w for _, w in drawn], np.uint8)
