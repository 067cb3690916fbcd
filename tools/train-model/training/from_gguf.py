"""Turns a published GGUF file into weights that training can resume from: `python from_gguf.py DIRECTORY FILE.gguf SHAPE out/weights.pt`."""

import sys
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM

from model import Model
from names import checkpoint_name
from shape import SHAPES


def main(directory: Path, gguf: str, shape: str, out: Path):
    source = AutoModelForCausalLM.from_pretrained(directory, gguf_file=gguf, dtype=torch.float32).state_dict()
    weights = {}
    for name, tensor in Model(SHAPES[shape]).state_dict().items():
        found = source[checkpoint_name(name)]
        if found.shape != tensor.shape:
            raise ValueError(f"{name} is {tuple(found.shape)} in {gguf}, {tuple(tensor.shape)} in shape {shape}.")
        weights[name] = found
    out.parent.mkdir(parents=True, exist_ok=True)
    torch.save({"model": weights, "shape": shape}, out)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], Path(sys.argv[4]))
