/** Where a section of text stands between the added tokens found in it. */
export interface SectionPlace {
  /** Nothing comes before it. */
  readonly isFirst: boolean;
}

/** Turns text without added tokens into ids: normalisation, pre-tokenization and merging. */
export interface SectionEncoder {
  encode(text: string, place: SectionPlace): number[];
}
