/** A line at the bottom of the terminal that says what is going on. */
export interface ProgressLine {
  update(stage: string, done: number, total: number): void;
  stop(): void;
}

/** Shows progress on stderr where that is a terminal, and nothing elsewhere. */
export function showProgress(stream: NodeJS.WriteStream = process.stderr): ProgressLine {
  let isShown = false;
  let lastMs = 0;
  const clear = (): void => {
    if (isShown) stream.write("\r\u001B[K");
    isShown = false;
  };
  return {
    update(stage, done, total) {
      const now = performance.now();
      if (!stream.isTTY || now - lastMs < 50) return;
      lastMs = now;
      const share = total > 0 ? ` ${Math.floor((100 * done) / total)} %` : "";
      stream.write(`\r\u001B[K${stage}${share}`);
      isShown = true;
    },
    stop: clear,
  };
}
