import { textOf, type Clause } from "./clause.ts";
import { ask, midSentence, occursOnce, type Pair, type Scene } from "./pair.ts";

/** Questions about subject, object, place, time, duration and reason of a clause. */
export function askAboutClause(clause: Clause, scene: Scene): Pair[] {
  const { subject, tokens, verb } = clause;
  const past = tokens[verb]?.text ?? "";
  const known = subject.kind !== "indefinite" && subject.head !== "it" && subject.head !== "we";
  if (!occursOnce(scene.passage, past)) return [];
  if (!known) return askSubject(clause, scene);
  return [
    ...askSubject(clause, scene),
    ...askObject(clause, scene),
    ...askReceiver(clause, scene),
    ...askAdjuncts(clause, scene),
    ...askReason(clause, scene),
  ];
}

/** The subject as a question names it; who speaks as "I" is the narrator. */
function subjectText(clause: Clause): string {
  return clause.subject.head === "i" ? "the narrator" : midSentence(textOf(clause, clause.subject.from, clause.subject.to));
}

const particleText = (clause: Clause): string => (clause.particle === undefined ? "" : ` ${clause.tokens[clause.particle]?.text}`);
const receiverText = ({ receiver, ...clause }: Clause): string =>
  receiver === undefined ? "" : ` ${textOf(clause, receiver.from, receiver.to)}`;
const verbText = (clause: Clause): string => textOf(clause, clause.verb, (clause.particle ?? clause.verb) + 1) + receiverText(clause);
const bare = (clause: Clause): string => `${clause.base}${particleText(clause)}${receiverText(clause)}`;

/** Adjuncts as they stand in the sentence, without the one that a question asks for. */
function adjunctText(clause: Clause, without?: number): string {
  return clause.adjuncts.flatMap(({ from, to }, index) => (index === without ? [] : [` ${textOf(clause, from, to)}`])).join("");
}

function objectText(clause: Clause): string {
  return clause.object ? ` ${textOf(clause, clause.object.from, clause.object.to)}` : "";
}

function askSubject(clause: Clause, { random }: Scene): Pair[] {
  const { subject, object, adjuncts } = clause;
  if (!subject.animate || subject.kind === "pronoun" || (object === undefined && adjuncts.length === 0)) return [];
  if (object?.kind === "pronoun") return [];
  const rest = `${verbText(clause)}${objectText(clause)}${clause.object === undefined || random.chance(0.7) ? adjunctText(clause) : ""}`;
  if (object === undefined && !clause.complete) return [];
  const possessive = /\b(?:his|her|their|its|my|our)\b/.test(rest);
  const wordings = possessive
    ? [`Who ${rest}?`, `Which person ${rest}?`]
    : [`Who ${rest}?`, `Who was it that ${rest}?`, `Name the person who ${rest}.`, `Which person ${rest}?`, `Can you tell me who ${rest}?`];
  return ask(random, "subject", textOf(clause, subject.from, subject.to), wordings);
}

/** Verbs that say little without the place that goes with them. */
const needsPlace = /^(?:put|lay|place|set|throw|turn|bend|fix|clap|pass|press|push|pull|fling|cast|lean|rest|direct|draw|send)$/;

function askObject(clause: Clause, { random }: Scene): Pair[] {
  const { object } = clause;
  if (object === undefined || clause.subject.head === "it") return [];
  const answer = textOf(clause, object.from, object.to);
  const subject = subjectText(clause);
  const tail = needsPlace.test(clause.base) || random.chance(0.7) ? adjunctText(clause) : "";
  const plain = `${bare(clause)}${tail}`;
  if (object.animate) return ask(random, "object", answer, [`Who did ${subject} ${plain}?`, `Whom did ${subject} ${plain}?`]);
  return ask(random, "object", answer, [
    `What did ${subject} ${plain}?`,
    `What did ${subject} ${plain}?`,
    `What was it that ${subject} ${verbText(clause)}${tail}?`,
    `Tell me what ${subject} ${verbText(clause)}${tail}.`,
  ]);
}

