import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface HubServerFile {
  readonly content: Uint8Array;
  /** Kept in large-file storage, with a SHA-256. */
  readonly isLarge?: boolean;
}

/** A stand-in for the Hub: the API that `@huggingface/hub` uses for one repository, with faults on demand. */
export interface HubServer {
  readonly url: string;
  /** Every request, as `METHOD path [range]`. */
  readonly requests: string[];
  /** Ends the connection after so many bytes of the next answers with content. */
  cutAfter: number[];
  /** Sends these bytes in place of a file's own. */
  readonly falsified: Map<string, Uint8Array>;
  /** Answers everything with this status. */
  status: number;
  ignoresRanges: boolean;
  readonly authorizations: Set<string>;
  close(): Promise<void>;
}

export const COMMIT = "0123456789abcdef0123456789abcdef01234567";

/** Starts a server that has one repository. */
export async function startHubServer(model: string, files: Readonly<Record<string, HubServerFile>>): Promise<HubServer> {
  const hub = {
    requests: [] as string[],
    cutAfter: [] as number[],
    falsified: new Map<string, Uint8Array>(),
    status: 200,
    ignoresRanges: false,
    authorizations: new Set<string>(),
  };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://hub");
    hub.requests.push(`${request.method} ${url.pathname}${request.headers.range === undefined ? "" : ` ${request.headers.range}`}`);
    if (request.headers.authorization !== undefined) hub.authorizations.add(request.headers.authorization);
    if (hub.status !== 200) return json(response, hub.status, { error: "The server says no" });
    if (url.pathname === `/api/models/${model}/revision/main`) return json(response, 200, { _id: "1", id: model, sha: COMMIT });
    if (url.pathname === `/api/models/${model}/tree/${COMMIT}`)
      return json(
        response,
        200,
        Object.entries(files).map(([path, file]) => treeEntry(path, file)),
      );
    const path = url.pathname.startsWith(`/${model}/resolve/${COMMIT}/`)
      ? url.pathname.slice(`/${model}/resolve/${COMMIT}/`.length)
      : undefined;
    const file = path === undefined ? undefined : files[path];
    if (path === undefined || file === undefined) return json(response, 404, { error: "Repository not found" });
    return send(request, response, file, hub.falsified.get(path) ?? file.content);
  });

  function send(request: IncomingMessage, response: ServerResponse, file: HubServerFile, content: Uint8Array): void {
    const [, first, last] =
      /^bytes=(\d+)-(\d*)$/.exec(hub.ignoresRanges && request.headers.range !== "bytes=0-0" ? "" : (request.headers.range ?? "")) ?? [];
    const start = Number(first ?? 0);
    const end = last === undefined || last === "" ? content.length - 1 : Math.min(Number(last), content.length - 1);
    const body = content.subarray(start, end + 1);
    const range = first === undefined ? {} : { "Content-Range": `bytes ${start}-${end}/${content.length}` };
    response.writeHead(first === undefined ? 200 : 206, { "Content-Length": body.length, ETag: `"${sha256(file.content)}"`, ...range });
    const isProbe = body.length === 1;
    const cut = isProbe ? undefined : hub.cutAfter.shift();
    if (cut === undefined || cut >= body.length) response.end(body);
    else response.write(body.subarray(0, cut), () => setTimeout(() => response.destroy(), 200));
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  return Object.assign(hub, { url, close });
}

function treeEntry(path: string, { content, isLarge }: HubServerFile): object {
  const oid = createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex");
  const lfs = isLarge === true ? { lfs: { oid: sha256(content), size: content.length, pointerSize: 130 } } : {};
  return { type: "file", path, size: content.length, oid, ...lfs };
}

function sha256(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "Content-Type": "application/json" });
  response.end(JSON.stringify(body));
}
