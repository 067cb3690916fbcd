import { KvError } from "@kvasir/kv-core";

/** A checkpoint lacks a tensor that its configuration calls for, or has it in another shape. */
export class ModelTensorError extends KvError {
  readonly code = "KV_MODEL_FILE";
  readonly tensor: string;
  readonly expectedShape: readonly number[];
  /** `undefined` where the tensor is missing. */
  readonly foundShape: readonly number[] | undefined;

  constructor(fields: {
    readonly tensor: string;
    readonly expectedShape: readonly number[];
    readonly foundShape: readonly number[] | undefined;
    readonly cause?: unknown;
  }) {
    const found = fields.foundShape === undefined ? "is missing" : `has shape [${fields.foundShape.join(", ")}]`;
    super(
      "ModelTensorError",
      `Tensor "${fields.tensor}" ${found} where the configuration calls for [${fields.expectedShape.join(", ")}]. Check that configuration and weights belong together and that all files of the checkpoint are there.`,
      { cause: fields.cause },
    );
    this.tensor = fields.tensor;
    this.expectedShape = fields.expectedShape;
    this.foundShape = fields.foundShape;
  }
}
