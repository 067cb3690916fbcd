import type { Random } from "@kvasir/kv-eval";
import { capitalize, drawSlot } from "../../slots/index.ts";
import type { BlockQuestion, MakeBlock } from "../block.ts";
import { drawName } from "./draw-names.ts";

/** Fields of a form: label, slot type, and how one asks for it; `#` stands for what the form is about. */
type Field = readonly [label: string, type: string, ask: string];

interface SheetKind {
  readonly about: string;
  readonly headings: readonly string[];
  readonly fields: readonly Field[];
}

const sheets: readonly SheetKind[] = [
  {
    about: "product",
    headings: ["#", "# – technical data", "Data sheet: #", "Specification of the #", "The # at a glance"],
    fields: [
      ["Power", "number", "What power does the # have? | How many watts does the # take?"],
      ["Weight", "weight", "How heavy is the #? | What does the # weigh?"],
      ["Dimensions", "length", "How large is the #? | What are the dimensions of the #?"],
      ["Battery life", "duration", "How long does the battery of the # last? | For how long does the # run without the mains?"],
      ["Material", "material", "What is the # made of? | Of which material is the #?"],
      ["Colour", "colour", "What colour is the #? | In what colour is the # sold?"],
      ["Made in", "country", "Where is the # made? | From which country is the #? | Where does the # come from?"],
      ["Price", "money", "How much is the #? | What is the price of the #? | What must I pay for the #?"],
      ["Warranty", "duration", "For how long is the # under warranty? | How long is the warranty of the #?"],
      ["Manufacturer", "company", "Who makes the #? | Which company builds the #? | Who is the manufacturer of the #?"],
      ["Order no.", "code", "Under which number can one order the #? | What is the order number of the #?"],
      ["Top speed", "speed", "How fast is the #? | What is the top speed of the #?"],
      ["Capacity", "volume", "How much fits into the #? | What is the capacity of the #?"],
      ["Operating temperature", "temperature", "At what temperature does the # work? | What is the operating temperature of the #?"],
    ],
  },
  {
    about: "person",
    headings: ["#", "Personal details: #", "Application of #", "Patient: #", "Profile of #", "Registration form: #", "Visitor: #"],
    fields: [
      ["Date of birth", "fulldate", "When was # born? | What is #'s date of birth? | #'s birthday?"],
      ["Address", "address", "Where does # live? | What is #'s address?"],
      ["Phone", "phone", "What is #'s phone number? | How can I call #?"],
      ["Email", "email", "What is #'s email address? | To which address can I write to #?"],
      ["Occupation", "job", "What is #'s job? | What does # do for a living? | As what does # work?"],
      ["Employer", "company", "For whom does # work? | Who employs #? | Which company does # work for?"],
      ["Languages", "language", "Which language does # speak? | What language does # know?"],
      ["Hobby", "hobby", "What does # like to do? | What is #'s hobby? | How does # spend free time?"],
      ["Diagnosis", "illness", "What is wrong with #? | From what does # suffer? | Which diagnosis did # get?"],
      ["Emergency contact", "person", "Who should be called if something happens to #? | Who is #'s emergency contact?"],
      ["Height", "length", "How tall is #? | What is #'s height?"],
      ["Place of birth", "city", "Where was # born? | What is #'s birthplace?"],
      ["Membership no.", "code", "What is #'s membership number? | Which number does # have as a member?"],
      ["Favourite dish", "dish", "What does # like to eat? | What is #'s favourite dish?"],
      ["Car", "licence-plate", "What is the number plate of #'s car? | Which plate does #'s car have?"],
    ],
  },
  {
    about: "event",
    headings: ["#", "Invitation: #", "Poster: #", "Info sheet – #", "# (all you need to know)"],
    fields: [
      ["Date", "date", "When is the #? | On what date is the #? | On which day does the # take place?"],
      ["Time", "time", "At what time does the # start? | What time is the #? | When does the # begin, at what hour?"],
      ["Place", "building", "Where is the #? | Where does the # take place? | At which place is the # held?"],
      ["Admission", "money", "How much is the entrance to the #? | What does the # cost? | What do I pay to get into the #?"],
      ["Organiser", "club", "Who organises the #? | Who is behind the #? | By whom is the # organised?"],
      ["Contact", "person", "Whom can I ask about the #? | Who is the contact for the #?"],
      ["Food", "dish", "What is there to eat at the #? | Which dish is served at the #?"],
      ["Bring", "thing", "What should one bring to the #? | What must I take along to the #?"],
      ["Places", "number", "How many people can come to the #? | How many places are there at the #?"],
      ["If it rains", "building", "Where is the # if it rains? | What happens in case of rain: where is the # then?"],
      ["Music", "person", "Who makes music at the #? | Who plays at the #?"],
      ["Register by", "date", "By when must I register for the #? | What is the last day to sign up for the #?"],
      ["Parking", "street", "Where can I park for the #? | In which street does one park for the #?"],
    ],
  },
  {
    about: "company",
    headings: ["#", "Invoice from #", "# – company profile", "Delivery note, #", "Order placed with #"],
    fields: [
      ["Invoice no.", "code", "What is the number of the invoice from #? | Which number does the paper of # have?"],
      ["Date", "fulldate", "What is the date on the paper from #? | From when is the paper of #?"],
      ["Amount", "money", "How much does # want? | What is the amount that # asks for? | How much must be paid to #?"],
      ["Due", "date", "By when must # be paid? | When is the payment to # due?"],
      ["Goods", "things", "What does # supply? | Which goods come from #?"],
      ["Quantity", "number", "How many pieces come from #? | What quantity does # send?"],
      ["Contact", "person", "Who is the contact at #? | Whom can I ask at #?"],
      ["Address", "address", "Where is #? | What is the address of #?"],
      ["Ship to", "city", "To which town does # send it? | Where does # deliver to?"],
      ["Carrier", "ship", "On which ship does # send the goods? | What brings the goods from #?"],
      ["Website", "url", "What is the website of #? | Where is # to be found on the web?"],
      ["Discount", "percent", "What discount does # give? | How much off does # grant?"],
    ],
  },
  {
    about: "animal",
    headings: ["The #", "#", "Patient card: #", "Fact sheet: the #", "Found: #"],
    fields: [
      ["Name", "first", "What is the # called? | What is the name of the #?"],
      ["Age", "age", "How old is the #? | What is the age of the #?"],
      ["Owner", "person", "Whose is the #? | Who owns the #? | To whom does the # belong?"],
      ["Weight", "weight", "How much does the # weigh? | How heavy is the #?"],
      ["Food", "food", "What does the # eat? | With what is the # fed?"],
      ["Colour", "colour", "What colour is the #? | Which colour does the # have?"],
      ["Found", "where", "Where was the # found? | Where did somebody come upon the #?"],
      ["Chip", "code", "What is the chip number of the #? | Which chip does the # have?"],
      ["Vet", "person", "Who treats the #? | Which vet looks after the #?"],
      ["Afraid of", "things", "What is the # afraid of? | What frightens the #?"],
    ],
  },
];

