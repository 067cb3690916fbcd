import fc from "fast-check";
import { expect, it } from "vitest";
import type { PageId, SequenceId } from "../ids.ts";
import type { TokenMove } from "./move-tokens.ts";
import type { PageCopy, PinnedPages } from "./cache-results.ts";
import { PagePool } from "./page-pool.ts";
import { PrefixIndex, type PrefixCursor, type PrefixRoot } from "./prefix-index.ts";
import { SequenceCache } from "./sequence-cache.ts";
import { storedPosition } from "../plan/validate-segment.ts";

const pageSize = 4;
const pageCount = 20;

interface Running {
  readonly cache: SequenceCache;
  readonly rootIndex: number;
  tokens: number[];
  /** What each attended token's slot must hold, by position. */
  expected: Map<number, string>;
  cursor: PrefixCursor | undefined;
  /** Set once something was dropped: what is computed from then on is this sequence's own. */
  taint: string;
}

interface Pinned {
  readonly pages: PinnedPages;
  readonly rootIndex: number;
  readonly tokens: readonly number[];
}

/** Pool, index and sequences beside a plain model of what every slot holds. */
class World {
  readonly pool = new PagePool({ pageCount });
  readonly index: PrefixIndex;
  readonly roots: PrefixRoot[];
  readonly memory: (string | undefined)[] = Array.from({ length: pageCount * pageSize });
  running: Running[] = [];
  pins: Pinned[] = [];
  nextId = 1;

  constructor(hashPage?: (parent: string, tokens: Uint32Array) => string) {
    this.index = new PrefixIndex({ pool: this.pool, pageSize, ...(hashPage === undefined ? {} : { hashPage }) });
    this.roots = [0, 1, 2].map((index) => this.root(index));
  }

  root(index: number): PrefixRoot {
    const scope = index === 2 ? ({ kind: "public" } as const) : ({ kind: "tenant", salt: `tenant ${index}` } as const);
    return this.index.rootFor({ scope, model: "model", format: "dense f32" });
  }

  content(rootIndex: number, tokens: readonly number[], position: number, taint: string): string {
    return `${rootIndex}/${taint}/${tokens.slice(0, position + 1).join(",")}`;
  }

  /** Starts a sequence from what the index or a pin has, then computes the rest of the prompt. */
  admit(rootIndex: number, prompt: number[], pin?: Pinned): void {
    const cache = SequenceCache.create(this.pool, { id: this.nextId++ as SequenceId, pageSize });
    const one: Running = { cache, rootIndex, tokens: [], expected: new Map(), cursor: undefined, taint: "" };
    if (pin === undefined) {
      const match = this.index.match(this.roots[rootIndex] as PrefixRoot, prompt, prompt.length - 1);
      expect(match.tokens).toBeLessThan(Math.max(1, prompt.length));
      cache.attach({ pages: match.pages, length: match.tokens, firstPosition: 0 });
      one.cursor = match.cursor;
      one.tokens = prompt.slice(0, match.tokens);
    } else {
      cache.attach({ pages: pin.pages.pages, length: pin.pages.length, firstPosition: 0, role: "context" });
      one.tokens = [...pin.tokens];
    }
    one.tokens.forEach((_, position) => one.expected.set(position, this.content(rootIndex, one.tokens, position, "")));
    this.checkContent(one);
    this.running.push(one);
    this.append(one, prompt.slice(one.tokens.length));
  }

  append(one: Running, tokens: readonly number[]): void {
    const before = this.pool.counts();
    const reserved = one.cache.reserve(tokens.length);
    if (!reserved.ok) {
      expect(this.pool.counts()).toEqual(before);
      expect(reserved.free).toBeLessThan(reserved.needed);
      return;
    }
    expect(reserved.firstPosition).toBe(one.tokens.length);
    this.copy(reserved.copies);
    one.tokens.push(...tokens);
    reserved.slots.forEach((slot, index) => {
      const position = reserved.firstPosition + index;
      const content = this.content(one.rootIndex, one.tokens, position, one.taint);
      this.memory[slot] = content;
      one.expected.set(position, content);
    });
    const sealed = one.cache.takeSealed();
    if (sealed !== undefined) one.cursor = this.index.insert(this.roots[one.rootIndex] as PrefixRoot, one.tokens, sealed, one.cursor);
  }

