import { attributeFrames } from "./attributes.ts";
import { dailyFrames } from "./daily.ts";
import { eventFrames } from "./events.ts";
import { homeAndTownFrames } from "./home-and-town.ts";
import { pageFrames } from "./pages.ts";
import { storyFrames } from "./stories.ts";
import { workAndTravelFrames } from "./work-and-travel.ts";

/** Frames by the name of their file: one to three sentences with questions, in the format of the document templates. */
export const frameTexts: Readonly<Record<string, string>> = {
  attributes: attributeFrames,
  daily: dailyFrames,
  events: eventFrames,
  "home-and-town": homeAndTownFrames,
  pages: pageFrames,
  stories: storyFrames,
  "work-and-travel": workAndTravelFrames,
};
