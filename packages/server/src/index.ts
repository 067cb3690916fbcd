export { createServer, type KvasirServer } from "./create-server.ts";
export { ServerConfigError } from "./errors/server-config-error.ts";
export { type CloseOptions, type RunningServer, serve, type ServeOptions } from "./serve.ts";
export type { ServerOptions } from "./server-options.ts";
