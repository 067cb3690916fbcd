/** What a kit needs of an `expect`; those of vitest, jest and bun have it. */
export type Expect = (actual: unknown) => {
  toBe(expected: unknown): void;
  toEqual(expected: unknown): void;
};

/** The test runner's functions, given by the caller so that a kit works with any runner. */
export interface KitRunner {
  readonly describe: (name: string, body: () => void) => void;
  readonly it: (name: string, body: () => Promise<void> | void, timeoutMs?: number) => void;
  readonly expect: Expect;
}

/** A test of the kit that does not apply, and why; the reason is shown in the test's name. */
export interface KitSkip {
  /** Start of the test's full name, e.g. `linear: ` for a whole group. */
  readonly test: string;
  readonly reason: string;
}

/** Time a single test of a kit may take, for backends that are slow on purpose. */
const TEST_TIMEOUT_MS = 120_000;

/** `it` with a group's name in front, which replaces skipped tests by one that says why. */
export function kitIt(
  runner: KitRunner,
  group: string,
  skips: readonly KitSkip[] = [],
): (name: string, body: () => Promise<void> | void) => void {
  return (name, body) => {
    const fullName = `${group}: ${name}`;
    const skip = skips.find(({ test }) => fullName.startsWith(test));
    if (skip === undefined) runner.it(fullName, body, TEST_TIMEOUT_MS);
    else runner.it(`${fullName} (skipped: ${skip.reason})`, () => {});
  };
}
