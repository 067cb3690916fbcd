const small =
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(
    " ",
  );
const tens = "twenty thirty forty fifty sixty seventy eighty ninety".split(" ");

/** A whole number from 0 to 9999 in words, British style. */
export function numberWord(n: number): string {
  if (n < 20) return small[n] as string;
  if (n < 100) {
    const ten = tens[Math.floor(n / 10) - 2] as string;
    return n % 10 === 0 ? ten : `${ten}-${small[n % 10]}`;
  }
  const [unit, name] = n < 1000 ? [100, "hundred"] : [1000, "thousand"];
  const rest = n % unit;
  const head = `${numberWord(Math.floor(n / unit))} ${name}`;
  if (rest === 0) return head;
  return rest < 100 ? `${head} and ${numberWord(rest)}` : `${head} ${numberWord(rest)}`;
}
