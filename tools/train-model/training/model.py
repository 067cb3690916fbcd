"""The model, written so that one compilation serves every sequence length: all but attention sees a flat list of tokens."""

import math

import torch
import torch.nn as nn
import torch.nn.functional as F

from shape import Shape


class RmsNorm(nn.Module):
    def __init__(self, size: int, eps: float):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))
        self.eps = eps

    def forward(self, x):
        return F.rms_norm(x, (x.shape[-1],), self.weight, self.eps)


def rotate(x, cos, sin):
    """RoPE on halves (Llama layout). x: [tokens, heads, head_dim]; cos, sin: [tokens, 1, head_dim / 2], f32."""
    a, b = x.float().chunk(2, -1)
    return torch.cat([a * cos - b * sin, b * cos + a * sin], -1).to(x.dtype)


class Layer(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.shape = shape
        size, queries, keys = shape.hidden_size, shape.query_heads * shape.head_dim, shape.kv_heads * shape.head_dim
        self.input_layernorm = RmsNorm(size, shape.norm_eps)
        self.post_attention_layernorm = RmsNorm(size, shape.norm_eps)
        self.q_proj = nn.Linear(size, queries, bias=False)
        self.k_proj = nn.Linear(size, keys, bias=False)
        self.v_proj = nn.Linear(size, keys, bias=False)
        self.o_proj = nn.Linear(queries, size, bias=False)
        self.gate_proj = nn.Linear(size, shape.intermediate_size, bias=False)
        self.up_proj = nn.Linear(size, shape.intermediate_size, bias=False)
        self.down_proj = nn.Linear(shape.intermediate_size, size, bias=False)

    def project(self, x, cos, sin):
        """x: [tokens, hidden] -> rotated queries, rotated keys, values, each [tokens, heads, head_dim]."""
        h = self.input_layernorm(x)
        heads = lambda y: y.view(y.shape[0], -1, self.shape.head_dim)
        return rotate(heads(self.q_proj(h)), cos, sin), rotate(heads(self.k_proj(h)), cos, sin), heads(self.v_proj(h))

    def finish(self, x, attended):
        x = x + self.o_proj(attended)
        h = self.post_attention_layernorm(x)
        return x + self.down_proj(F.silu(self.gate_proj(h)) * self.up_proj(h))


class Model(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.shape = shape
        self.embed_tokens = nn.Embedding(shape.vocabulary_size, shape.hidden_size)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.norm = RmsNorm(shape.hidden_size, shape.norm_eps)
        for name, parameter in self.named_parameters():
            if parameter.dim() == 2:
                last = name.endswith(("o_proj.weight", "down_proj.weight"))
                nn.init.normal_(parameter, std=0.02 / (math.sqrt(2 * shape.layers) if last else 1))

    def angles(self, length: int, batch: int, device):
        half = torch.arange(0, self.shape.head_dim, 2, device=device, dtype=torch.float32) / self.shape.head_dim
        angle = torch.arange(length, device=device, dtype=torch.float32)[:, None] * self.shape.rope_theta ** -half
        angle = angle.repeat(batch, 1)[:, None]
        return angle.cos(), angle.sin()

    def forward(self, tokens, mask=None):
        """tokens: [batch, length] -> normed hidden states [batch * length, hidden]. `mask` [batch, 1, length, length]: True where attended."""
        batch, length = tokens.shape
        cos, sin = self.angles(length, batch, tokens.device)
        x = self.embed_tokens(tokens.reshape(-1))
        for layer in self.layers:
            q, k, v = (y.view(batch, length, -1, self.shape.head_dim).transpose(1, 2) for y in layer.project(x, cos, sin))
            attended = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, is_causal=mask is None, enable_gqa=True)
            x = layer.finish(x, attended.transpose(1, 2).reshape(batch * length, -1))
        return self.norm(x)

    def logits(self, hidden):
        return F.linear(hidden, self.embed_tokens.weight.to(hidden.dtype))

    def compile(self):
        for layer in self.layers:
            layer.project = torch.compile(layer.project, dynamic=False)
            layer.finish = torch.compile(layer.finish, dynamic=False)
