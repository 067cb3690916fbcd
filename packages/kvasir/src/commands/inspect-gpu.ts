import { probeCuda } from "../gpu/probe-cuda.ts";
import { formatBytes } from "../text/bytes.ts";
import { renderFields } from "../text/table.ts";

/** `kvasir inspect gpu`: what CUDA support is on this machine, or why there is none. */
export async function inspectGpu(options: { readonly json: boolean }): Promise<void> {
  const report = await probeCuda();
  if (options.json) {
    console.log(JSON.stringify(report, null, 2));
    return;
  }
  const fields: [string, string][] = [
    ["driver library", `${report.library.name}: ${report.library.found ? "found" : "missing"} (${report.library.detail})`],
  ];
  if (report.driverCudaVersion !== undefined) fields.push(["driver supports", `CUDA ${report.driverCudaVersion}`]);
  for (const [index, device] of report.devices.entries()) {
    fields.push([
      `device ${index}`,
      `${device.name}, ${formatBytes(device.memoryBytes)}, compute capability ${device.computeCapability}, ${device.multiprocessors} multiprocessors`,
    ]);
  }
  if (report.problem !== undefined) fields.push(["no usable GPU", report.problem]);
  console.log(renderFields(fields));
}
