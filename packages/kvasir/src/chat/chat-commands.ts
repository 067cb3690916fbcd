/** A line that a user typed: a question, or a command that starts with a slash. */
export type ChatLine =
  | { readonly type: "question"; readonly text: string }
  | { readonly type: "empty" }
  | { readonly type: "reset" | "exit" | "help" | "stats" }
  | { readonly type: "document"; readonly path: string }
  | { readonly type: "unknown"; readonly name: string };

export const CHAT_HELP = `/document FILE  put a text file before the conversation
/reset          forget the conversation, keep documents
/stats          switch the line of figures after each answer on or off
/exit           leave (also Ctrl-D)
Ctrl-C          cancel the answer that is being written`;

/** Tells commands from questions. A question that starts with a slash is written with two. */
export function parseChatLine(line: string): ChatLine {
  const text = line.trim();
  if (text === "") return { type: "empty" };
  if (text.startsWith("//")) return { type: "question", text: text.slice(1) };
  if (!text.startsWith("/")) return { type: "question", text };
  const [name = "", ...rest] = text.slice(1).split(/\s+/);
  switch (name) {
    case "reset":
    case "help":
    case "stats":
      return { type: name };
    case "exit":
    case "quit":
    case "bye":
      return { type: "exit" };
    case "document":
      return rest.length > 0 ? { type: "document", path: rest.join(" ") } : { type: "unknown", name: "/document without a file" };
    default:
      return { type: "unknown", name: `/${name}` };
  }
}
