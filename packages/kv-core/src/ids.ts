/** Branded numbers, so that a page index can never be passed where a token position is meant. */
declare const brand: unique symbol;
type Brand<T, B extends string> = T & { readonly [brand]: B };

/** One token stream in the cache. */
export type SequenceId = Brand<number, "SequenceId">;
/** One page of the pool: `pageSize` token slots of every layer that owns KV. */
export type PageId = Brand<number, "PageId">;
/** A transformer layer, counted from 0. */
export type LayerIndex = Brand<number, "LayerIndex">;