/** To whom something was given. */
function askReceiver(clause: Clause, { random }: Scene): Pair[] {
  const { receiver, object, subject } = clause;
  if (receiver === undefined || object === undefined || subject.head === "it") return [];
  const answer = textOf(clause, receiver.from, receiver.to);
  if (/^(?:him|her|me|them|us)$/.test(answer)) return [];
  return ask(random, "receiver", answer, [
    `To whom did ${subjectText(clause)} ${clause.base}${particleText(clause)}${objectText(clause)}?`,
    `Who did ${subjectText(clause)} ${clause.base}${particleText(clause)}${objectText(clause)} to?`,
  ]);
}

function askAdjuncts(clause: Clause, { random }: Scene): Pair[] {
  const subject = subjectText(clause);
  const pairs: Pair[] = [];
  const about = (without?: number): string => `${subject} ${bare(clause)}${objectText(clause)}${adjunctText(clause, without)}`;
  const told = (without?: number): string => `${subject} ${verbText(clause)}${objectText(clause)}${adjunctText(clause, without)}`;
  if (clause.lead?.kind === "place" && clause.complete && clause.adjuncts.every(({ kind }) => kind !== "place")) {
    const answer = textOf(clause, clause.lead.from, clause.lead.to);
    pairs.push(...ask(random, "where", answer, [`Where did ${about()}?`, `Where was it that ${told()}?`]));
  }
  if (clause.lead?.kind === "time" && clause.complete) {
    const answer = textOf(clause, clause.lead.from, clause.lead.to);
    pairs.push(...ask(random, "when", answer, [`When did ${about()}?`, `At what time did ${about()}?`, `When was it that ${told()}?`]));
  }
  const run = placeRun(clause);
  if (run !== undefined) {
    const answer = textOf(clause, run.from, run.to);
    const rest = adjunctText({ ...clause, adjuncts: clause.adjuncts.filter(({ kind }) => kind !== "place") });
    const [asked, said] = [
      `${subject} ${bare(clause)}${objectText(clause)}${rest}`,
      `${subject} ${verbText(clause)}${objectText(clause)}${rest}`,
    ];
    pairs.push(
      ...ask(random, "where", answer, [
        `Where did ${asked}?`,
        `Where did ${asked}?`,
        `Where was it that ${said}?`,
        `In which place or direction did ${asked}?`,
      ]),
    );
  }
  clause.adjuncts.forEach(({ from, to, kind }, index) => {
    const answer = textOf(clause, from, to);
    if (!clause.complete) return;
    if (kind === "time") {
      pairs.push(...ask(random, "when", answer, [`When did ${about(index)}?`, `When was it that ${told(index)}?`]));
    } else if (kind === "duration") {
      pairs.push(
        ...ask(random, "how long", answer.replace(/^for /, ""), [`How long did ${about(index)}?`, `For how long did ${about(index)}?`]),
      );
    }
  });
  return pairs;
}

/** Phrases of place that stand together at the end of a clause, before at most one of time. */
function placeRun(clause: Clause): { from: number; to: number } | undefined {
  const { adjuncts, complete, tokens, end } = clause;
  if (!complete || /^(?:where|as)$/.test(tokens[end]?.lower ?? "")) return undefined;
  const first = adjuncts.findIndex(({ kind }) => kind === "place");
  const last = adjuncts.findLastIndex(({ kind }) => kind === "place");
  const [start, stop] = [adjuncts[first], adjuncts[last]];
  if (start === undefined || stop === undefined || last - first > 2) return undefined;
  if (adjuncts.slice(first, last + 1).some(({ kind }) => kind !== "place")) return undefined;
  const around = [...adjuncts.slice(0, first), ...adjuncts.slice(last + 1)];
  if (around.some(({ from, kind }) => kind !== "time" && !/^with(?:out)?$/.test(tokens[from]?.lower ?? ""))) return undefined;
  return { from: start.from, to: stop.to };
}

function askReason(clause: Clause, { random }: Scene): Pair[] {
  const { because } = clause;
  const { receiver } = clause;
  if (receiver !== undefined || because === undefined || because.split(" ").length > 18 || clause.lead) return [];
  const about = `${subjectText(clause)} ${bare(clause)}${objectText(clause)}${adjunctText(clause)}`;
  return ask(random, "why", because, [`Why did ${about}?`, `For what reason did ${about}?`, `What is the reason given: why did ${about}?`]);
}
