import { resolveModel } from "../config/resolve-model.ts";
import { fetchModel } from "../engine/fetch-model.ts";
import { reportModel } from "../inspect/model-report.ts";
import { renderModelReport } from "../inspect/render-model-report.ts";

/** `kvasir inspect MODEL`: what a model file or directory holds. */
export async function inspectModel(model: string, options: { readonly json: boolean; readonly tensors: boolean }): Promise<void> {
  const path = await fetchModel(resolveModel(model, process.cwd()));
  const report = await reportModel(path);
  console.log(options.json ? JSON.stringify(report, null, 2) : renderModelReport(report, options));
}