  fork(one: Running): void {
    const cache = one.cache.fork(this.nextId++ as SequenceId);
    this.running.push({ ...one, cache, tokens: [...one.tokens], expected: new Map(one.expected) });
  }

  truncate(one: Running, length: number): void {
    one.cache.truncate(length);
    one.tokens = one.tokens.slice(0, length);
    for (const position of [...one.expected.keys()]) if (position >= length) one.expected.delete(position);
    one.cursor = undefined;
    // Whatever attended less than everything lay behind the first hole.
    if (one.expected.size === one.tokens.length) one.taint = "";
  }

  /** From its first hole on, what a sequence computes is worth nothing to others. */
  markHoles(one: Running): void {
    if (one.expected.size < one.tokens.length) one.taint = `own ${one.cache.id} ${this.nextId++}`;
  }

  drop(one: Running, page: number): void {
    const pages = one.cache.pages;
    if (pages.length === 0) return;
    const dropped = pages[page % pages.length] as PageId;
    const before = this.positionsBySlot(one);
    one.cache.applyRetention({ actions: [{ type: "drop-pages", pages: [dropped] }] }, "test");
    for (const [slot, position] of before) if (Math.floor(slot / pageSize) === dropped) one.expected.delete(position);
    this.markHoles(one);
  }

  compact(one: Running, from: number, count: number, keepEvery: number): void {
    const pages = one.cache.pages.slice(from % Math.max(1, one.cache.pages.length)).slice(0, 1 + count);
    if (pages.length === 0) return;
    const tokens = [...this.positionsBySlot(one)].filter(([slot]) => pages.includes(Math.floor(slot / pageSize) as PageId));
    const keep = tokens.map((_, index) => index).filter((index) => index % keepEvery === 0);
    const result = one.cache.applyRetention({ actions: [{ type: "compact-tokens", pages, keep }] }, "test");
    if (result.deferred.length > 0) return;
    this.move(result.moves);
    tokens.forEach(([, position], index) => {
      if (index % keepEvery !== 0) one.expected.delete(position);
    });
    this.markHoles(one);
  }

  release(one: Running): void {
    one.cache.release();
    this.running = this.running.filter((each) => each !== one);
  }

  pin(one: Running): void {
    // Pinning is for contexts: whole sequences without anything of their own.
    if (one.taint !== "" || one.tokens.length === 0) return;
    this.pins.push({ pages: one.cache.pin(), rootIndex: one.rootIndex, tokens: [...one.tokens] });
  }

  unpin(pin: Pinned): void {
    pin.pages.release();
    this.pins = this.pins.filter((each) => each !== pin);
  }

  forget(rootIndex: number): void {
    this.index.forget(this.roots[rootIndex] as PrefixRoot);
    this.roots[rootIndex] = this.root(rootIndex);
  }

  copy(copies: readonly PageCopy[]): void {
    for (const { from, to } of copies) {
      for (let offset = 0; offset < pageSize; offset++) this.memory[to * pageSize + offset] = this.memory[from * pageSize + offset];
    }
  }

  move(moves: readonly TokenMove[]): void {
    for (const { from, to } of moves) this.memory[to] = this.memory[from];
  }

  /** Slots a sequence attends, in token order, with the position of each. */
  positionsBySlot(one: Running): Map<number, number> {
    const positions = new Map<number, number>();
    for (const segment of one.cache.toSegments()) {
      for (let index = 0; index < segment.length; index++) {
        const flat = segment.skip + index;
        const page = segment.pages[Math.floor(flat / pageSize)] as number;
        positions.set(page * pageSize + (flat % pageSize), storedPosition(segment, index) + segment.shift);
      }
    }
    return positions;
  }

  checkContent(one: Running): void {
    const attended = this.positionsBySlot(one);
    expect(attended.size).toBe(one.expected.size);
    expect(one.cache.tokenCount).toBe(one.expected.size);
    for (const [slot, position] of attended) expect(this.memory[slot]).toBe(one.expected.get(position));
  }

