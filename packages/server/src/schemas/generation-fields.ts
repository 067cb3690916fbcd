import { z } from "zod";
import { optionalField } from "./optional-field.ts";

/** Fields that both generation endpoints take. Unknown fields are ignored, since clients send many. */
export interface GenerationFields {
  /** The served model where absent. */
  readonly model?: string | undefined;
  readonly n?: number | undefined;
  readonly max_tokens?: number | undefined;
  readonly stream?: boolean | undefined;
  readonly stream_options?: { readonly include_usage?: boolean | undefined } | undefined;
  readonly stop?: readonly string[] | undefined;
  readonly seed?: number | undefined;
  readonly temperature?: number | undefined;
  readonly top_p?: number | undefined;
  readonly top_k?: number | undefined;
  readonly min_p?: number | undefined;
  readonly repetition_penalty?: number | undefined;
  readonly presence_penalty?: number | undefined;
  readonly frequency_penalty?: number | undefined;
  /** By token id. */
  readonly logit_bias?: Readonly<Record<string, number>> | undefined;
  readonly ignore_eos?: boolean | undefined;
  readonly return_token_ids?: boolean | undefined;
  readonly user?: string | undefined;
  readonly kvasir?: KvasirFields | undefined;
}

/** What this server adds to the API. */
export interface KvasirFields {
  /** Ids of registered contexts, read before the prompt in this order. */
  readonly contexts?: readonly string[] | undefined;
  /** Name of a policy preset. */
  readonly policy?: string | undefined;
}

export type FieldSchemas<Fields> = { readonly [Name in keyof Fields]-?: z.ZodType<Fields[Name]> };

const maximumStops = 16;
const maximumContexts = 256;

const kvasirFields: z.ZodType<KvasirFields> = z.object({
  contexts: optionalField(z.array(z.string().min(1)).max(maximumContexts)),
  policy: optionalField(z.string().min(1)),
});

const stop = z.preprocess(
  (value) => (typeof value === "string" ? [value] : value),
  z.array(z.string().min(1), { error: "expected a string or a list of strings" }).max(maximumStops),
);

const flag = z.boolean();

export const generationFields: FieldSchemas<GenerationFields> = {
  model: optionalField(z.string().min(1)),
  n: optionalField(z.int().min(1).max(128)),
  max_tokens: optionalField(z.int().min(0)),
  stream: optionalField(flag),
  stream_options: optionalField(z.object({ include_usage: optionalField(flag) })),
  stop: optionalField(stop),
  seed: optionalField(z.int()),
  temperature: optionalField(z.number().min(0).max(2)),
  top_p: optionalField(z.number().min(0).max(1)),
  top_k: optionalField(z.int().min(-1)),
  min_p: optionalField(z.number().min(0).max(1)),
  repetition_penalty: optionalField(z.number().positive().max(10)),
  presence_penalty: optionalField(z.number().min(-2).max(2)),
  frequency_penalty: optionalField(z.number().min(-2).max(2)),
  logit_bias: optionalField(z.record(z.string().regex(/^\d+$/, "expected token ids as keys"), z.number().min(-100).max(100))),
  ignore_eos: optionalField(flag),
  return_token_ids: optionalField(flag),
  user: optionalField(z.string()),
  kvasir: optionalField(kvasirFields),
};
