import { UsageError } from "../cli/usage-error.ts";
import { parseHubId } from "../config/resolve-model.ts";
import { fetchModel } from "../engine/fetch-model.ts";

/** `kvasir pull`: fetches a model and prints where it is. */
export async function pull(id: string): Promise<void> {
  const reference = parseHubId(id);
  if (reference === undefined) throw new UsageError(`"${id}" is no Hub id. Write owner/name, owner/name@revision or owner/name:file.`);
  console.log(await fetchModel(reference));
}
