import { ConfigError } from "../errors/config-error.ts";
import type { Budget } from "./selector.ts";

/** What a budget is an upper limit of. */
export interface BudgetScope {
  /** Tokens there are. */
  readonly tokens: number;
  /** Bytes one of them takes in the scope the budget is for: one layer, or all. */
  readonly bytesPerToken: number;
}

/**
 * Tokens a budget allows, `1 .. scope.tokens`: a budget below one token still keeps one, since attention over nothing has no answer. 0 only
 * where there are no tokens.
 * @throws ConfigError where the budget is negative, not a number, or a ratio above 1.
 */
export function resolveBudget(budget: Budget, scope: BudgetScope): number {
  const wanted = budgetTokens(budget, scope);
  if (scope.tokens === 0) return 0;
  return Math.max(1, Math.min(scope.tokens, Math.floor(wanted)));
}

function budgetTokens(budget: Budget, scope: BudgetScope): number {
  if ("tokens" in budget) return atLeastZero("tokens", budget.tokens);
  if ("bytes" in budget) return atLeastZero("bytes", budget.bytes) / scope.bytesPerToken;
  if (!(budget.ratio >= 0 && budget.ratio <= 1)) {
    throw new ConfigError({ option: "budget.ratio", reason: `is ${budget.ratio}; give the share that is kept, from 0 to 1.` });
  }
  return budget.ratio * scope.tokens;
}

function atLeastZero(field: string, value: number): number {
  if (!(value >= 0)) throw new ConfigError({ option: `budget.${field}`, reason: `is ${value}; give a number of ${field} from 0 up.` });
  return value;
}
