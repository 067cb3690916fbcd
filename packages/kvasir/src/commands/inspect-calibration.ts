import { existsSync, readFileSync } from "node:fs";
import { UsageError } from "../cli/usage-error.ts";
import { calibrationFile } from "../engine/calibration-file.ts";
import { renderCalibration } from "../inspect/render-calibration.ts";

/** `kvasir inspect calibration`: what policies measured of this machine when engines opened. */
export function inspectCalibration(options: { readonly json: boolean }): void {
  const file = calibrationFile();
  const saved = existsSync(file) ? readJson(file) : {};
  if (options.json) {
    console.log(JSON.stringify(saved, null, 2));
    return;
  }
  const isEmpty = typeof saved === "object" && saved !== null && Object.keys(saved).length === 0;
  console.log(
    isEmpty
      ? `Nothing is saved in ${file}. A policy that decides by what it costs measures when an engine first opens with it.`
      : `${file}\n\n${renderCalibration(saved)}`,
  );
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as unknown;
  } catch (error) {
    throw new UsageError(`${file} is not readable JSON. Delete it to have everything measured anew.`, { cause: error });
  }
}
