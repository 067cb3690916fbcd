import type { PageId } from "../ids.ts";

/**
 * One page of a known prefix, or a root.
 *
 * A node is *active* while its page is referenced or a child is active. Inactive nodes are linked in the order in which they became so.
 * A node becomes inactive only after its children, so the oldest inactive node is always a leaf: evicting it never orphans a child.
 */
export class PrefixNode {
  /** Chained hash of the prefix that ends here. */
  readonly hash: string;
  readonly parent: PrefixNode | undefined;
  /** -1 in a root. */
  readonly page: PageId;
  readonly tokens: Uint32Array;
  /** Tokens of the prefix that ends here. */
  readonly prefixTokens: number;
  /** The root above; itself in a root. */
  readonly root: PrefixNode;
  readonly children: Map<string, PrefixNode> = new Map();
  isReferenced = false;
  activeChildren = 0;
  isRemoved = false;
  older: PrefixNode | undefined;
  newer: PrefixNode | undefined;

  constructor(hash: string, parent: PrefixNode | undefined, page: PageId, tokens: Uint32Array) {
    this.hash = hash;
    this.parent = parent;
    this.page = page;
    this.tokens = tokens;
    this.root = parent?.root ?? this;
    this.prefixTokens = (parent?.prefixTokens ?? 0) + tokens.length;
  }

  get isActive(): boolean {
    return this.isReferenced || this.activeChildren > 0;
  }

  /** Whether this node stands for exactly these tokens; where it does not, equal hashes are a collision. */
  holds(tokens: Uint32Array): boolean {
    return tokens.length === this.tokens.length && tokens.every((token, index) => token === this.tokens[index]);
  }
}

/** Doubly linked list of inactive nodes, oldest first; every operation is O(1). */
export class InactiveNodes {
  size = 0;
  #oldest: PrefixNode | undefined;
  #newest: PrefixNode | undefined;

  get oldest(): PrefixNode | undefined {
    return this.#oldest;
  }

  append(node: PrefixNode): void {
    node.older = this.#newest;
    node.newer = undefined;
    if (this.#newest === undefined) this.#oldest = node;
    else this.#newest.newer = node;
    this.#newest = node;
    this.size++;
  }

  remove(node: PrefixNode): void {
    if (node.older === undefined) this.#oldest = node.newer;
    else node.older.newer = node.newer;
    if (node.newer === undefined) this.#newest = node.older;
    else node.newer.older = node.older;
    node.older = undefined;
    node.newer = undefined;
    this.size--;
  }
}
