/**
 * The `count` most likely tokens, most likely first; of equal ones the lowest id first. A heap of `count` entries passes over the
 * logits once, so that a large vocabulary is never sorted.
 */
export function topTokens(logits: Float32Array, count: number): Uint32Array {
  const size = Math.min(count, logits.length);
  const heap = new Uint32Array(size);
  if (size === 0) return heap;
  for (let token = 0; token < size; token++) heap[token] = token;
  for (let parent = (size >> 1) - 1; parent >= 0; parent--) siftDown(heap, parent, size, logits);
  let least = logits[heap[0]!]!;
  for (let token = size; token < logits.length; token++) {
    // Of equal logits the lower id stays, and that one came first.
    if (logits[token]! <= least) continue;
    heap[0] = token;
    siftDown(heap, 0, size, logits);
    least = logits[heap[0]]!;
  }
  for (let end = size - 1; end > 0; end--) {
    const token = heap[0]!;
    heap[0] = heap[end]!;
    heap[end] = token;
    siftDown(heap, 0, end, logits);
  }
  return heap;
}

/** The least likely token is at the root. */
function siftDown(heap: Uint32Array, start: number, size: number, logits: Float32Array): void {
  const token = heap[start]!;
  let parent = start;
  for (;;) {
    let child = 2 * parent + 1;
    if (child >= size) break;
    if (child + 1 < size && isLess(heap[child + 1]!, heap[child]!, logits)) child++;
    if (!isLess(heap[child]!, token, logits)) break;
    heap[parent] = heap[child]!;
    parent = child;
  }
  heap[parent] = token;
}

function isLess(a: number, b: number, logits: Float32Array): boolean {
  return logits[a]! < logits[b]! || (logits[a] === logits[b] && a > b);
}
