"""Makes quants.gguf: blocks of random bits of every quantised type, beside what the gguf package says they mean.

Tensor "<type>" holds the blocks, tensor "<type>.expected" the same elements in F32. Run with: pip install gguf numpy.
"""

from pathlib import Path

import gguf
import numpy as np
from gguf import GGMLQuantizationType as Type
from gguf import quants

ROWS, COLUMNS = 2, 512
# Byte offsets of the half-precision numbers in a block.
HALVES = {
    Type.Q8_0: [0],
    Type.Q4_0: [0],
    Type.Q4_1: [0, 2],
    Type.Q5_0: [0],
    Type.Q5_1: [0, 2],
    Type.Q4_K: [0, 2],
    Type.Q5_K: [0, 2],
    Type.Q6_K: [208],
}


def random_blocks(kind: Type, rng: np.random.Generator) -> np.ndarray:
    elements, size = gguf.GGML_QUANT_SIZES[kind]
    blocks = rng.integers(0, 256, (ROWS * COLUMNS // elements, size), dtype=np.uint8)
    for offset in HALVES[kind]:
        # Both signs, five orders of magnitude, a zero and a subnormal.
        values = (rng.standard_normal(len(blocks)) * 10.0 ** rng.uniform(-4, 1, len(blocks))).astype(np.float16)
        values[0], values[-1] = np.float16(0), np.float16(3e-7)
        blocks[:, offset : offset + 2] = values.view(np.uint8).reshape(-1, 2)
    return blocks.reshape(ROWS, -1)


def main() -> None:
    rng = np.random.default_rng(20240607)
    writer = gguf.GGUFWriter(Path(__file__).parent / "quants.gguf", "llama")
    writer.add_string("general.name", "golden quantised blocks")
    writer.add_array("kvasir.numbers", [1, 2, 3])
    writer.add_array("kvasir.words", ["one", "zwei", "三"])
    for kind in HALVES:
        blocks = random_blocks(kind, rng)
        writer.add_tensor(kind.name.lower(), blocks, raw_dtype=kind)
        writer.add_tensor(f"{kind.name.lower()}.expected", quants.dequantize(blocks, kind).astype(np.float32))
    halves = rng.standard_normal((ROWS, 64)).astype(np.float16)
    writer.add_tensor("f16", halves)
    writer.add_tensor("f16.expected", halves.astype(np.float32))
    floats = rng.standard_normal((ROWS, 64)).astype(np.float32)
    rounded = quants.quantize(floats, Type.BF16)
    writer.add_tensor("bf16", rounded, raw_dtype=Type.BF16)
    writer.add_tensor("bf16.expected", quants.dequantize(rounded, Type.BF16).astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    main()
