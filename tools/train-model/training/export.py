"""Writes trained weights as a Hugging Face checkpoint in bf16: `python export.py out/weights.pt tokenizer.json DIRECTORY`."""

import json
import shutil
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file

from names import checkpoint_name
from shape import SHAPES


def main(weights: Path, tokenizer: Path, directory: Path):
    saved = torch.load(weights, map_location="cpu")
    shape = SHAPES[saved["shape"]]
    tensors = {checkpoint_name(name): tensor for name, tensor in saved["model"].items()}
    directory.mkdir(parents=True, exist_ok=True)
    save_file({name: tensor.to(torch.bfloat16).contiguous() for name, tensor in tensors.items()}, directory / "model.safetensors")
    config = {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "hidden_act": "silu",
        "hidden_size": shape.hidden_size,
        "intermediate_size": shape.intermediate_size,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.query_heads,
        "num_key_value_heads": shape.kv_heads,
        "head_dim": shape.head_dim,
        "vocab_size": shape.vocabulary_size,
        "max_position_embeddings": 8192,
        "rms_norm_eps": shape.norm_eps,
        "rope_theta": shape.rope_theta,
        "rope_scaling": None,
        "tie_word_embeddings": True,
        "attention_bias": False,
        "mlp_bias": False,
        "bos_token_id": 1,
        "eos_token_id": 4,
        "pad_token_id": 0,
        "torch_dtype": "bfloat16",
        "initializer_range": 0.02,
    }
    (directory / "config.json").write_text(json.dumps(config, indent=1) + "\n")
    shutil.copy(tokenizer, directory / "tokenizer.json")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
