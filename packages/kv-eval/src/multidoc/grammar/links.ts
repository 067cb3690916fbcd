/** What one person is to another; every one has at most one of each. */
export const linkNouns: readonly string[] = [
  "guardian",
  "teacher",
  "doctor",
  "landlord",
  "lawyer",
  "assistant",
  "coach",
  "tutor",
  "supervisor",
  "mentor",
  "successor",
  "agent",
  "deputy",
  "sponsor",
];

/** {S} has {O} as its {link}. */
export const linkStatements: readonly string[] = [
  "The {link} of {S} is {O}.",
  "{S}'s {link} is {O}.",
  "{O} is the {link} of {S}.",
  "{S} has {O} as {link}.",
  "{O} has become the {link} of {S}.",
];

/** Phrases for whom a link leads to. */
export const linkPhrases: readonly string[] = ["{S}'s {link}", "the {link} of {S}"];

/** Ask for the person at the end of a chain. */
export const linkQuestions: readonly string[] = ["Who is the {link} of {S}?", "Who is {S}'s {link}?", "Which person is the {link} of {S}?"];
