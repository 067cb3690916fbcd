import { InvariantError } from "../errors/invariant-error.ts";
import type { PageId } from "../ids.ts";
import { hashPage, hashRoot, type PrefixRootKey } from "./page-hash.ts";
import type { PageHolder, PagePool } from "./page-pool.ts";
import { InactiveNodes, PrefixNode } from "./prefix-node.ts";

declare const brand: unique symbol;

/** Where prefixes of one tenant (or the public ones), model and format begin. */
export interface PrefixRoot {
  readonly [brand]: "PrefixRoot";
}

/** A place in the tree from which `insert` goes on without hashing the prefix again. */
export interface PrefixCursor {
  /** Tokens of the prefix up to here; a multiple of the page size. */
  readonly tokens: number;
  readonly [brand]: "PrefixCursor";
}

export interface PrefixMatch {
  /** Full pages that hold the start of the tokens. Not referenced yet: retain them before anything is reserved. */
  readonly pages: readonly PageId[];
  /** Tokens in `pages`. */
  readonly tokens: number;
  readonly cursor: PrefixCursor;
}

export interface PrefixIndexOptions {
  readonly pool: PagePool;
  /** Tokens per page. */
  readonly pageSize: number;
  /** Chained hash of a page; SHA-256 where absent. Tests give a weak one to provoke collisions. */
  readonly hashPage?: (parent: string, tokens: Uint32Array) => string;
}

class Cursor {
  readonly node: PrefixNode;

  constructor(node: PrefixNode) {
    this.node = node;
  }

  get tokens(): number {
    return this.node.prefixTokens;
  }
}

/**
 * Finds pages that already hold the start of a prompt: a radix tree whose edges are whole pages, keyed by chained SHA-256 hashes.
 *
 * Invariants: pages are found only below the root they were inserted under, since a hit must hang from the very parent and hold the very
 * tokens, whatever its hash; a node's parent stays as long as the node; every held page without references can be evicted. Least recently
 * released ones go first, leaves before their parents, in O(1) each; then those below which sequences still refer to pages (they gave up the
 * start of what they hold), and the index forgets what is below as well.
 */
export class PrefixIndex implements PageHolder {
  readonly #pool: PagePool;
  readonly #pageSize: number;
  readonly #hashPage: (parent: string, tokens: Uint32Array) => string;
  readonly #roots = new Map<string, PrefixNode>();
  readonly #nodes = new Map<PageId, PrefixNode>();
  readonly #inactive = new InactiveNodes();
  /** Unreferenced pages above referenced ones, those released first (the ends of a prefix) in front. */
  readonly #blocked = new Set<PrefixNode>();

  constructor(options: PrefixIndexOptions) {
    this.#pool = options.pool;
    this.#pageSize = options.pageSize;
    this.#hashPage = options.hashPage ?? hashPage;
    this.#pool.attachHolder(this);
  }

  /** Pages held. */
  get size(): number {
    return this.#nodes.size;
  }

  /** Pages that `evict` can give up now. */
  get evictableCount(): number {
    return this.#inactive.size + this.#blocked.size;
  }

  /** The root for a tenant or the public, a model and a format; the same key gives the same root until it is forgotten. */
  rootFor(key: PrefixRootKey): PrefixRoot {
    const hash = hashRoot(key);
    const known = this.#roots.get(hash);
    const root = known ?? new PrefixNode(hash, undefined, -1 as PageId, new Uint32Array(0));
    this.#roots.set(hash, root);
    return root as unknown as PrefixRoot;
  }

