import type { Random } from "@kvasir/kv-eval";
import { fillPattern, inventedWord } from "./invented.ts";
import { drawPerson } from "./names.ts";
import { list } from "./words/list.ts";
import type { SlotValue } from "./value.ts";

const domains = list(`example.org, example.com, example.net, post.example, mail.example, office.example, town.example, school.example`);
const endings = list(`.org, .com, .net, .co.uk, .info, .de, .eu, .io, .example`);

const ascii = (text: string): string =>
  text
    .normalize("NFD")
    .replace(/[^A-Za-z]/g, "")
    .toLowerCase() || "office";

export const drawPhone = (random: Random): SlotValue => ({
  text: fillPattern(
    random,
    random.pick([
      "0900 000000",
      "09000 000 000",
      "+49 900 900000",
      "+44 9000 000000",
      "900-900-0000",
      "(900) 900-0000",
      "900 00 00",
      "090 900 00 00",
      "555-0900",
      "0900/90 00 00",
      "+1 900 900 0000",
      "090-9000000",
    ]),
  ),
});

export function drawEmail(random: Random): SlotValue {
  const person = drawPerson(random);
  const first = ascii(person.first as string);
  const last = ascii(person.last as string);
  const user = random.pick([
    `${first}.${last}`,
    `${first[0]}.${last}`,
    first,
    last,
    `${first}${random.integer(1, 99)}`,
    random.pick(["info", "office", "tickets", "bookings", "support", "hello", "orders"]),
  ]);
  return {
    text: `${user}@${
      random.chance(0.4)
        ? random.pick(domains)
        : inventedWord(random, 2)
            .normalize("NFD")
            .replace(/[^a-z]/g, "") + random.pick(endings)
    }`,
  };
}

export function drawUrl(random: Random): SlotValue {
  const host =
    inventedWord(random, random.integer(2, 3))
      .normalize("NFD")
      .replace(/[^a-z]/g, "") + random.pick(endings);
  const path = random.chance(0.5)
    ? `/${random.pick(["tickets", "help", "map", "join", "news", "shop", "faq", "booking", "download", "plan"])}`
    : "";
  return { text: `${random.pick(["www.", "https://", "", "https://www."])}${host}${path}` };
}

export const drawCode = (random: Random): SlotValue => ({
  text: fillPattern(
    random,
    random.pick([
      "AA-9000",
      "AAA-900",
      "A9000",
      "A-900-A",
      "9000-AA",
      "AA/900",
      "AAA90000",
      "A9A-0A0",
      "#90000",
      "AA 9000",
      "90-900-A",
      "AAAA-0000",
    ]),
  ),
});

export const drawRoom = (random: Random): SlotValue => {
  const [kind, patterns] = random.pick([
    ["Room", "900,9,A9,9.00,A-900,90"],
    ["Room", "900,90,900b"],
    ["Hall", "A,9,B,C"],
    ["Lab", "9,90,A9"],
    ["Studio", "9,A,90"],
    ["Ward", "9,9A,90"],
    ["Office", "900,9.90,A90"],
    ["Cabin", "90,9,A90"],
  ] as const);
  return { text: `${kind} ${fillPattern(random, random.pick(patterns.split(",")))}` };
};

export const drawPassword = (random: Random): SlotValue => ({
  text: random.chance(0.5)
    ? `${inventedWord(random, 2)}${random.pick(["-", "_", "", "."])}${inventedWord(random, 2)}${random.integer(2, 99)}`
    : fillPattern(random, random.pick(["xxxxxxxx", "aaaa-0000", "AaaaAaaa90", "xxxx-xxxx-xxxx", "Aaaaaa!90", "aaaaaa_000"])),
});

export const drawLicencePlate = (random: Random): SlotValue => ({
  text: fillPattern(random, random.pick(["AA00 AAA", "A-AA 900", "AAA 000", "AA-000-AA", "9AAA000", "AA 90000", "A 000 AA", "00-A-0000"])),
});

export const drawIsbn = (random: Random): SlotValue => ({
  text: fillPattern(random, random.pick(["978-0-900-00000-0", "978-3-90-000000-0", "9780900000000", "0-900-00000-0"])),
});

export const drawString = (random: Random): SlotValue => ({ text: fillPattern(random, "x".repeat(random.integer(5, 14))) });
