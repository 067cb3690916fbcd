import nlp from "compromise/two";

/** A word of a sentence with its parts of speech. */
export interface Token {
  readonly text: string;
  /** Lower case. */
  readonly lower: string;
  /** Punctuation and white space up to the next word. */
  readonly after: string;
  readonly tags: ReadonlySet<string>;
  /** Where the word begins and ends in the sentence, in characters. */
  readonly from: number;
  readonly to: number;
}

interface Term {
  readonly text: string;
  readonly pre: string;
  readonly post: string;
  readonly tags: ReadonlySet<string>;
}

/** Tags the words of one sentence; undefined where the tagger sees several sentences or loses characters. */
export function tagSentence(sentence: string): readonly Token[] | undefined {
  const documents = nlp(sentence).docs as unknown as readonly (readonly Term[])[];
  if (documents.length !== 1) return undefined;
  const tokens: Token[] = [];
  let at = 0;
  for (const { text, pre, post, tags } of documents[0] ?? []) {
    const from = at + pre.length;
    at = from + text.length + post.length;
    if (text === "") return undefined;
    tokens.push({ text, lower: text.toLowerCase(), after: post, tags, from, to: from + text.length });
  }
  return at === sentence.length ? tokens : undefined;
}

interface VerbMethods {
  two: {
    transform: {
      verb: {
        toInfinitive(verb: string, model: object, tense: string): string;
        conjugate(verb: string, model: object): Record<string, string>;
      };
    };
  };
}

const infinitives = new Map<string, string | undefined>();

/** Past forms that the tagger's rules get wrong or leave ambiguous. */
const irregular: Readonly<Record<string, string>> = {
  put: "put",
  cut: "cut",
  shut: "shut",
  hit: "hit",
  set: "set",
  cast: "cast",
  hurt: "hurt",
  left: "leave",
  lay: "lie",
  laid: "lay",
  saw: "see",
  found: "find",
  felt: "feel",
  fell: "fall",
  lit: "light",
  bore: "bear",
  wore: "wear",
  tore: "tear",
  swore: "swear",
  ground: "grind",
  wound: "wind",
  bound: "bind",
  shot: "shoot",
  led: "lead",
  fed: "feed",
  bled: "bleed",
  fled: "flee",
  sped: "speed",
  slid: "slide",
  hid: "hide",
  bit: "bite",
  lost: "lose",
  chose: "choose",
  rode: "ride",
  rose: "rise",
  drove: "drive",
  wrote: "write",
  broke: "break",
  spoke: "speak",
  woke: "wake",
  stole: "steal",
  froze: "freeze",
  wove: "weave",
  struck: "strike",
  stuck: "stick",
  clung: "cling",
  flung: "fling",
  hung: "hang",
  swung: "swing",
  wrung: "wring",
  sprang: "spring",
  sank: "sink",
  drank: "drink",
  sang: "sing",
  rang: "ring",
  began: "begin",
  ran: "run",
  swam: "swim",
  won: "win",
  spun: "spin",
  dug: "dig",
  threw: "throw",
  drew: "draw",
  knew: "know",
  grew: "grow",
  blew: "blow",
  flew: "fly",
  slew: "slay",
  took: "take",
  shook: "shake",
  forsook: "forsake",
  stood: "stand",
  understood: "understand",
  gave: "give",
  forgave: "forgive",
  ate: "eat",
  came: "come",
  became: "become",
  overcame: "overcome",
  went: "go",
  met: "meet",
  kept: "keep",
  slept: "sleep",
  wept: "weep",
  swept: "sweep",
  crept: "creep",
  leapt: "leap",
  meant: "mean",
  dealt: "deal",
  knelt: "kneel",
  dwelt: "dwell",
  sent: "send",
  lent: "lend",
  bent: "bend",
  spent: "spend",
  built: "build",
  brought: "bring",
  bought: "buy",
  thought: "think",
  sought: "seek",
  fought: "fight",
  caught: "catch",
  taught: "teach",
  told: "tell",
  sold: "sell",
  held: "hold",
  beheld: "behold",
  heard: "hear",
  made: "make",
  paid: "pay",
  said: "say",
  sat: "sit",
  spat: "spit",
  got: "get",
  forgot: "forget",
  strode: "stride",
  arose: "arise",
  sewed: "sew",
  showed: "show",
  trod: "tread",
  stung: "sting",
  strung: "string",
  shrank: "shrink",
  clad: "clothe",
  dropped: "drop",
};

/** Base form of a verb in the simple past, or undefined where the word is no such form. */
export function infinitiveOf(past: string): string | undefined {
  const known = irregular[past];
  if (known !== undefined) return known;
  if (!past.endsWith("ed") || past.length < 5) return undefined;
  if (!infinitives.has(past)) {
    const { verb } = (nlp.methods() as VerbMethods).two.transform;
    const base = verb.toInfinitive(past, nlp.model(), "PastTense");
    const again = /^[a-z]+$/.test(base) ? verb.conjugate(base, nlp.model())["PastTense"] : undefined;
    infinitives.set(past, again === past ? base : undefined);
  }
  return infinitives.get(past);
}
