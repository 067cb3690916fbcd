import { aboutItself } from "./about-itself.ts";
import { beyondIt } from "./beyond-it.ts";
import { smallTalk } from "./small-talk.ts";
import type { Topic } from "./topic.ts";

/** What comes up in the course of a conversation. */
export const middles: readonly Topic[] = [...aboutItself, ...beyondIt, ...smallTalk];

/** What fits between questions about a text that is there. */
export const betweenQuestions: readonly Topic[] = [...aboutItself, ...smallTalk].filter(
  ({ name }) => name !== "text missing" && name !== "ready" && name !== "unclear" && name !== "chatting",
);
