/** Where a section of text stands between the added tokens found in it. */
export interface SectionPlace {
  /** Nothing comes before it. */
  readonly isFirst: boolean;
}

/** Turns text without added tokens into ids: normalisation, pre-tokenization and merging. */
export interface SectionEncoder {
  encode(text: string, place: SectionPlace): number[];
}

/** Turns a piece that pre-tokenization cut out into ids; the last of the steps. */
export interface PieceEncoder {
  encodeInto(target: number[], piece: string): void;
}
