import type { GroupCounts, NestedCounts } from "./bench-options.ts";
import { randomPrompt } from "./random-prompt.ts";

/** Requests that share beginnings of their prompts. */
export interface SharedWorkload {
  readonly name: string;
  /** Beginning of each request's prompt; some are the same, or begin alike. */
  readonly beginnings: readonly (readonly number[])[];
}

/** What all beginnings are made of. */
export interface TokenSource {
  readonly vocabularySize: number;
  readonly seed: number;
}

/** Makes pieces of text that do not repeat: each call gives the next one. */
function pieces({ vocabularySize, seed }: TokenSource): (length: number) => number[] {
  let next = 1_000_003 * (seed + 1);
  return (length) => randomPrompt(length, vocabularySize, next++);
}

/** One context that all readers share. */
export function oneContext(readers: number, tokens: number, source: TokenSource): SharedWorkload {
  const context = pieces(source)(tokens);
  return { name: `${readers} x ${tokens}`, beginnings: Array.from({ length: readers }, () => context) };
}

/**
 * Several contexts at once, each with its own readers. They are unequal in length: of `groups` contexts the first has `tokens`, the last
 * about `tokens / groups`; all but the first end inside a page.
 */
export function groupsOfReaders({ groups, readers }: GroupCounts, tokens: number, source: TokenSource): SharedWorkload {
  const piece = pieces(source);
  const contexts = Array.from({ length: groups }, (_, group) =>
    piece(Math.floor((tokens * (groups - group)) / groups) - (group === 0 ? 0 : 5)),
  );
  const lengths = contexts.map((context) => context.length).join("+");
  return {
    name: `${groups} groups of ${readers} x ${lengths}`,
    beginnings: contexts.flatMap((context) => Array.from({ length: readers }, () => context)),
  };
}

/**
 * A handbook that all share, departments that go on from it, and conversations that go on from a department with `readers` requests each.
 * The handbook has half of `tokens`, a department a quarter and a conversation an eighth.
 */
export function nestedContexts({ departments, conversations, readers }: NestedCounts, tokens: number, source: TokenSource): SharedWorkload {
  const piece = pieces(source);
  const [ofHandbook, ofDepartment, ofConversation] = [tokens >> 1, tokens >> 2, tokens >> 3];
  const handbook = piece(ofHandbook);
  const beginnings = Array.from({ length: departments }, () => {
    const department = [...handbook, ...piece(ofDepartment)];
    return Array.from({ length: conversations }, () => {
      const conversation = [...department, ...piece(ofConversation)];
      return Array.from({ length: readers }, () => conversation);
    });
  });
  return {
    name: `${ofHandbook} > ${departments} x ${ofDepartment} > ${conversations} x ${ofConversation} > ${readers}`,
    beginnings: beginnings.flat(2),
  };
}
