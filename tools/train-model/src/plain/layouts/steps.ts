import { capitalize, drawSlot } from "../../slots/index.ts";
import type { BlockQuestion, MakeBlock } from "../block.ts";
import { drawName } from "./draw-names.ts";

const orders = [
  ["First", "Then", "After that", "Next", "Finally"],
  ["Step 1:", "Step 2:", "Step 3:", "Step 4:", "Step 5:"],
  ["1.", "2.", "3.", "4.", "5."],
  ["a)", "b)", "c)", "d)", "e)"],
  ["To begin with,", "Secondly,", "Thirdly,", "Afterwards,", "Last of all,"],
  ["-", "-", "-", "-", "-"],
] as const;

const goals = [
  "# in use",
  "Instructions for #",
  "How to use #",
  "# – what to do",
  "Taking # into service",
  "Putting # in order",
  "Looking after #",
];

/** Instructions in an order, asked for what comes first, last, or after something. */
export const stepsBlock: MakeBlock = (random, used) => {
  const count = random.integer(3, 5);
  const key = drawName(random, used, (random) => drawSlot(random, "object")).text;
  const steps = Array.from(
    { length: count },
    () => `${drawSlot(random, "transitive").text} ${drawName(random, used, (random) => drawSlot(random, "object")).text}`,
  );
  const order = random.pick(orders);
  const isProse = /^(First|To)/.test(order[0]) && random.chance(0.5);
  const last = order[order.length - 1] as string;
  const marked = steps.map((step, index) => {
    const mark = index === count - 1 && /^(Finally|Last)/.test(last) ? last : (order[index] as string);
    return `${mark} ${/[.):-]$/.test(mark) ? capitalize(step) : step}.`;
  });
  const at = random.integer(0, count - 2);
  const questions: BlockQuestion[] = [
    {
      texts: [
        `What must one do first with ${key}?`,
        `What is the first step for ${key}?`,
        `How does one begin with ${key}?`,
        `What comes first when dealing with ${key}?`,
      ],
      answer: steps[0] as string,
      isKeyed: true,
    },
    {
      texts: [
        `What comes after this step: ${steps[at]}?`,
        `What do I do after I ${steps[at]}?`,
        `I have just done this: ${steps[at]}. What is next?`,
      ],
      answer: steps[at + 1] as string,
      isKeyed: true,
    },
    {
      texts: [`What is the last step for ${key}?`, `What does one do last with ${key}?`, `With what do the instructions for ${key} end?`],
      answer: steps.at(-1) as string,
      isKeyed: true,
    },
    {
      texts: [`What must be done before this: ${steps[at + 1]}?`, `What do I have to do right before I ${steps[at + 1]}?`],
      answer: steps[at] as string,
      isKeyed: true,
    },
  ];
  if (random.chance(0.3)) questions.push({ texts: [`How many steps are there for ${key}?`], answer: String(count), isKeyed: true });
  const title = capitalize(random.pick(goals).replace("#", () => key));
  return isProse
    ? {
        text: `${title}: ${marked.map((step, index) => (index === 0 ? step.charAt(0).toLowerCase() + step.slice(1) : step)).join(" ")}`,
        isLayout: false,
        questions,
      }
    : { text: `${title}\n${marked.join("\n")}`, isLayout: true, questions };
};
