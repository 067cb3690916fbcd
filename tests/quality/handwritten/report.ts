import type { Failure } from "./judge-answer.ts";
import type { Answer, Measurement } from "./measure.ts";

/** Share of answers that are exactly an accepted one, 0 to 1. */
export function exactShare(answers: readonly Answer[]): number {
  return share(answers, ({ isExact }) => isExact);
}

/** A measurement for people: shares, failures by sort, a line per kind of text, and every failure with what was said. */
export function formatMeasurement(title: string, { alone, together }: Measurement): string {
  const kinds = [...new Set(alone.map(({ text }) => text.kind))];
  const width = Math.max(...kinds.map((kind) => kind.length));
  const ofKind = (answers: readonly Answer[], kind: string): string => {
    const own = answers.filter(({ text }) => text.kind === kind);
    return `${own.filter(({ isExact }) => isExact).length}/${own.length}`;
  };
  return [
    title,
    summary("alone", alone),
    summary("together", together),
    ...kinds.map((kind) => `  ${kind.padEnd(width)}  alone ${ofKind(alone, kind)}  together ${ofKind(together, kind)}`),
    ...failures("alone", alone),
    ...failures("together", together),
    "",
  ].join("\n");
}

function summary(name: string, answers: readonly Answer[]): string {
  const counts = new Map<Failure, number>();
  for (const { failure } of answers) if (failure !== undefined) counts.set(failure, (counts.get(failure) ?? 0) + 1);
  const sorts = [...counts].map(([failure, count]) => `${failure} ${count}`).join(", ");
  const exact = percent(exactShare(answers));
  const contained = percent(share(answers, ({ isContained }) => isContained));
  return `  ${name}: ${exact} exact, ${contained} contain the answer, of ${answers.length}; failures: ${sorts || "none"}`;
}

function failures(name: string, answers: readonly Answer[]): string[] {
  return answers
    .filter(({ isExact }) => !isExact)
    .map(
      ({ text, question, prediction, failure }) =>
        `  ${name} ${text.kind}: ${question.text} Wanted "${question.answers[0]}", got ${JSON.stringify(prediction)} (${failure}).`,
    );
}

function share(answers: readonly Answer[], holds: (answer: Answer) => boolean): number {
  return answers.filter(holds).length / answers.length;
}

function percent(value: number): string {
  return `${(100 * value).toFixed(1)} %`;
}
