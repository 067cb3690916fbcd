import { findSharedRuns, PolicyContractError, type ReadPlan, type SequenceReads, shareReads } from "@kvasir/kv-core";
import type { PolicyPreset } from "../scheduler/active-request.ts";

/** What one request reads in a step, and by whose rules. */
export interface RequestReads extends SequenceReads {
  readonly preset: PolicyPreset;
}

/** A step's read plans. */
export interface PlannedReads {
  readonly reads: readonly ReadPlan[];
  /** Reads of cached tokens that sharing saves: (readers - 1) x tokens, over all shared runs. */
  readonly savedTokenReads: number;
}

/**
 * The read plans of a step: what several sequences of one preset read in common stands once, where their policy wants it so.
 * @throws PolicyContractError where a policy does not answer for every run.
 */
export function planReads(requests: readonly RequestReads[], pageSize: number): PlannedReads {
  const reads: ReadPlan[] = [];
  const sharing = new Map<PolicyPreset, RequestReads[]>();
  for (const request of requests) {
    const members = sharing.get(request.preset);
    if (request.preset.policy.share === undefined) reads.push(request.plan);
    else if (members === undefined) sharing.set(request.preset, [request]);
    else members.push(request);
  }
  let savedTokenReads = 0;
  for (const [{ policy, name }, members] of sharing) {
    const runs = members.length < 2 ? [] : findSharedRuns(members, pageSize);
    const answers = runs.length === 0 ? [] : (policy.share?.(runs) ?? []);
    if (answers.length !== runs.length) {
      throw new PolicyContractError({ policy: name, field: "share", reason: `gives ${answers.length} answers for ${runs.length} runs.` });
    }
    const chosen = runs.filter((_, index) => answers[index] === true);
    for (const { segment } of chosen) savedTokenReads += (segment.readers.length - 1) * segment.length;
    reads.push(...(chosen.length === 0 ? members.map(({ plan }) => plan) : shareReads(members, chosen, pageSize)));
  }
  return { reads, savedTokenReads };
}
