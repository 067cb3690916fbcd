import fc from "fast-check";
import { expect, it } from "vitest";
import type { BytesAt, EncodedDirectory } from "../backend/encoded-pages.ts";
import type { KvStore } from "../backend/kv-store.ts";
import type { LayerIndex, PageId, SequenceId } from "../ids.ts";
import type { RecodePages } from "../plan/retention-plan.ts";
import { RecodeQueue } from "../recode/recode-queue.ts";
import type { PinnedPages } from "./cache-results.ts";
import { PagePool } from "./page-pool.ts";
import { SequenceCache } from "./sequence-cache.ts";

const pageSize = 4;
const pageCount = 30;
const pageBytes = 1024;

/** What lies in a page from some byte on: a state, the tokens of an item, or a directory. */
interface Placed {
  readonly from: number;
  readonly to: number;
  readonly content: string | EncodedDirectory;
}

/** A store that remembers what each slot and each run of bytes holds. */
class Memory {
  readonly slots: (string | undefined)[] = Array.from({ length: pageCount * pageSize });
  readonly bytes: Placed[][] = Array.from({ length: pageCount }, () => []);
  #made: { readonly content: string; readonly length: number } | undefined;

  store(slot: number, content: string): void {
    this.bytes[Math.floor(slot / pageSize)] = [];
    this.slots[slot] = content;
  }

  place({ page, offset }: BytesAt, content: Placed["content"], length: number): void {
    expect(offset % 64).toBe(0);
    expect(offset + length).toBeLessThanOrEqual(pageBytes);
    const kept = (this.bytes[page] ?? []).filter(({ from, to }) => to <= offset || from >= offset + length);
    this.bytes[page] = [...kept, { from: offset, to: offset + length, content }];
    this.slots.fill(undefined, page * pageSize, (page + 1) * pageSize);
  }

  at({ page, offset }: BytesAt): Placed["content"] | undefined {
    return this.bytes[page]?.find(({ from }) => from === offset)?.content;
  }

  asStore(): KvStore {
    const layer = { kind: "full", kvHeads: 2, headDim: 8, owner: 0 as LayerIndex } as const;
    const shape = { layers: [layer], queryHeads: 2, maxPositions: 100, keyEncoding: "post-rope", hasFixedFrequencies: true } as const;
    const tokensOf = (source: Parameters<KvStore["encodeTokens"]>[0]): string =>
      Array.from({ length: source.tokens }, (_, index) => {
        const flat = source.skip + index;
        return this.slots[(source.pages[Math.floor(flat / pageSize)] as number) * pageSize + (flat % pageSize)];
      }).join(" ");
    const store: Partial<KvStore> = {
      spec: { shape, dtype: "f32", pageSize, pageCount },
      pageBytes,
      fitEncoding: async ({ pages, kvHead }) => {
        this.#made = { content: `state ${kvHead} ${pages.join()}`, length: 150 };
        return { stateLength: 150 };
      },
      encodeTokens: async (source) => {
        expect(String(this.at(source.state))).toMatch(new RegExp(`^state ${source.kvHead}`));
        this.#made = { content: `${source.kvHead} ${tokensOf(source)}`, length: 16 + 21 * source.tokens };
        return { byteLength: 16 + 21 * source.tokens, loss: 0.1 };
      },
      placeEncoded: (at) => this.place(at, this.#made?.content ?? "", this.#made?.length ?? 0),
      writeDirectory: (at, directory) => this.place(at, directory, 16 + 32 * directory.items.length),
    };
    return store as KvStore;
  }
}

interface Running {
  readonly cache: SequenceCache;
  readonly queue: RecodeQueue;
  /** What is attended, by position. */
  expected: Map<number, string>;
}

class World {
  readonly pool = new PagePool({ pageCount });
  readonly memory = new Memory();
  running: Running[] = [];
  pins: { readonly pages: PinnedPages; readonly expected: Map<number, string> }[] = [];
  #nextId = 1;

  #add(cache: SequenceCache, expected: Map<number, string>): void {
    const queue = new RecodeQueue({ cache, store: this.memory.asStore(), pool: this.pool, policy: "test" });
    this.running.push({ cache, queue, expected });
  }

