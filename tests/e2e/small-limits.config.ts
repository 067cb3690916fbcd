import { defineConfig } from "kvasir";

/** The embedded model with room for two running and four waiting requests. */
export default defineConfig({
  model: "../../models/kvasir-tiny",
  backends: { cpu: async () => (await import("@kvasir/cpu-backend")).cpuBackend },
  engine: { maxRunning: 2, maxWaiting: 4 },
});
