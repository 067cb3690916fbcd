/**
 * About how many tokens the embedded model's tokenizer makes of a text: digits are single tokens, other characters come about four to a
 * token in words and less in names and codes. Quick, since generators call it many times; the trainer cuts what is too long.
 */
export function countTokens(text: string): number {
  let digits = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 48 && code <= 57) digits++;
    else if (code > 127) digits += 0.8;
  }
  return Math.ceil(digits + (text.length - digits) / 3.5) + 1;
}
