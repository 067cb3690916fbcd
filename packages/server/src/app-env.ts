import type { Context } from "hono";

/** What middleware leaves for the routes. */
export interface AppEnv {
  Variables: {
    /** Who asks: a hash of the API key, or `default`. */
    tenant: string;
    requestId: string;
  };
}

export type RouteContext = Context<AppEnv>;
