import type { KernelHost } from "./host/kernel-host.ts";
import { Opcode, Tape } from "./tape.ts";

const ROWS = 4;
const COLUMNS = 96;
const TOLERANCE = 1e-5;

/**
 * Runs one operator on all threads and compares with the same in JavaScript; returns what is wrong, undefined if nothing. It finds
 * miscompiled kernels and threads that do not meet, before a model runs on them.
 */
export function selfTest(host: KernelHost): string | undefined {
  const tape = new Tape(host, 4);
  const bytes = ROWS * COLUMNS * 4;
  const x = host.allocate(2 * bytes);
  const out = host.allocate(bytes);
  const viewOf = (address: number, length: number): Float32Array => {
    const view = host.bytes(address, length * 4);
    return new Float32Array(view.buffer, view.byteOffset, length);
  };
  try {
    const input = viewOf(x, 2 * ROWS * COLUMNS);
    for (let i = 0; i < input.length; i++) input[i] = Math.sin(i * 0.7) * 6;
    tape.begin(Opcode.gatedActivation).integer(x).integer(out).integer(ROWS).integer(COLUMNS).integer(0);
    tape.run();
    const result = viewOf(out, ROWS * COLUMNS);
    for (let i = 0; i < result.length; i++) {
      const at = Math.floor(i / COLUMNS) * 2 * COLUMNS + (i % COLUMNS);
      const gate = input[at] ?? 0;
      const expected = (gate / (1 + Math.exp(-gate))) * (input[at + COLUMNS] ?? 0);
      const found = result[i] ?? Number.NaN;
      if (!(Math.abs(found - expected) <= TOLERANCE * (1 + Math.abs(expected)))) return `element ${i} is ${found} instead of ${expected}`;
    }
    return undefined;
  } finally {
    tape.dispose();
    host.free(x);
    host.free(out);
  }
}
