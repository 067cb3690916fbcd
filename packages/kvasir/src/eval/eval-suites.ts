import type { SuiteName } from "@kvasir/kv-eval";
import { runAgreementSuite } from "./agreement-suite.ts";
import { runScoreSuite } from "./score-suite.ts";
import type { SuiteRunner } from "./suite-runner.ts";

/** How each suite runs. */
export const evalSuites: Readonly<Record<SuiteName, SuiteRunner>> = {
  ruler: runScoreSuite,
  multidoc: runScoreSuite,
  agreement: runAgreementSuite,
};
