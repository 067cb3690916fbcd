"""Trains the tokenizer: byte-level BPE of 8,192 entries, digits split singly, on books and on the generators' own text."""

import argparse
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from rows import SPECIAL, Exercises

TEXT_CHARACTERS = 14_000_000
EXAMPLES = 6_000


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--generators", default="../dist/serve-exercises.js")
    parser.add_argument("--node", default="node")
    args = parser.parse_args()

    def texts():
        for path in sorted(args.data.glob("*.txt")):
            # From all over the file, not only its beginning.
            lines = [line for line in path.read_text().split("\n") if line != "<|doc|>"]
            share = min(1.0, TEXT_CHARACTERS / max(1, sum(map(len, lines))))
            yield from (line for i, line in enumerate(lines) if int((i + 1) * share) > int(i * share))
        exercises = Exercises(args.node, args.generators, str(args.data), seed=3)
        for _ in range(EXAMPLES // 50):
            for example in exercises.draw([600] * 50):
                yield from (part["text"] for part in example["parts"])
        exercises.process.kill()

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer.train_from_iterator(texts(), trainers.BpeTrainer(vocab_size=8192, special_tokens=SPECIAL, initial_alphabet=alphabet))
    tokenizer.save(str(args.data / "tokenizer.json"))
    print(tokenizer.encode(" One of the special magic numbers for ancient anchor is: 1234567.").tokens)


if __name__ == "__main__":
    main()
