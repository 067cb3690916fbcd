import fc from "fast-check";

/**
 * In CI every property is tried on the same values at each run, so that a red run is the change's doing; everywhere else the seeds are
 * fresh each time, which is how properties find what nobody thought of. A failure prints its seed and path in both cases.
 */
if (process.env["CI"]) fc.configureGlobal({ seed: 20_261_122 });