  check(): void {
    this.pool.checkIntegrity();
    const { free, referenced, cached, total } = this.pool.counts();
    expect(free + referenced + cached).toBe(total);
    expect(this.index.evictableCount).toBe(cached);
    const readers = new Int32Array(pageCount);
    for (const page of [...this.running.flatMap(({ cache }) => cache.pages), ...this.pins.flatMap(({ pages }) => pages.pages)]) {
      readers[page] = (readers[page] as number) + 1;
    }
    for (let page = 0; page < pageCount; page++) expect(this.pool.refCount(page as PageId)).toBe(readers[page]);
    for (const one of this.running) this.checkContent(one);
  }
}

type Step = (world: World) => void;

const prompt = fc.array(fc.nat(1), { maxLength: 22 });
const pick = <T>(list: readonly T[], index: number): T | undefined => list[index % Math.max(1, list.length)];

function onRunning(index: number, act: (world: World, one: Running) => void): Step {
  return (world) => {
    const one = pick(world.running, index);
    if (one !== undefined) act(world, one);
  };
}

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.tuple(fc.nat(2), prompt).map(
      ([root, tokens]): Step =>
        (world) =>
          world.admit(root, tokens),
    ),
  },
  {
    weight: 6,
    arbitrary: fc.tuple(fc.nat(9), prompt).map(([i, tokens]) => onRunning(i, (world, one) => world.append(one, tokens.slice(0, 6)))),
  },
  { weight: 2, arbitrary: fc.nat(9).map((i) => onRunning(i, (world, one) => world.fork(one))) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.nat(9), fc.nat(20))
      .map(([i, n]) => onRunning(i, (world, one) => world.truncate(one, Math.min(n, one.tokens.length)))),
  },
  { weight: 2, arbitrary: fc.tuple(fc.nat(9), fc.nat(9)).map(([i, page]) => onRunning(i, (world, one) => world.drop(one, page))) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.nat(9), fc.nat(9), fc.nat(4), fc.integer({ min: 1, max: 3 }))
      .map(([i, from, count, every]) => onRunning(i, (world, one) => world.compact(one, from, count, every))),
  },
  { weight: 4, arbitrary: fc.nat(9).map((i) => onRunning(i, (world, one) => world.release(one))) },
  {
    weight: 2,
    // Preemption: give everything back, then compute (or find) the same tokens again.
    arbitrary: fc.nat(9).map((i) =>
      onRunning(i, (world, one) => {
        world.release(one);
        world.admit(one.rootIndex, one.tokens);
      }),
    ),
  },
  { weight: 2, arbitrary: fc.nat(9).map((i) => onRunning(i, (world, one) => world.pin(one))) },
  {
    weight: 3,
    arbitrary: fc.tuple(fc.nat(9), prompt).map(([i, tokens]): Step => (world) => {
      const pin = pick(world.pins, i);
      if (pin !== undefined) world.admit(pin.rootIndex, [...pin.tokens, ...tokens], pin);
    }),
  },
  {
    weight: 2,
    arbitrary: fc.nat(9).map((i): Step => (world) => {
      const pin = pick(world.pins, i);
      if (pin !== undefined) world.unpin(pin);
    }),
  },
  {
    weight: 1,
    arbitrary: fc.nat(2).map(
      (root): Step =>
        (world) =>
          world.forget(root),
    ),
  },
);

function runsOf(hashPage?: (parent: string, tokens: Uint32Array) => string) {
  return fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const world = new World(hashPage);
    for (const act of steps) {
      act(world);
      world.check();
    }
    for (const one of [...world.running]) world.release(one);
    for (const pin of [...world.pins]) world.unpin(pin);
    world.check();
    expect(world.pool.counts().referenced).toBe(0);
    // Whatever the index still holds can be had: nothing leaks.
    expect(world.pool.tryReserve(pageCount).ok).toBe(true);
    expect(world.index.size).toBe(0);
  });
}

it("keeps counts, reference counts, tenants and contents right through any order of operations", () => {
  fc.assert(runsOf(), { numRuns: 400 });
});

it("treats hash collisions as misses", () => {
  // Two hashes in all: nearly every look-up collides, across prefixes and tenants.
  fc.assert(
    runsOf((parent, tokens) => String((parent.length + (tokens[0] ?? 0)) % 2)),
    { numRuns: 200 },
  );
});
