import { formatBytes } from "../text/bytes.ts";
import { formatCount } from "../text/describe-engine.ts";
import { renderFields, renderTable } from "../text/table.ts";
import type { ModelReport, ShapeReport, TextReport } from "./model-report.ts";

/** A report for people. */
export function renderModelReport(report: ModelReport, options: { readonly tensors: boolean }): string {
  const head: [string, string][] = [
    ["model", `${report.path} (${report.format})`],
    ["parameters", `${formatCount(report.parameters)} in ${report.tensors.length} tensors, ${formatBytes(report.weightBytes)}`],
  ];
  const parts = [renderFields([...head, ...shapeFields(report.shape), ...textFields(report.text)]), renderDtypes(report)];
  if (options.tensors) parts.push(renderTensors(report));
  return parts.join("\n\n");
}

function shapeFields(shape: ShapeReport): [string, string][] {
  if (!shape.supported) return [["cannot run", shape.reason]];
  const kv = Object.entries(shape.kvBytesPerToken).map(([dtype, bytes]) => `${dtype} ${formatBytes(bytes)}`);
  const fields: [string, string][] = [
    ["family", `${shape.family} (${shape.architecture})`],
    ["shape", `${shape.layers} layers, hidden ${shape.hiddenSize}, MLP ${shape.intermediateSize}`],
    ["attention", `${shape.queryHeads} query heads, ${shape.kvHeads} KV heads of ${shape.headDim}`],
    ["vocabulary", `${shape.vocabularySize}, embeddings ${shape.tiedEmbeddings ? "tied" : "untied"}`],
    [
      "positions",
      `${shape.maxPositions}, RoPE ${shape.rope.map(({ theta, scaling }) => `theta ${theta}${scaling === "none" ? "" : ` (${scaling})`}`).join(", ")}`,
    ],
  ];
  if (shape.slidingWindow !== null) {
    fields.push(["sliding window", `${shape.slidingWindow.tokens} tokens in ${shape.slidingWindow.layers} of ${shape.layers} layers`]);
  }
  return [...fields, ["KV per token", kv.join(", ")]];
}

function textFields(text: TextReport): [string, string][] {
  if (!text.supported) return [["tokenizer", text.reason]];
  return [
    [
      "tokenizer",
      `${text.vocabularySize} tokens, ${text.specialTokens} special, ends with ${text.eos.join(" ")}${text.addsBos ? ", begins with BOS" : ""}`,
    ],
    ["chat template", `${text.chatTemplate.length} characters`],
    ...text.notes.map((note): [string, string] => ["note", note]),
  ];
}

function renderDtypes(report: ModelReport): string {
  const columns = [
    { title: "dtype" },
    { title: "tensors", align: "right" as const },
    { title: "parameters", align: "right" as const },
    { title: "bytes", align: "right" as const },
  ];
  return renderTable(
    columns,
    report.dtypes.map(({ dtype, tensors, parameters, bytes }) => [dtype, String(tensors), formatCount(parameters), formatBytes(bytes)]),
  );
}

function renderTensors(report: ModelReport): string {
  const columns = [
    { title: "tensor" },
    { title: "dtype" },
    { title: "shape", align: "right" as const },
    { title: "bytes", align: "right" as const },
  ];
  return renderTable(
    columns,
    report.tensors.map(({ name, dtype, shape, byteLength }) => [name, dtype, shape.join(" x "), formatBytes(byteLength)]),
  );
}
