import { PolicyContractError } from "../errors/policy-contract-error.ts";

/** Whose plan is being checked, for messages. */
export interface PlanSource {
  readonly policy: string;
}

/** @throws PolicyContractError unless `condition` holds. `reason` continues "field ...". */
export function check(condition: boolean, source: PlanSource, field: string, reason: () => string): asserts condition {
  if (!condition) throw new PolicyContractError({ policy: source.policy, field, reason: reason() });
}

/** Checks for an integer of at least `minimum`. */
export function checkInteger(value: number, minimum: number, source: PlanSource, field: string): void {
  check(Number.isInteger(value) && value >= minimum, source, field, () => `is ${value}; it must be an integer of at least ${minimum}.`);
}

/** Checks that integers ascend strictly and lie in `[minimum, end)`. */
export function checkAscending(values: readonly number[], minimum: number, end: number, source: PlanSource, field: string): void {
  let previous = minimum - 1;
  values.forEach((value, index) => {
    check(Number.isInteger(value) && value > previous && value < end, source, `${field}[${index}]`, () => {
      return `is ${value} after ${previous}; values must be integers that ascend and lie in ${minimum} .. ${end - 1}.`;
    });
    previous = value;
  });
}

/** Checks that no value occurs twice. */
export function checkUnique(values: readonly number[], source: PlanSource, field: string): void {
  const seen = new Set<number>();
  values.forEach((value, index) => {
    check(!seen.has(value), source, `${field}[${index}]`, () => `is ${value}, which is listed already.`);
    seen.add(value);
  });
}
