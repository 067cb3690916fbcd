"""Names of tensors in checkpoints of Hugging Face's Llama, by the names that `model.py` gives them."""

MLP = ("gate_proj", "up_proj", "down_proj")


def checkpoint_name(name: str) -> str:
    if name in ("embed_tokens", "norm"):
        return f"model.{name}.weight"
    _, layer, part = name.split(".")
    group = "" if part.endswith("layernorm") else "mlp." if part in MLP else "self_attn."
    return f"model.layers.{layer}.{group}{part}.weight"
