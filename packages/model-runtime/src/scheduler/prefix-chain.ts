import type { PageId, PrefixCursor, PrefixIndex, PrefixRoot, PrefixScope } from "@kvasir/kv-core";

/** Tokens `[from, to)` of a prompt, both multiples of the page size, that are shared under one root. */
interface Section {
  readonly root: PrefixRoot;
  readonly from: number;
  readonly to: number;
}

/**
 * Where in the prefix index a request's pages are found and put. Usually one root; two where a prompt starts with public contexts, whose
 * pages everybody shares, and goes on with tokens that only the tenant may share.
 */
export class PrefixChain {
  readonly #sections: readonly Section[];
  readonly #cursors = new Map<Section, PrefixCursor>();

  constructor(sections: readonly Section[]) {
    this.#sections = sections;
  }

  /** Full pages that already hold the start of `tokens`, of at most `limit` tokens. They are not referenced yet. */
  match(index: PrefixIndex, tokens: readonly number[], limit: number): { readonly pages: readonly PageId[]; readonly tokens: number } {
    const pages: PageId[] = [];
    let matched = 0;
    for (const section of this.#sections) {
      const part = tokens.slice(section.from, section.to);
      const match = index.match(section.root, part, Math.min(part.length, limit - section.from));
      pages.push(...match.pages);
      matched += match.tokens;
      if (match.tokens < section.to - section.from) break;
    }
    return { pages, tokens: matched };
  }

  /** Makes the first pages of a sequence findable: `pages[i]` holds tokens `i * pageSize ...`. */
  insert(index: PrefixIndex, tokens: readonly number[], pages: readonly PageId[], pageSize: number): void {
    for (const section of this.#sections) {
      const own = pages.slice(section.from / pageSize, section.to / pageSize);
      if (own.length === 0) return;
      const part = tokens.slice(section.from, section.from + own.length * pageSize);
      this.#cursors.set(section, index.insert(section.root, part, own, this.#cursors.get(section)));
    }
  }
}

/** The public contexts a prompt starts with. */
export interface PublicStart {
  /** Tokens they take together. */
  readonly tokens: number;
  /** What they are, in order. */
  readonly fingerprint: string;
}

/**
 * Makes the chains of one engine: who may share what with whom. Presets share with each other: only KV that was computed from everything
 * before it, and that no policy has changed, enters the index.
 */
export class PrefixChains {
  readonly #index: PrefixIndex;
  readonly #model: string;
  readonly #format: string;
  readonly #pageSize: number;

  constructor(index: PrefixIndex, options: { readonly model: string; readonly format: string; readonly pageSize: number }) {
    this.#index = index;
    this.#model = options.model;
    this.#format = options.format;
    this.#pageSize = options.pageSize;
  }

  /** For a request: the full pages of public contexts that come first are public, everything else is the tenant's. */
  forRequest(tenant: string, start: PublicStart): PrefixChain {
    const boundary = start.tokens - (start.tokens % this.#pageSize);
    const scope: PrefixScope = { kind: "tenant", salt: tenant };
    if (boundary === 0) return new PrefixChain([{ root: this.#root(scope), from: 0, to: Infinity }]);
    // What the tenant's own pages hang from is part of their root.
    return new PrefixChain([
      { root: this.#root({ kind: "public" }), from: 0, to: boundary },
      { root: this.#root(scope, start.fingerprint), from: boundary, to: Infinity },
    ]);
  }

  /** For the registration of a context. */
  forContext(tenant: string, visibility: "private" | "public"): PrefixChain {
    const scope: PrefixScope = visibility === "public" ? { kind: "public" } : { kind: "tenant", salt: tenant };
    return new PrefixChain([{ root: this.#root(scope), from: 0, to: Infinity }]);
  }

  #root(scope: PrefixScope, parent = ""): PrefixRoot {
    return this.#index.rootFor({ scope, model: this.#model, format: JSON.stringify([this.#format, parent]) });
  }
}
