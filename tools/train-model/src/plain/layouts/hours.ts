import type { Random } from "@kvasir/kv-eval";
import { drawSlot } from "../../slots/index.ts";
import type { BlockQuestion, MakeBlock } from "../block.ts";
import { drawName } from "./draw-names.ts";

const week = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

function drawHours(random: Random): { readonly from: string; readonly to: string } {
  const hour = random.integer(6, 13);
  const end = hour + random.integer(2, 9);
  const minutes = (): string => random.pick(["00", "30", "15", "45", "00"]);
  const kind = random.integer(0, 3);
  if (kind === 0)
    return {
      from: `${hour > 12 ? hour - 12 : hour} ${hour < 12 ? "am" : "pm"}`,
      to: `${end > 12 ? end - 12 : end} ${end < 12 ? "am" : "pm"}`,
    };
  if (kind === 1) return { from: `${hour}.${minutes()}`, to: `${end}.${minutes()}` };
  return { from: `${hour}:${minutes()}`, to: `${end}:${minutes()}` };
}

/** Opening hours by the day of the week. */
export const hoursBlock: MakeBlock = (random, used) => {
  const place = drawName(random, used, (random) =>
    drawSlot(random, random.pick(["shop", "museum", "restaurant", "building", "club"])),
  ).text;
  const the = /Museum|Club|Society|Gallery/.test(place) ? `the ${place}` : place;
  const questions: BlockQuestion[] = [];
  const seen = new Set<string>();
  const rows: string[] = [];
  const closed = random.pick(["closed", "closed", "–", "no opening", "shut"]);
  const isClosed = (): boolean => random.chance(0.2);
  const short = random.chance(0.3);
  for (const day of week) {
    const name = short ? day.slice(0, 3) : day;
    const { from, to } = drawHours(random);
    if (isClosed() || seen.has(from) || seen.has(to)) {
      rows.push(`${name}: ${closed}`);
      if (closed !== "–")
        questions.push({ texts: [`Is ${the} open on ${day}?`, `Can I go to ${the} on a ${day}?`], answer: "no", isKeyed: true });
      continue;
    }
    seen.add(from).add(to);
    rows.push(`${name}: ${from}${random.pick([" – ", " to ", "-"])}${to}`);
    questions.push({
      texts: [
        `When does ${the} open on ${day}?`,
        `From what time on is ${the} open on ${day}s?`,
        `How early can I go to ${the} on ${day}?`,
      ],
      answer: from,
      isKeyed: true,
    });
    questions.push({
      texts: [`When does ${the} close on ${day}?`, `Until when is ${the} open on ${day}s?`, `At what time do they shut ${the} on ${day}?`],
      answer: to,
      isKeyed: true,
    });
    if (random.chance(0.2))
      questions.push({ texts: [`Is ${the} open on ${day}?`, `Can I go to ${the} on a ${day}?`], answer: "yes", isKeyed: true });
  }
  const title = `${random.pick(["Opening hours", "Hours", "Open", "When we are here", "Opening times"])}${random.pick([" of ", ": ", " – "])}${place}`;
  return {
    text: `${title}\n${rows.join(random.chance(0.7) ? "\n" : "; ")}`,
    isLayout: true,
    questions: random.sample(questions, Math.min(questions.length, random.integer(3, 5))),
  };
};
