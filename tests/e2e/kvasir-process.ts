import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { root } from "../architecture/workspace.ts";

const command = join(root, "packages/kvasir/bin/kvasir.js");

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A `kvasir` process of the built package. */
class KvasirProcess {
  readonly child: ChildProcess;
  stdout = "";
  stderr = "";

  constructor(args: readonly string[], env: Readonly<Record<string, string>>) {
    this.child = spawn(process.execPath, [command, ...args], { cwd: root, env: { ...process.env, ...env }, stdio: "pipe" });
    this.child.stdout?.setEncoding("utf8").on("data", (text: string) => (this.stdout += text));
    this.child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.stderr += text));
  }

  async finished(): Promise<Finished> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, "close");
    return { code: this.child.exitCode, stdout: this.stdout, stderr: this.stderr };
  }

  /** Waits until `pattern` was printed to stdout. */
  async printed(pattern: RegExp, timeoutMs: number): Promise<RegExpExecArray> {
    const end = Date.now() + timeoutMs;
    for (;;) {
      const match = pattern.exec(this.stdout);
      if (match !== null) return match;
      if (this.child.exitCode !== null || Date.now() > end) {
        throw new Error(
          `kvasir did not print ${String(pattern)} within ${timeoutMs} ms. exit ${this.child.exitCode}\n${this.stdout}\n${this.stderr}`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** Runs a command to its end. */
export async function kvasir(args: readonly string[], input = "", env: Readonly<Record<string, string>> = {}): Promise<Finished> {
  const running = new KvasirProcess(args, env);
  running.child.stdin?.end(input);
  return running.finished();
}

/** Runs a command, presses Ctrl-C as soon as `pattern` was printed, and waits for the end. */
export async function interrupted(args: readonly string[], pattern: RegExp): Promise<Finished> {
  const running = new KvasirProcess(args, {});
  await running.printed(pattern, 60_000);
  running.child.kill("SIGINT");
  return running.finished();
}

export interface RunningServer {
  readonly url: string;
  /** From the start of the process to the line that says it listens. */
  readonly readyMs: number;
  readonly stdout: string;
  /** Sends a signal and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<Finished>;
}

/** Starts `kvasir serve` on a free port and waits until the model is loaded. */
export async function startServer(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<RunningServer> {
  const start = performance.now();
  const running = new KvasirProcess(["serve", "--port", "0", ...args], env);
  const [, url = ""] = await running.printed(/Listening on (http:\/\/\S+)/, 60_000);
  const readyMs = performance.now() - start;
  // The curl line follows in a write of its own.
  await running.printed(/curl .*\n/, 1000);
  return {
    url,
    readyMs,
    stdout: running.stdout,
    async stop(signal = "SIGTERM") {
      running.child.kill(signal);
      return running.finished();
    },
  };
}
