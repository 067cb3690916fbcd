import { expect, it } from "vitest";
import { curlExample } from "./curl-example.ts";

it("quotes for a shell", () => {
  const line = curlExample("http://127.0.0.1:8080", "it's", "key");
  expect(line).toMatch(
    /^curl http:\/\/127\.0\.0\.1:8080\/v1\/chat\/completions -H 'content-type: application\/json' -H 'authorization: Bearer key' -d '/,
  );
  expect(line).toContain(String.raw`"model":"it'\''s"`);
});
