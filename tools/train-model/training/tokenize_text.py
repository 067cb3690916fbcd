"""Tokenizes all running text once: `python tokenize_text.py DATA` reads `*.txt` and writes `text.npy`."""

import sys
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

LINES_AT_ONCE = 500


def main(data: Path):
    tokenizer = Tokenizer.from_file(str(data / "tokenizer.json"))
    parts = []
    for path in sorted(data.glob("*.txt")):
        lines = path.read_text().split("\n")
        # `<|doc|>` lines between books become that token.
        joined = ["\n".join(lines[i : i + LINES_AT_ONCE]) + "\n" for i in range(0, len(lines), LINES_AT_ONCE)]
        parts += [np.array(encoding.ids, np.uint16) for encoding in tokenizer.encode_batch(joined)]
    text = np.concatenate(parts)
    np.save(data / "text.npy", text)
    print(f"{len(text) / 1e6:.1f} M tokens of text")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