  /** Longest run of full pages under `root` that holds the first tokens, of at most `limit` tokens (prompt length - 1, so that one is computed). */
  match(root: PrefixRoot, tokens: readonly number[], limit: number = tokens.length): PrefixMatch {
    const pages: PageId[] = [];
    let node = asNode(root);
    const end = Math.min(limit, tokens.length);
    for (let start = 0; start + this.#pageSize <= end; start += this.#pageSize) {
      const child = this.#child(node, this.#pageTokens(tokens, start));
      if (child === undefined) break;
      pages.push(child.page);
      node = child;
    }
    return { pages, tokens: pages.length * this.#pageSize, cursor: asCursor(node) };
  }

  /**
   * Makes full pages findable. `pages[i]` holds tokens `i * pageSize ...` and must be referenced by the caller. Where a page for the same
   * prefix is known already, that one stays and the caller's is left alone.
   * @param from of an earlier match or insert of the same tokens; saves hashing what comes before. Drop it when tokens before it change.
   * @returns where to go on when more pages are full
   */
  insert(root: PrefixRoot, tokens: readonly number[], pages: readonly PageId[], from?: PrefixCursor): PrefixCursor {
    if (pages.length * this.#pageSize > tokens.length) {
      throw new InvariantError({ invariant: `${pages.length} full pages of ${this.#pageSize} hold no more than ${tokens.length} tokens` });
    }
    let node = from === undefined ? asNode(root) : this.#resume(asNode(root), from, tokens);
    if (node.root.isRemoved) return asCursor(node);
    for (let index = node.prefixTokens / this.#pageSize; index < pages.length; index++) {
      const pageTokens = this.#pageTokens(tokens, index * this.#pageSize);
      const child = this.#child(node, pageTokens) ?? this.#add(node, pageTokens, pages[index] as PageId);
      if (child === undefined) break;
      node = child;
    }
    return asCursor(node);
  }

  /** Stops holding everything under a root. Sequences keep the pages they reference. */
  forget(root: PrefixRoot): void {
    const node = asNode(root);
    for (const child of [...node.children.values()]) this.#removeSubtree(child);
    node.isRemoved = true;
    this.#roots.delete(node.hash);
  }

  evict(): void {
    const node = this.#inactive.oldest;
    if (node === undefined) {
      const [blocked] = this.#blocked;
      if (blocked === undefined) throw new InvariantError({ invariant: "evict is called only while something is evictable" });
      this.#removeSubtree(blocked);
      return;
    }
    if (node.children.size > 0) throw new InvariantError({ invariant: `the oldest unreferenced page ${node.page} is a leaf` });
    this.#remove(node);
  }

  pageReferenced(page: PageId): void {
    this.#setReferenced(this.#nodeOf(page), true);
  }

  pageUnreferenced(page: PageId): void {
    this.#setReferenced(this.#nodeOf(page), false);
  }

  /** A known child is a hit only if it holds these very tokens; otherwise its hash collides and it is a miss. */
  #child(node: PrefixNode, tokens: Uint32Array): PrefixNode | undefined {
    const child = node.children.get(this.#hashPage(node.hash, tokens));
    return child?.holds(tokens) === true ? child : undefined;
  }

  /** The cursor's node where it still stands for the start of these tokens under this root, else the root. */
  #resume(root: PrefixNode, from: PrefixCursor, tokens: readonly number[]): PrefixNode {
    const { node } = from as unknown as Cursor;
    const isValid = node.root === root && !node.isRemoved && node.prefixTokens <= tokens.length;
    return isValid && (node === root || node.holds(this.#pageTokens(tokens, node.prefixTokens - this.#pageSize))) ? node : root;
  }

  #add(parent: PrefixNode, tokens: Uint32Array, page: PageId): PrefixNode | undefined {
    const hash = this.#hashPage(parent.hash, tokens);
    // Another page of other tokens has this hash, or this very page is known under another prefix: leave it out.
    if (parent.children.has(hash) || this.#nodes.has(page)) return undefined;
    this.#pool.hold(page);
    const node = new PrefixNode(hash, parent, page, tokens);
    parent.children.set(hash, node);
    this.#nodes.set(page, node);
    this.#setReferenced(node, true);
    return node;
  }

  /** Marks a node as referenced or not, and tells its ancestors as far as that makes them active or inactive. */
  #setReferenced(node: PrefixNode, isReferenced: boolean): void {
    let wasActive = node.isActive;
    node.isReferenced = isReferenced;
    this.#noteBlocked(node);
    let changed: PrefixNode = node;
    // Roots have no page and are never evicted, so the walk ends below them.
    while (wasActive !== changed.isActive && changed.parent !== undefined) {
      if (!changed.isActive) this.#inactive.append(changed);
      else if (this.#isListed(changed)) this.#inactive.remove(changed);
      const { parent } = changed;
      wasActive = parent.isActive;
      parent.activeChildren += changed.isActive ? 1 : -1;
      this.#noteBlocked(parent);
      changed = parent;
    }
  }

  #noteBlocked(node: PrefixNode): void {
    const isBlocked = node.parent !== undefined && !node.isReferenced && node.activeChildren > 0;
    if (isBlocked) this.#blocked.add(node);
    else this.#blocked.delete(node);
  }

  /** A new node is neither active nor listed. */
  #isListed(node: PrefixNode): boolean {
    return node.older !== undefined || node.newer !== undefined || this.#inactive.oldest === node;
  }

  #removeSubtree(node: PrefixNode): void {
    const order = [node];
    for (let index = 0; index < order.length; index++) order.push(...(order[index] as PrefixNode).children.values());
    for (const each of order.reverse()) this.#remove(each);
  }

  /** Removes a leaf. */
  #remove(node: PrefixNode): void {
    if (node.isActive) this.#setReferenced(node, false);
    this.#inactive.remove(node);
    node.parent?.children.delete(node.hash);
    node.isRemoved = true;
    this.#nodes.delete(node.page);
    this.#pool.unhold(node.page);
  }

  #nodeOf(page: PageId): PrefixNode {
    const node = this.#nodes.get(page);
    if (node === undefined) throw new InvariantError({ invariant: `held page ${page} is in the index` });
    return node;
  }

  #pageTokens(tokens: readonly number[], start: number): Uint32Array {
    return Uint32Array.from(tokens.slice(start, start + this.#pageSize));
  }
}

function asNode(root: PrefixRoot): PrefixNode {
  return root as unknown as PrefixNode;
}

function asCursor(node: PrefixNode): PrefixCursor {
  return new Cursor(node) as unknown as PrefixCursor;
}
