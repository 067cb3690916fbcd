import type { Random } from "@kvasir/kv-eval";
import { numberWord } from "./number-words.ts";
import { list } from "./words/list.ts";
import type { SlotValue } from "./value.ts";

export const months: readonly string[] = list(
  `January, February, March, April, May, June, July, August, September, October, November, December`,
);
export const weekdays: readonly string[] = list(`Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday`);
const monthLengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

export function ordinal(n: number): string {
  const ending = n % 100 >= 11 && n % 100 <= 13 ? "th" : (["th", "st", "nd", "rd"][n % 10] ?? "th");
  return `${n}${ending}`;
}

const two = (n: number): string => String(n).padStart(2, "0");

interface Day {
  readonly day: number;
  /** From 0. */
  readonly month: number;
}

function drawDay(random: Random): Day {
  const month = random.integer(0, 11);
  return { day: random.integer(1, monthLengths[month] as number), month };
}

export function drawDate(random: Random): SlotValue {
  const { day, month } = drawDay(random);
  const name = months[month] as string;
  const kind = random.integer(0, 9);
  if (kind <= 4) return { text: `${day} ${name}` };
  if (kind === 5) return { text: `${name} ${day}` };
  if (kind === 6) return { text: `${ordinal(day)} ${name}` };
  if (kind === 7) return { text: `the ${ordinal(day)} of ${name}` };
  if (kind === 8) return { text: `${name} ${ordinal(day)}` };
  return { text: `${random.pick(weekdays)} ${day} ${name}` };
}

const drawYearNumber = (random: Random): number => (random.chance(0.5) ? random.integer(1990, 2034) : random.integer(1702, 2034));

export function drawFullDate(random: Random): SlotValue {
  const { day, month } = drawDay(random);
  const year = drawYearNumber(random);
  const name = months[month] as string;
  const kind = random.integer(0, 8);
  if (kind <= 3) return { text: `${day} ${name} ${year}` };
  if (kind === 4) return { text: `${name} ${day}, ${year}` };
  if (kind === 5) return { text: `${year}-${two(month + 1)}-${two(day)}` };
  if (kind === 6) return { text: `${two(day)}.${two(month + 1)}.${year}` };
  if (kind === 7) return { text: `${two(day)}/${two(month + 1)}/${year}` };
  return { text: `${ordinal(day)} ${name} ${year}` };
}

export const drawYear = (random: Random): SlotValue => ({ text: String(drawYearNumber(random)) });
export const drawMonth = (random: Random): SlotValue => ({ text: random.pick(months) });
export const drawWeekday = (random: Random): SlotValue => ({ text: random.pick(weekdays) });

export function drawTime(random: Random): SlotValue {
  const hour = random.integer(0, 23) || 9;
  const minute = random.chance(0.6) ? random.pick([0, 15, 30, 45, 10, 20, 40, 50, 5, 25, 35, 55]) : random.integer(1, 59);
  const onTwelve = hour % 12 || 12;
  const half = hour < 12 ? "am" : "pm";
  const kind = random.integer(0, 9);
  if (kind <= 3) return { text: `${hour}:${two(minute)}` };
  if (kind === 4) return { text: `${hour}.${two(minute)}` };
  if (kind === 5) return { text: minute === 0 ? `${onTwelve} ${half}` : `${onTwelve}:${two(minute)} ${half}` };
  if (kind === 6) return { text: `${onTwelve}${half}` };
  if (kind === 7) return { text: `${onTwelve}:${two(minute)} ${half === "am" ? "a.m." : "p.m."}` };
  const spoken = numberWord(onTwelve);
  return {
    text: random.pick([
      `half past ${spoken}`,
      `quarter past ${spoken}`,
      `quarter to ${spoken}`,
      `${spoken} o'clock`,
      `twenty past ${spoken}`,
      `ten to ${spoken}`,
      `five past ${spoken}`,
    ]),
  };
}

const units: readonly (readonly [string, number])[] = [
  ["minute", 90],
  ["minute", 50],
  ["hour", 48],
  ["day", 30],
  ["week", 20],
  ["week", 8],
  ["month", 24],
  ["year", 40],
  ["second", 50],
];

export function drawDuration(random: Random): SlotValue {
  const kind = random.integer(0, 11);
  if (kind === 0)
    return {
      text: random.pick([
        "half an hour",
        "a quarter of an hour",
        "three quarters of an hour",
        "an hour and a half",
        "two and a half hours",
        "a fortnight",
        "half a day",
        "a day and a half",
        "six and a half weeks",
        "nearly a year",
        "a year and a half",
      ]),
    };
  if (kind === 1)
    return { text: `${numberWord(random.integer(1, 9))} ${random.pick(["hours", "days", "weeks"])}`.replace(/^one (\w+)s$/, "one $1") };
  if (kind === 2) return { text: `${random.integer(1, 9)} h ${random.integer(1, 59)} min` };
  const [unit, most] = random.pick(units);
  const n = random.integer(2, most);
  return { text: `${random.chance(0.45) && n <= 60 ? numberWord(n) : n} ${unit}s` };
}

export function drawAge(random: Random): SlotValue {
  const n = random.integer(3, 96);
  return { text: random.chance(0.75) ? String(n) : numberWord(n) };
}

/** A duration of everyday doings: minutes to a few hours. */
export function drawMinutes(random: Random): SlotValue {
  const n = random.chance(0.6) ? random.integer(1, 18) * 5 : random.integer(2, 90);
  const kind = random.integer(0, 6);
  if (kind === 0)
    return {
      text: random.pick([
        "half an hour",
        "an hour",
        "an hour and a half",
        "two hours",
        "three hours",
        "three quarters of an hour",
        "a quarter of an hour",
        "two and a half hours",
        "an hour and ten minutes",
      ]),
    };
  if (kind === 1) return { text: `${n} min` };
  if (kind === 2) return { text: `${random.integer(1, 5)} h ${random.integer(1, 11) * 5} min` };
  return { text: `${random.chance(0.5) ? numberWord(n) : n} minutes` };
}
