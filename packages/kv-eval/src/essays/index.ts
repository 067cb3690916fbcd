import { A_BOAT_IN_THE_BARN } from "./a-boat-in-the-barn.ts";
import { A_GARDEN_IN_BAD_SOIL } from "./a-garden-in-bad-soil.ts";
import { IN_PRAISE_OF_REPAIR } from "./in-praise-of-repair.ts";
import { KEEPING_A_NOTEBOOK } from "./keeping-a-notebook.ts";
import { LEARNING_TO_SWIM_LATE } from "./learning-to-swim-late.ts";
import { ON_BREAD } from "./on-bread.ts";
import { SLOW_TRAINS } from "./slow-trains.ts";
import { TALKING_AT_A_DISTANCE } from "./talking-at-a-distance.ts";
import { THE_BRIDGE_BUILDERS } from "./the-bridge-builders.ts";
import { THE_HISTORY_OF_THE_POCKET } from "./the-history-of-the-pocket.ts";
import { THE_LAST_TRAM } from "./the-last-tram.ts";
import { THE_MAP_AND_THE_MARSH } from "./the-map-and-the-marsh.ts";
import { TOMORROWS_WEATHER } from "./tomorrows-weather.ts";
import { WHAT_THE_CLERK_KNEW } from "./what-the-clerk-knew.ts";

export { splitSentences } from "./sentences.ts";

/** Essays written for this package, to hide needles in: about 16,000 words of plain prose without figures. */
export const ESSAYS: readonly string[] = [
  KEEPING_A_NOTEBOOK,
  THE_BRIDGE_BUILDERS,
  A_GARDEN_IN_BAD_SOIL,
  THE_HISTORY_OF_THE_POCKET,
  LEARNING_TO_SWIM_LATE,
  WHAT_THE_CLERK_KNEW,
  THE_LAST_TRAM,
  IN_PRAISE_OF_REPAIR,
  SLOW_TRAINS,
  ON_BREAD,
  TALKING_AT_A_DISTANCE,
  THE_MAP_AND_THE_MARSH,
  A_BOAT_IN_THE_BARN,
  TOMORROWS_WEATHER,
];
