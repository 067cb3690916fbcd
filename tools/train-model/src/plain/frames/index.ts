import { eventFrames } from "./events.ts";

/** Frames by the name of their file: one to three sentences with questions, in the format of the document templates. */
export const frameTexts: Readonly<Record<string, string>> = {
  events: eventFrames,
};
