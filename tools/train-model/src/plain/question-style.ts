import type { Random } from "@kvasir/kv-eval";

const lead = [
  "According to the text, ",
  "According to the text above, ",
  "Going by the text, ",
  "As far as the text says, ",
  "From what is written here, ",
  "In the text, ",
  "Judging from this, ",
  "Please tell me: ",
  "Quick question: ",
  "Can you tell me: ",
  "One more thing: ",
  "Could you check something? ",
  "I can't find it: ",
  "Please look it up: ",
  "Just asking: ",
  "Hi! ",
  "hey, ",
  "ok so ",
  "sorry to ask again, but ",
  "I forgot: ",
  "Help me out: ",
  "And ",
  "So, ",
  "Read this and answer: ",
  "Question: ",
  "Based on the text, ",
  "With the text above in mind: ",
  "Say, ",
  "Well, ",
  "I was wondering: ",
];
const tail = [
  " Answer briefly.",
  " Thanks!",
  " Just the answer, please.",
  " Please keep it short.",
  " (one short answer)",
  " Please.",
  " I need it for a form.",
  " Use the words of the text.",
  " Thank you.",
  " What does it say?",
];

/** Words that a question may begin with, in lower case after other words. */
const openers =
  /^(Who|Whom|Whose|What|When|Where|Why|How|Which|Is|Are|Was|Were|Did|Does|Do|Has|Have|Had|Can|Could|Will|Would|Must|May|Should|By|To|At|In|On|For|From|With|Of|Until|After|Before|During|The|A|An)\b/;

/** Asks in another manner: polite, terse, careless. Meaning and names stay. */
export function styleQuestion(random: Random, text: string): string {
  const kind = random.fraction();
  if (kind < 0.5) return text;
  if (kind < 0.62) return careless(random, text);
  if (kind < 0.74) {
    const opening = random.pick(lead);
    return opening + (/[:?!] $/.test(opening) && random.chance(0.5) ? text : lowerOpener(text));
  }
  if (kind < 0.79) return text + random.pick(tail);
  return noun(random, text) ?? (random.chance(0.5) ? careless(random, text) : text);
}

export function lowerOpener(text: string): string {
  return openers.test(text) ? text[0]?.toLowerCase() + text.slice(1) : text;
}

/** As typed in a hurry. */
function careless(random: Random, text: string): string {
  const bare = lowerOpener(text);
  const kind = random.integer(0, 3);
  if (kind === 0) return bare;
  if (kind === 1) return bare.replace(/\?$/, "");
  if (kind === 2) return text.replace(/\?$/, "");
  return bare.replace(/\?$/, " ?");
}

/** "What is the price of X?", "What is Ann's number?": a noun phrase to its end, and nothing behind it. */
const nounPhrase =
  /^What (?:is|are|was|were) (the [a-z]+(?: [a-z]+)? (?:of|for|to|between|on) [^?,]+|\p{Lu}[^?,]*['’]s(?: [a-z]+){1,2}(?<! (?:of|like|for|with|to|about|called|after|from|doing|made|out|on|in|now)))\?$/u;

/** "What is the price of X?" → "Tell me the price of X.", "price of X?"; nothing for questions of other shapes. */
function noun(random: Random, text: string): string | undefined {
  const asked = nounPhrase.exec(text)?.[1];
  if (asked) {
    return random.pick([
      `Tell me ${asked}.`,
      `Give me ${asked}.`,
      `I need ${asked}.`,
      `${asked.replace(/^the /, "")}?`,
      `${asked}?`,
      `What's ${asked}?`,
      `Please find ${asked}.`,
      `I would like to know ${asked}.`,
      `${asked}, please?`,
      `Do you know ${asked}?`,
      `What does the text give as ${asked}?`,
      `Can you find ${asked}?`,
      `Look up ${asked}`,
      `Name ${asked}.`,
      `what is ${asked}`,
    ]);
  }
  const subject =
    /^(Who (?!is\b|are\b|was\b|were\b|did\b|does\b|do\b|has\b|have\b|had\b|will\b|can\b|could\b|must\b|may\b|should\b)\w[^?,]*)\?$/.exec(
      text,
    )?.[1];
  if (subject) {
    const clause = lowerOpener(subject);
    return random.pick([
      `Tell me ${clause}.`,
      `Do you know ${clause}?`,
      `Can you say ${clause}?`,
      `I want to know ${clause}.`,
      `Does it say ${clause}?`.replace("Does it say", "What does it say about"),
      `Find out ${clause}.`,
      `Please say ${clause}.`,
    ]);
  }
  return undefined;
}
