/** Brings lib/ up to date; `log` gets one line per target, `targets` names the ones to build (all by default). */
export function buildKernels(log: (line: string) => void, targets?: readonly string[]): Promise<void>;
