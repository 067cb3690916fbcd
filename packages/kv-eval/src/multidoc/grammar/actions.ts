import type { Kind } from "../cast.ts";
import type { Relation } from "./relations.ts";

/** Base form, past and past participle of what is done to an object. */
const ACTIONS: readonly (readonly [string, string, string])[] = [
  ["buy", "bought", "bought"],
  ["sell", "sold", "sold"],
  ["paint", "painted", "painted"],
  ["repair", "repaired", "repaired"],
  ["find", "found", "found"],
  ["lose", "lost", "lost"],
  ["borrow", "borrowed", "borrowed"],
  ["clean", "cleaned", "cleaned"],
  ["inherit", "inherited", "inherited"],
  ["photograph", "photographed", "photographed"],
  ["order", "ordered", "ordered"],
  ["pack", "packed", "packed"],
  ["draw", "drew", "drawn"],
  ["steal", "stole", "stolen"],
  ["hide", "hid", "hidden"],
  ["break", "broke", "broken"],
  ["restore", "restored", "restored"],
  ["weigh", "weighed", "weighed"],
  ["return", "returned", "returned"],
  ["choose", "chose", "chosen"],
];

/** What vessels do with their cargo. */
const CARRIAGE: readonly (readonly [string, string, string])[] = [
  ["carry", "carried", "carried"],
  ["bring", "brought", "brought"],
  ["deliver", "delivered", "delivered"],
  ["load", "loaded", "loaded"],
  ["unload", "unloaded", "unloaded"],
  ["collect", "collected", "collected"],
];

function toRelation([base, past, participle]: readonly [string, string, string], kind: Kind, noun: string): Relation {
  return {
    id: base,
    kind,
    statements: [
      `{S} ${past} the {O}.`,
      `The {O} was ${participle} by {S}.`,
      `{S} later ${past} the {O}.`,
      `It was {S} ${noun === "vessel" ? "that" : "who"} ${past} the {O}.`,
      `In the end, {S} ${past} the {O}.`,
    ],
    questions: [`What did {S} ${base}?`, `Which thing did {S} ${base}?`, `What was ${participle} by {S}?`],
    inverse:
      noun === "vessel"
        ? [
            `Which vessel ${past} the {O}?`,
            `By which vessel was the {O} ${participle}?`,
            `What is the name of the vessel that ${past} the {O}?`,
          ]
        : [
            `Who ${past} the {O}?`,
            `By whom was the {O} ${participle}?`,
            `Which person ${past} the {O}?`,
            `Who was it that ${past} the {O}?`,
          ],
  };
}

export const personActions: readonly Relation[] = ACTIONS.map((action) => toRelation(action, "object", "person"));
export const vesselActions: readonly Relation[] = CARRIAGE.map((action) => toRelation(action, "cargo", "vessel"));