function writeField(random: Random, label: string, value: string, style: number): string {
  if (style === 0) return `${label}: ${value}`;
  if (style === 1) return `- ${label}: ${value}`;
  if (style === 2) return `${label.toUpperCase()}: ${value}`;
  if (style === 3) return `${label} – ${value}`;
  if (style === 4) return `${label}${".".repeat(random.integer(3, 8))} ${value}`;
  if (style === 5) return `**${label}:** ${value}`;
  if (style === 6) return `| ${label} | ${value} |`;
  return `${label}\t${value}`;
}

/** A form or data sheet about one thing. */
export const sheetBlock: MakeBlock = (random, used) => {
  const kind = random.pick(sheets);
  const about = drawName(random, used, (random) => drawSlot(random, kind.about)).text;
  const fields = random.sample(kind.fields, random.integer(3, 8));
  const style = random.integer(0, 7);
  const seen = new Set<string>();
  const questions: BlockQuestion[] = [];
  const lines: string[] = [];
  const texts = (ask: string): string[] => ask.split(" | ").map((text) => capitalize(text.replaceAll("#", () => about)));
  for (const [label, type, ask] of fields) {
    const value = drawSlot(random, type).text;
    if (seen.has(value)) continue;
    seen.add(value);
    lines.push(writeField(random, label, value, style));
    questions.push({ texts: texts(ask), answer: value, isKeyed: true });
  }
  const missing = kind.fields.find((field) => !fields.includes(field));
  const asked = random.sample(questions, Math.min(questions.length, random.integer(2, 5)));
  if (missing && random.chance(0.35)) asked.push({ texts: texts(missing[2]), answer: "unknown", isKeyed: true });
  return {
    text: `${capitalize(random.pick(kind.headings).replace("#", () => about))}\n${lines.join("\n")}`,
    isLayout: true,
    questions: asked,
  };
};
