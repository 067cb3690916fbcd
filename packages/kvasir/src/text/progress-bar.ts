/** A bar at the bottom of the terminal: how much is done of what is known to come, and when it will be over. */
export interface ProgressBar {
  update(done: number, total: number, label: string): void;
  /** Takes the bar off the screen. */
  stop(): void;
}

const WIDTH = 24;

/** Shows a bar with counts and the time left on stderr where that is a terminal, and nothing elsewhere. */
export function showProgressBar(stream: NodeJS.WriteStream = process.stderr): ProgressBar {
  const startMs = performance.now();
  let lastMs = 0;
  let isShown = false;
  return {
    update(done, total, label) {
      const nowMs = performance.now();
      if (!stream.isTTY || (nowMs - lastMs < 50 && done < total)) return;
      lastMs = nowMs;
      stream.write(`\r\u001B[K${renderBar(done, total, label, (nowMs - startMs) / 1000)}`);
      isShown = true;
    },
    stop() {
      if (isShown) stream.write("\r\u001B[K");
      isShown = false;
    },
  };
}

/** `━━━━━━────────  12/50  24 %  label  1:23 left`. */
export function renderBar(done: number, total: number, label: string, elapsedSeconds: number): string {
  const share = total === 0 ? 1 : done / total;
  const filled = Math.round(share * WIDTH);
  const bar = "━".repeat(filled) + "─".repeat(WIDTH - filled);
  const left = done === 0 ? "" : `  ${formatDuration((elapsedSeconds * (total - done)) / done)} left`;
  return `${bar}  ${done}/${total}  ${Math.floor(100 * share)} %  ${label}${left}`;
}

/** `42 s`, `3:05`, `1:02:03`. */
export function formatDuration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const two = (value: number): string => String(value).padStart(2, "0");
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}
