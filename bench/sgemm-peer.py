"""GFLOP/s of numpy's f32 matrix product, for shared-attention-kernel.mjs --sgemm. 

Arguments: threads, and `cpu` for time on the cores instead of on the clock. Reads lines of "rows columns inner".
"""

import os
import sys
import time

THREADS = sys.argv[1] if len(sys.argv) > 1 else "1"
for variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ[variable] = THREADS

import numpy  # noqa: E402  (reads the variables above)

REPEAT = 4
IS_CPU = sys.argv[2:] == ["cpu"]


def clock() -> float:
    return time.process_time() / int(THREADS) if IS_CPU else time.perf_counter()


random = numpy.random.default_rng(0)
inputs = {}

for line in sys.stdin:
    rows, columns, inner = map(int, line.split())
    if (rows, columns, inner) not in inputs:
        a = random.standard_normal((rows, inner), dtype=numpy.float32)
        b = random.standard_normal((inner, columns), dtype=numpy.float32)
        inputs[rows, columns, inner] = (a, b, numpy.empty((rows, columns), dtype=numpy.float32))
    a, b, out = inputs[rows, columns, inner]
    start = clock()
    for _ in range(REPEAT):
        numpy.matmul(a, b, out=out)
    print(REPEAT * 2 * rows * columns * inner / (clock() - start) / 1e9, flush=True)
