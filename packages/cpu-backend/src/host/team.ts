/** Bytes of `Team` of native/team.h, rounded up. */
export const TEAM_BYTES = 512;

/** Private memory of each thread; bounds the rows attention takes at once. */
export const SCRATCH_BYTES: number = 2 * 2 ** 20;

/** Fills in the fields of `Team` that the host owns; the rest stays zero. */
export function writeTeam(team: Uint8Array, threads: number, scratch: number): void {
  const fields = BigInt64Array.of(BigInt(threads), BigInt(scratch), BigInt(SCRATCH_BYTES));
  team.set(new Uint8Array(fields.buffer));
}
