/** Forms of a verb. */
export interface VerbForms {
  readonly base: string;
  readonly past: string;
  readonly participle: string;
  readonly third: string;
  readonly ing: string;
}

/** Past and participle of irregular verbs; the participle is left out where it is the past. */
const irregular: Readonly<Record<string, string>> = Object.fromEntries(
  `bear bore borne;bend bent;bind bound;bite bit bitten;break broke broken;bring brought;build built;buy bought;catch caught;choose chose chosen;cut cut;dig dug;draw drew drawn;drive drove driven;eat ate eaten;feed fed;fell felled;
  find found;forget forgot forgotten;freeze froze frozen;get got;give gave given;grind ground;grow grew grown;hang hung;hear heard;hide hid hidden;hit hit;hold held;keep kept;know knew known;lay laid;lead led;leave left;lend lent;
  light lit;lose lost;make made;mend mended;mow mowed mown;overhear overheard;overlook overlooked;put put;read read;rebuild rebuilt;repaint repainted;reset reset;rewrite rewrote rewritten;ride rode ridden;ring rang rung;saw sawed sawn;see saw seen;
  seek sought;sell sold;send sent;set set;sew sewed sewn;shake shook shaken;shut shut;sing sang sung;sink sank sunk;spill spilt;split split;spread spread;steal stole stolen;stick stuck;string strung;sweep swept;take took taken;teach taught;tear tore torn;
  throw threw thrown;understand understood;upset upset;wear wore worn;weave wove woven;win won;wind wound;withdraw withdrew withdrawn;write wrote written;undo undid undone;redo redid redone;overtake overtook overtaken`
    .split(";")
    .map((entry) => entry.trim())
    .map((entry) => [entry.slice(0, entry.indexOf(" ")), entry.slice(entry.indexOf(" ") + 1)]),
);

/** Verbs of several syllables that double their last letter. */
const doubling = new Set([
  "admit",
  "commit",
  "compel",
  "control",
  "expel",
  "format",
  "kidnap",
  "omit",
  "permit",
  "prefer",
  "program",
  "propel",
  "refer",
  "regret",
  "repel",
  "submit",
  "transfer",
  "transmit",
  "unplug",
  "unwrap",
  "unzip",
  "worship",
  "handicap",
  "equip",
]);

/** Inflects an English verb, British spelling; a particle after it stays ("set up" → "setting up"). */
export function inflect(verb: string): VerbForms {
  const space = verb.indexOf(" ");
  const stem = space < 0 ? verb : verb.slice(0, space);
  const particle = space < 0 ? "" : verb.slice(space);
  const own = irregular[stem]?.split(" ");
  const past = own?.[0] ?? regularPast(stem);
  return {
    base: verb,
    past: past + particle,
    participle: (own?.[1] ?? past) + particle,
    third: thirdPerson(stem) + particle,
    ing: presentParticiple(stem) + particle,
  };
}

function doubles(stem: string): boolean {
  if (doubling.has(stem)) return true;
  const syllables = stem.match(/[aeiouy]+/g)?.length ?? 1;
  if (/[^aeiou][aeiou]l$/.test(stem)) return true;
  return syllables === 1 && /[^aeiou][aeiou][bcdfgklmnprstvz]$/.test(stem);
}

function regularPast(stem: string): string {
  if (stem.endsWith("e")) return `${stem}d`;
  if (/[^aeiou]y$/.test(stem)) return `${stem.slice(0, -1)}ied`;
  if (stem.endsWith("ic")) return `${stem}ked`;
  return doubles(stem) ? `${stem}${stem.at(-1)}ed` : `${stem}ed`;
}

function thirdPerson(stem: string): string {
  if (/(s|x|z|ch|sh|o)$/.test(stem)) return `${stem}es`;
  return /[^aeiou]y$/.test(stem) ? `${stem.slice(0, -1)}ies` : `${stem}s`;
}

function presentParticiple(stem: string): string {
  if (stem.endsWith("ie")) return `${stem.slice(0, -2)}ying`;
  if (/[^eoy]e$/.test(stem)) return `${stem.slice(0, -1)}ing`;
  if (stem.endsWith("ic")) return `${stem}king`;
  return doubles(stem) ? `${stem}${stem.at(-1)}ing` : `${stem}ing`;
}
