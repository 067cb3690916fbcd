/**
 * The byte-level alphabet of GPT-2: printable bytes of Latin-1 stand for themselves, the others for the characters from U+0100 on.
 * Source: https://github.com/openai/gpt-2/blob/master/src/encoder.py, `bytes_to_unicode`.
 */
const CHARACTER_OF_BYTE: readonly number[] = tabulate();

/** Byte that a UTF-16 code unit stands for, -1 where it stands for none. */
export const BYTE_OF_CHARACTER: Int16Array = invert(CHARACTER_OF_BYTE);

function tabulate(): number[] {
  const isPrintable = (byte: number): boolean => (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => (isPrintable(byte) ? byte : next++));
}

function invert(characters: readonly number[]): Int16Array {
  const bytes = new Int16Array(512).fill(-1);
  characters.forEach((character, byte) => (bytes[character] = byte));
  return bytes;
}
