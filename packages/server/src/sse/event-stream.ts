/** One server-sent event; `JSON.stringify` never leaves a line break in it. */
export function sseEvent(data: unknown): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

export const sseDone = "data: [DONE]\n\n";

/**
 * A response that sends what the generator yields, and asks it for more only as fast as the client reads.
 * @param onCancel called when the client is gone before the end, so that a pending `next` can be given up.
 */
export function eventStreamResponse(lines: AsyncGenerator<string, void, undefined>, onCancel: () => void): Response {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await lines.next();
        if (done === true) controller.close();
        else controller.enqueue(encoder.encode(value));
      },
      async cancel() {
        onCancel();
        await lines.return();
      },
    },
    { highWaterMark: 1 },
  );
  return new Response(body, {
    headers: {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-cache",
      // Each event leaves at once: no proxy buffers it, and the adapter does not wait to measure the body.
      "x-accel-buffering": "no",
      "transfer-encoding": "chunked",
    },
  });
}
