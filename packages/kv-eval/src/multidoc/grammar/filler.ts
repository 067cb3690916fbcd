import type { Random } from "../../random.ts";
import type { Cast } from "../cast.ts";
import { adjectives, months } from "../vocabulary/words.ts";
import { fill } from "./fill.ts";
import { fillerTemplates } from "./filler-templates.ts";

/** Draws filler sentences; their nouns come from the world's cast, so that they name nothing that facts name. */
export function createFiller(cast: Cast, random: Random): () => string {
  const things = cast.drawMany("object", 8);
  const places = cast.drawMany("room", 8);
  const towns = cast.drawMany("town", 4);
  const animals = cast.drawMany("animal", 6);
  const cargoes = cast.drawMany("cargo", 6);
  return () => {
    return fill(random.pick(fillerTemplates), {
      thing: random.pick(things),
      place: random.pick(places),
      town: random.pick(towns),
      animal: random.pick(animals),
      cargo: random.pick(cargoes),
      adj: random.pick(adjectives),
      month: random.pick(months),
    });
  };
}
