import { request } from "node:http";
import { median } from "./statistics.mjs";

/** Sends a JSON body and gives every server-sent event to `onEvent` as it arrives. */
function streamEvents(url, body, onEvent) {
  return new Promise((resolve, reject) => {
    const call = request(url, { method: "POST", headers: { "content-type": "application/json" }, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part) => {
        text += part;
        for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
          const line = text.slice(0, end);
          text = text.slice(end + 2);
          if (!line.startsWith("data: {")) continue;
          const event = JSON.parse(line.slice(6));
          if (event.error === undefined) onEvent(event);
          else response.destroy(new Error(`${url} failed: ${JSON.stringify(event.error)}`));
        }
      });
      response.on("error", reject);
      response.on("end", () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`${url} answered ${response.statusCode}: ${text.slice(0, 500)}`));
      });
    });
    call.on("error", reject);
    call.end(JSON.stringify(body));
  });
}

/**
 * Sends all bodies at once and measures the streams. `read` turns an event into `{ text, tokens }`: the text it adds, and, in the event
 * that says so, how many tokens were generated in all.
 *
 * Streams hold back text while a character is incomplete, so an event may stand for more than one token: each counts for its stream's
 * tokens / events.
 */
export async function measureStreams(url, bodies, read) {
  const streams = bodies.map(() => ({ times: [], tokens: 0 }));
  const start = performance.now();
  await Promise.all(
    bodies.map((body, index) =>
      streamEvents(url, body, (event) => {
        const { text, tokens } = read(event);
        if (text !== "") streams[index].times.push(performance.now());
        if (tokens !== undefined) streams[index].tokens = tokens;
      }),
    ),
  );
  const total = streams.reduce((sum, { tokens }) => sum + tokens, 0);
  const from = Math.max(...streams.map(({ times }) => times[0]));
  const to = Math.min(...streams.map(({ times }) => times.at(-1)));
  const decoded = streams.reduce((sum, { times, tokens }) => {
    return sum + (times.filter((time) => time > from && time <= to).length * tokens) / times.length;
  }, 0);
  const end = Math.max(...streams.map(({ times }) => times.at(-1)));
  const first = streams.map(({ times }) => times[0] - start);
  return {
    tokens: total,
    /** While every stream decodes: from the first token of the last one to start to the last token of the first one to end. */
    decodeTokensPerSecond: (1000 * decoded) / (to - from),
    /** All tokens, from sending the requests to the last token. */
    wallTokensPerSecond: (1000 * total) / (end - start),
    firstTokenMs: { median: median(first), max: Math.max(...first) },
  };
}
