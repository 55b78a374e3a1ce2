import { defineConfig } from "vitest/config";

// Tests that talk to the real server live under */server-tests and are started by pytest.
export default defineConfig({
  test: { include: ["*/src/**/*.test.ts", "scripts/**/*.test.ts"], environment: "node" },
});
