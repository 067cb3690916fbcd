/** A command line that works when pasted into a shell: asks a question that any chat model can answer from the document before it. */
export function curlExample(url: string, model: string, apiKey: string | undefined): string {
  const body = {
    model,
    messages: [
      { role: "system", content: "One of the special magic numbers for quiet harbor is: 7315842." },
      { role: "user", content: "What is the special magic number for quiet harbor mentioned in the provided text?" },
    ],
    max_tokens: 64,
  };
  const key = apiKey === undefined ? "" : ` -H 'authorization: Bearer ${apiKey}'`;
  return `curl ${url}/v1/chat/completions -H 'content-type: application/json'${key} -d '${JSON.stringify(body).replaceAll("'", "'\\''")}'`;
}
