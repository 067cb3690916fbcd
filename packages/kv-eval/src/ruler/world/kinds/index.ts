import type { Kind, KindName } from "../kind.ts";
import { COMPANY, FESTIVAL, MUSEUM, NEWSPAPER, RAILWAY } from "./institutions.ts";
import { BOTANIST, CAPTAIN, COMPOSER, ENGINEER, PAINTER, WRITER } from "./people.ts";
import { LIGHTHOUSE, RIVER, TOWN } from "./places.ts";
import { BOOK, BRIDGE, SHIP } from "./works.ts";

/** All kinds of articles. */
export const KINDS: Readonly<Record<KindName, Kind>> = {
  engineer: ENGINEER,
  writer: WRITER,
  painter: PAINTER,
  composer: COMPOSER,
  botanist: BOTANIST,
  captain: CAPTAIN,
  town: TOWN,
  company: COMPANY,
  river: RIVER,
  bridge: BRIDGE,
  ship: SHIP,
  book: BOOK,
  festival: FESTIVAL,
  museum: MUSEUM,
  lighthouse: LIGHTHOUSE,
  newspaper: NEWSPAPER,
  railway: RAILWAY,
};

export const KIND_NAMES: readonly KindName[] = Object.keys(KINDS) as KindName[];
