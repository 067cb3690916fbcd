"""The model, written so that one compilation serves every sequence length and layer: all but attention sees a flat list of tokens."""

import math

import torch
import torch.nn as nn
import torch.nn.functional as F

from shape import Shape


def rms_norm(x, weight, eps):
    return F.rms_norm(x.float(), (x.shape[-1],), weight, eps).to(x.dtype)


def rotate(x, cos, sin):
    """RoPE on halves (Llama layout). x: [tokens, heads, head_dim]; cos, sin: [tokens, 1, head_dim / 2], f32."""
    a, b = x.float().chunk(2, -1)
    return torch.cat([a * cos - b * sin, b * cos + a * sin], -1).to(x.dtype)


def project(x, cos, sin, norm, q, k, v, eps: float, head_dim: int):
    """x: [tokens, hidden] -> rotated queries, rotated keys, values, each [tokens, heads, head_dim]."""
    h = rms_norm(x, norm, eps)
    heads = lambda w: F.linear(h, w.to(h.dtype)).view(h.shape[0], -1, head_dim)
    return rotate(heads(q), cos, sin), rotate(heads(k), cos, sin), heads(v)


def finish(x, attended, norm, o, gate, up, down, eps: float):
    """Adds attention and the gated MLP to the residual stream x: [tokens, hidden]."""
    x = x + F.linear(attended, o.to(x.dtype))
    h = rms_norm(x, norm, eps)
    inner = F.silu(F.linear(h, gate.to(x.dtype))) * F.linear(h, up.to(x.dtype))
    return x + F.linear(inner, down.to(x.dtype))


class Layer(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        size, queries, keys = shape.hidden_size, shape.query_heads * shape.head_dim, shape.kv_heads * shape.head_dim
        matrix = lambda rows, columns: nn.Parameter(torch.empty(rows, columns))
        self.input_layernorm = nn.Parameter(torch.ones(size))
        self.post_attention_layernorm = nn.Parameter(torch.ones(size))
        self.q_proj, self.k_proj, self.v_proj = matrix(queries, size), matrix(keys, size), matrix(keys, size)
        self.o_proj = matrix(size, queries)
        self.gate_proj, self.up_proj = matrix(shape.intermediate_size, size), matrix(shape.intermediate_size, size)
        self.down_proj = matrix(size, shape.intermediate_size)


class Model(nn.Module):
    """Weights in f32; the residual stream in `dtype`."""

    def __init__(self, shape: Shape, dtype=torch.bfloat16):
        super().__init__()
        self.shape, self.dtype = shape, dtype
        self.embed_tokens = nn.Parameter(torch.empty(shape.vocabulary_size, shape.hidden_size))
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.norm = nn.Parameter(torch.ones(shape.hidden_size))
        self.project, self.finish = project, finish
        for name, parameter in self.named_parameters():
            if parameter.dim() == 2:
                last = name.endswith(("o_proj", "down_proj"))
                nn.init.normal_(parameter, std=0.02 / (math.sqrt(2 * shape.layers) if last else 1))

    def angles(self, length: int, batch: int, device):
        half = torch.arange(0, self.shape.head_dim, 2, device=device, dtype=torch.float32) / self.shape.head_dim
        angle = torch.arange(length, device=device, dtype=torch.float32)[:, None] * self.shape.rope_theta**-half
        angle = angle.repeat(batch, 1)[:, None]
        return angle.cos(), angle.sin()

    def forward(self, tokens, mask=None):
        """tokens: [batch, length] -> normed hidden states [batch * length, hidden]. `mask` [batch, 1, length, length]: True where attended."""
        batch, length = tokens.shape
        eps, head_dim = self.shape.norm_eps, self.shape.head_dim
        cos, sin = self.angles(length, batch, tokens.device)
        x = F.embedding(tokens.reshape(-1), self.embed_tokens).to(self.dtype)
        for layer in self.layers:
            parts = self.project(x, cos, sin, layer.input_layernorm, layer.q_proj, layer.k_proj, layer.v_proj, eps, head_dim)
            q, k, v = (y.view(batch, length, -1, head_dim).transpose(1, 2) for y in parts)
            attended = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, is_causal=mask is None, enable_gqa=True)
            flat = attended.transpose(1, 2).reshape(batch * length, -1)
            mlp = (layer.gate_proj, layer.up_proj, layer.down_proj)
            x = self.finish(x, flat, layer.post_attention_layernorm, layer.o_proj, *mlp, eps)
        return rms_norm(x, self.norm, eps)

    def logits(self, hidden):
        return F.linear(hidden, self.embed_tokens.to(hidden.dtype))

    def compile_parts(self, compiled: bool):
        """Compiled parts serve one number of tokens; evaluation, with many, takes them as they are."""
        self.project = torch.compile(project, dynamic=False) if compiled else project
        self.finish = torch.compile(finish, dynamic=False) if compiled else finish
