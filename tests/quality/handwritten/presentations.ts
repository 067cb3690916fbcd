import type { ChatMessage } from "@kvasir/model-runtime";

/** What a model is given for a question: a chat after contexts, or a text to continue to the end of its line. */
export type Prompt = { readonly contexts: readonly string[]; readonly messages: readonly ChatMessage[] } | { readonly continues: string };

/** A way of giving texts and a question to a model. */
export type Presentation = (documents: readonly string[], question: string) => Prompt;

const user = (content: string): ChatMessage => ({ role: "user", content });
const system = (content: string): ChatMessage => ({ role: "system", content });

const RULE =
  'Answer with the shortest words of the text that answer the question, and nothing else. If the text does not say, answer "unknown".';
const BRIEF_RULE = "Answer the question in as few words as possible, copied from the text above. Do not write a sentence.";
/** Answered questions about texts that are not part of the test. */
const EXAMPLES: readonly { readonly text: string; readonly question: string; readonly answer: string }[] = [
  {
    text: "The shop on Mill Street is closed on Mondays. It belongs to Mrs Ferrante, who sells lamps and mirrors.",
    question: "Who owns the shop?",
    answer: "Mrs Ferrante",
  },
  {
    text: "Dear Paul, the train was late again, so I took the bus to Arnsby and got there at six. The room costs 40 pounds a night.",
    question: "How much does the room cost?",
    answer: "40 pounds",
  },
  {
    text: "The choir meets every Tuesday in the old chapel. New voices are welcome, above all tenors.",
    question: "Who leads the choir?",
    answer: "unknown",
  },
];

/** Ways of giving texts; the first is what Kvasir offers, the others serve models that know no document contexts. */
export const PRESENTATIONS: Readonly<Record<string, Presentation>> = {
  /** Every text a context of its own, the bare question a message. */
  contexts: (documents, question) => ({ contexts: documents, messages: [user(question)] }),
  /** Texts and question in one message, as somebody would paste them. */
  pasted: (documents, question) => ({ contexts: [], messages: [user(`${documents.join("\n\n")}\n\n${question}`)] }),
  /** The rule as a system message. */
  "pasted-with-system-rule": (documents, question) => ({
    contexts: [],
    messages: [system(RULE), user(`${documents.join("\n\n")}\n\nQuestion: ${question}`)],
  }),
  /** The rule after the texts, where a small model still has it in mind. */
  "pasted-with-rule": (documents, question) => ({
    contexts: [],
    messages: [user(`Text:\n${documents.join("\n\n")}\n\n${RULE}\n\nQuestion: ${question}`)],
  }),
  /** A shorter rule that asks for no sentence. */
  "pasted-with-brief-rule": (documents, question) => ({
    contexts: [],
    messages: [user(`${documents.join("\n\n")}\n\n${BRIEF_RULE}\n\n${question}`)],
  }),
  /** The rule and worked examples as turns of the chat. */
  "pasted-with-examples": (documents, question) => ({
    contexts: [],
    messages: [
      system(RULE),
      ...EXAMPLES.flatMap((example) => [
        user(`${example.text}\n\nQuestion: ${example.question}`),
        { role: "assistant", content: example.answer },
      ]),
      user(`${documents.join("\n\n")}\n\nQuestion: ${question}`),
    ],
  }),
  /** No chat at all: worked examples, and a line to complete. */
  completed: (documents, question) => ({
    continues: [...EXAMPLES, { text: documents.join("\n\n"), question, answer: "" }]
      .map((example) => `Text: ${example.text}\nQuestion: ${example.question}\nAnswer: ${example.answer}`.trim())
      .join("\n\n"),
  }),
};
