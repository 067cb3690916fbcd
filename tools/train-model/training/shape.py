"""Shapes of models that are compared, all with about the same number of parameters."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Shape:
    """A Llama-architecture model with tied embeddings."""

    query_heads: int
    kv_heads: int
    head_dim: int
    intermediate_size: int
    hidden_size: int = 512
    layers: int = 8
    vocabulary_size: int = 8192
    rope_theta: float = 100_000.0
    norm_eps: float = 1e-5

    @property
    def parameters(self) -> int:
        attention = 2 * self.hidden_size * self.head_dim * (self.query_heads + self.kv_heads)
        layer = attention + 3 * self.hidden_size * self.intermediate_size + 2 * self.hidden_size
        return self.vocabulary_size * self.hidden_size + self.layers * layer + self.hidden_size


# `queries x KV heads x head dimension`; the intermediate size makes up for what attention takes.
SHAPES = {
    "8x2x64": Shape(query_heads=8, kv_heads=2, head_dim=64, intermediate_size=1408),
    "8x4x64": Shape(query_heads=8, kv_heads=4, head_dim=64, intermediate_size=1344),
    "4x2x128": Shape(query_heads=4, kv_heads=2, head_dim=128, intermediate_size=1344),
    "4x1x128": Shape(query_heads=4, kv_heads=1, head_dim=128, intermediate_size=1408),
    # For trying the scripts on a CPU.
    "toy": Shape(query_heads=2, kv_heads=1, head_dim=32, intermediate_size=96, hidden_size=64, layers=2),
}
