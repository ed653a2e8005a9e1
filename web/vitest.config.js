import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{packages,apps}/*/test/**/*.test.ts"],
    // Two processes: as many as the smallest machine has cores.
    maxWorkers: 2,
    // No test is judged by its time; this only ends one that hangs.
    testTimeout: 180_000,
  },
});