  get #newId(): SequenceId {
    return this.#nextId++ as SequenceId;
  }

  start(pin?: World["pins"][number]): void {
    const cache = SequenceCache.create(this.pool, { id: this.#newId, pageSize });
    if (pin !== undefined) cache.attachPinned(pin.pages);
    this.#add(cache, new Map(pin?.expected));
  }

  append({ cache, expected }: Running, count: number): void {
    const reserved = cache.reserve(count);
    if (!reserved.ok) return;
    for (const { from, to } of reserved.copies) {
      for (let offset = 0; offset < pageSize; offset++)
        this.memory.store(to * pageSize + offset, this.memory.slots[from * pageSize + offset] ?? "");
    }
    reserved.slots.forEach((slot, index) => {
      const content = `t${this.#nextId++}`;
      this.memory.store(slot, content);
      expected.set(reserved.firstPosition + index, content);
    });
  }

  recode({ cache, queue }: Running, from: number, count: number, overSteps: number, continues: boolean): void {
    const dense = cache.toSegments().findLast(({ encoding, shift }) => encoding === undefined && shift === 0);
    const full = dense?.pages.slice(0, Math.floor(dense.length / pageSize)) ?? [];
    const start = from + full.findLastIndex((page) => queue.pages.includes(page)) + 1;
    const pages = full.slice(start, start + count);
    if (pages.length === 0) return;
    const basis = continues && from === 0 && cache.encodedBefore(pages[0] as PageId) !== undefined ? "continue" : "fit";
    const action: RecodePages = { type: "recode-pages", pages, to: { codec: "test", settings: {} }, basis, overSteps };
    queue.add(cache.applyRetention({ actions: [action] }, "test", { codecs: ["test"], pages: queue.pages }).recodings);
  }

  async step({ queue }: Running): Promise<void> {
    queue.noteStep();
    await queue.work();
  }

  fork({ cache, expected }: Running): void {
    this.#add(cache.fork(this.#newId), new Map(expected));
  }

  truncate(one: Running, length: number): void {
    if (one.queue.pages.length > 0) return;
    if (!one.cache.canTruncate(length)) {
      expect(() => one.cache.truncate(length)).toThrow(/inside an encoded piece/);
      return;
    }
    one.cache.truncate(length);
    for (const position of [...one.expected.keys()]) if (position >= length) one.expected.delete(position);
  }

  /** Drops a segment, and the pieces that share pages with it. */
  drop({ cache, queue, expected }: Running, index: number): void {
    const segment = cache.toSegments()[index];
    if (segment === undefined || segment.pages.some((page) => queue.pages.includes(page))) return;
    const gone = new Set(segment.pages);
    const pieces = cache.toSegments().flatMap(({ encoding }) => encoding?.pieces ?? []);
    for (let size = 0; size !== gone.size;) {
      size = gone.size;
      for (const piece of pieces) if (piece.pages.some((page) => gone.has(page))) for (const page of piece.pages) gone.add(page);
    }
    const pages = [...gone];
    cache.applyRetention({ actions: [{ type: "drop-pages", pages }] }, "test", { codecs: ["test"], pages: queue.pages });
    const attended = new Set(cache.toSegments().flatMap((left) => Array.from({ length: left.length }, (_, i) => left.firstPosition + i)));
    for (const position of [...expected.keys()]) if (!attended.has(position)) expected.delete(position);
  }

  pin({ cache, expected }: Running): void {
    if (expected.size === 0 || expected.size < cache.length) return;
    this.pins.push({ pages: cache.pin(), expected: new Map(expected) });
  }

  unpin(pin: World["pins"][number]): void {
    pin.pages.release();
    this.pins = this.pins.filter((each) => each !== pin);
  }

  release(one: Running): void {
    one.queue.abort();
    one.cache.release();
    this.running = this.running.filter((each) => each !== one);
  }

  /** What a sequence attends: tokens in slots, and tokens that its encoded pieces hold. */
  contentOf(cache: SequenceCache): Map<number, string> {
    const found = new Map<number, string>();
    for (const segment of cache.toSegments()) {
      let position = segment.firstPosition;
      for (const piece of segment.encoding?.pieces ?? []) {
        const directory = this.memory.at(piece) as EncodedDirectory;
        const heads = directory.items.map(({ bytes }) => String(this.memory.at(bytes)).split(" ").slice(1));
        directory.items.forEach(({ state }, kvHead) => expect(String(this.memory.at(state))).toMatch(new RegExp(`^state ${kvHead}`)));
        expect(heads[1]).toEqual(heads[0]);
        for (const content of heads[0] ?? []) found.set(position++, content);
        const pages = new Set([piece.page, ...directory.items.flatMap(({ bytes, state }) => [bytes.page, state.page])]);
        expect(new Set(piece.pages)).toEqual(pages);
      }
      if (segment.encoding !== undefined) continue;
      for (let index = 0; index < segment.length; index++) {
        const flat = segment.skip + index;
        const slot = (segment.pages[Math.floor(flat / pageSize)] as number) * pageSize + (flat % pageSize);
        found.set(segment.positions?.[index] ?? segment.firstPosition + index, this.memory.slots[slot] ?? "nothing");
      }
    }
    return found;
  }

  check(): void {
    this.pool.checkIntegrity();
    const readers = new Map<number, number>();
    const holders = [...this.running.map(({ cache }) => cache.pages), ...this.pins.map(({ pages }) => pages.pages)];
    for (const page of holders.flat()) readers.set(page, (readers.get(page) ?? 0) + 1);
    const isBusy = this.running.some(({ queue }) => !queue.isEmpty);
    for (let page = 0; page < pageCount; page++) {
      const references = this.pool.refCount(page as PageId);
      if (isBusy) expect(references).toBeGreaterThanOrEqual(readers.get(page) ?? 0);
      else expect(references).toBe(readers.get(page) ?? 0);
    }
    for (const { cache, expected } of this.running) expect(this.contentOf(cache)).toEqual(expected);
  }
}

type Step = (world: World) => void | Promise<void>;

const pick = <T>(list: readonly T[], index: number): T | undefined => list[index % Math.max(1, list.length)];

function onRunning(index: number, act: (world: World, one: Running) => void | Promise<void>): Step {
  return (world) => {
    const one = pick(world.running, index);
    return one === undefined ? undefined : act(world, one);
  };
}

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.constant<Step>((world) => world.start()) },
  { weight: 6, arbitrary: fc.tuple(fc.nat(9), fc.nat(20)).map(([i, n]) => onRunning(i, (world, one) => world.append(one, 4 + n))) },
  {
    weight: 8,
    arbitrary: fc
      .tuple(fc.nat(9), fc.nat(1), fc.integer({ min: 1, max: 4 }), fc.nat(3), fc.boolean())
      .map(([i, from, count, steps, continues]) =>
        onRunning(i, async (world, one) => {
          world.recode(one, from, count, steps, continues);
          await one.queue.work();
        }),
      ),
  },
  { weight: 8, arbitrary: fc.nat(9).map((i) => onRunning(i, (world, one) => world.step(one))) },
  { weight: 2, arbitrary: fc.nat(9).map((i) => onRunning(i, (world, one) => world.fork(one))) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.nat(9), fc.nat(20))
      .map(([i, n]) => onRunning(i, (world, one) => world.truncate(one, Math.min(n, one.cache.length)))),
  },
  { weight: 2, arbitrary: fc.tuple(fc.nat(9), fc.nat(3)).map(([i, n]) => onRunning(i, (world, one) => world.drop(one, n))) },
  { weight: 3, arbitrary: fc.nat(9).map((i) => onRunning(i, (world, one) => world.pin(one))) },
  {
    weight: 3,
    arbitrary: fc.nat(9).map((i): Step => (world) => {
      const pin = pick(world.pins, i);
      if (pin !== undefined) world.start(pin);
    }),
  },
  {
    weight: 2,
    arbitrary: fc.nat(9).map((i): Step => (world) => {
      const pin = pick(world.pins, i);
      if (pin !== undefined) world.unpin(pin);
    }),
  },
  { weight: 1, arbitrary: fc.nat(9).map((i) => onRunning(i, (world, one) => world.release(one))) },
);

it("keeps every token, encoded or not, and every page accounted for", async () => {
  let pieces = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 80 }), async (steps) => {
      const world = new World();
      for (const act of steps) {
        await act(world);
        world.check();
        pieces += world.running.reduce(
          (sum, { cache }) => sum + cache.toSegments().flatMap(({ encoding }) => encoding?.pieces ?? []).length,
          0,
        );
      }
      for (const one of [...world.running]) world.release(one);
      for (const pin of [...world.pins]) world.unpin(pin);
      expect(world.pool.counts().free).toBe(pageCount);
    }),
    { numRuns: 150 },
  );
  // Or nothing was tried.
  expect(pieces).toBeGreaterThan(200);
});
