import { ApiError } from "../errors/api-error.ts";

/** Fields that would change what the answer means, with the values that change nothing. */
const harmless: Readonly<Record<string, (value: unknown) => boolean>> = {
  tools: isEmptyList,
  functions: isEmptyList,
  tool_choice: (value) => value === "none" || value === "auto",
  function_call: (value) => value === "none" || value === "auto",
  response_format: (value) => typeof value === "object" && value !== null && "type" in value && value.type === "text",
  modalities: (value) => Array.isArray(value) && value.every((entry) => entry === "text"),
  audio: () => false,
  suffix: (value) => value === "",
  grammar: () => false,
  json_schema: () => false,
  guided_json: () => false,
  guided_regex: () => false,
  guided_choice: () => false,
  guided_grammar: () => false,
  structured_outputs: () => false,
  use_beam_search: (value) => value === false,
};

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/**
 * Refuses what this server does not do, instead of quietly answering something else.
 * @throws ApiError 400 naming the field.
 */
export function refuseUnsupportedFields(body: unknown): void {
  if (typeof body !== "object" || body === null) return;
  for (const [name, isHarmless] of Object.entries(harmless)) {
    const value = Object.hasOwn(body, name) ? (body as Readonly<Record<string, unknown>>)[name] : undefined;
    if (value === undefined || value === null || isHarmless(value)) continue;
    throw new ApiError(400, `${name}: this server does not support it with this value. Leave it out.`, {
      param: name,
      openaiCode: "unsupported_parameter",
    });
  }
}
