/** Replaces `{slot}` by its value, and `{a slot}` by its value with the indefinite article; the result begins with a capital letter. */
export function fill(template: string, slots: Readonly<Record<string, string>>): string {
  const text = template.replace(/\{(a )?(\w+)\}/gu, (_, article: string | undefined, slot: string) => {
    const value = slots[slot];
    if (value === undefined) throw new RangeError(`"${template}" has no value for its slot "${slot}".`);
    return article === undefined ? value : `${indefinite(value)} ${value}`;
  });
  // An apposition's closing comma falls away at the end of a sentence.
  return text.charAt(0).toUpperCase() + text.slice(1).replace(/,(?=[.?])/gu, "");
}

const indefinite = (word: string): string => (/^(?:[aeio]|u(?!ku|ni))/iu.test(word) ? "an" : "a");
